"""A code as the screens know it: its names and words, as the codebook has them."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.codes import Code


@dataclass(frozen=True)
class Meaning:
    """A code for the finder and the definition: its names and words, as the codebook has them."""

    id: str
    parent: str | None
    name: str
    path: str
    depth: int
    leaf: bool
    definition: str
    include: str
    exclude: str
    examples: tuple[str, ...]


def meaning_of(code: Code) -> Meaning:
    """A code as the screens show it."""
    words = code.wording
    return Meaning(
        code.id, code.parent, code.name, code.path_text, len(code.path) - 1, not code.children, words.definition,
        words.include, words.exclude, words.examples,
    )  # fmt: skip
