"""A code as a codebook file lists it, whatever the format: apart, so that every reader can name it."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.codes import Wording


@dataclass(frozen=True)
class ListedCode:
    """A code of a file. `place` is its row or line; `parent` the id it names, `inside` the key of what it nests in."""

    place: str
    external: str | None
    parent: str | None
    wording: Wording
    inside: str | None = None

    @property
    def key(self) -> str:
        """Names the code within its file."""
        return self.place
