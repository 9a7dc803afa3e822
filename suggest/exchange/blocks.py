"""What a report consists of, whatever file it becomes: each writer prints the same blocks in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from suggest.exchange.heat import Heat


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the report's title."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph of plain words. `kind` is "plain", "small" (a remark) or "gap" (what has to be filled in)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Quoted:
    """A block quote and the citation printed after it."""

    words: str
    cite: str


@dataclass(frozen=True)
class Items:
    """A list of short sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table: first column words, the others numbers or words. With `shaded` numbers are shaded by their size."""

    head: Sequence[str]
    rows: Sequence[Sequence[str | int | None]] = field(default=())
    shaded: bool = False


@dataclass(frozen=True)
class Plot:
    """A matrix as a picture; where none can be drawn, a sentence says where it is."""

    heat: Heat

    @property
    def elsewhere(self) -> str:
        """What stands there in a file without pictures."""
        return f"{self.heat.title}: the plot is in the HTML report, or by 'export --to matrix --output FILE.svg'."


Block = Heading | Text | Quoted | Items | Grid | Plot


class BlockWriter(Protocol):
    """Writes blocks into a file of its kind."""

    def __call__(self, path: Path, title: str, blocks: Iterable[Block]) -> None: ...
