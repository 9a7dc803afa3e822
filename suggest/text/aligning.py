"""Laying a second text beside a first one: the parts of both, and the first place where they do not go together.

Nothing is guessed: both have the same parts in the same order, with the same change of speakers, or it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from suggest.errors import BadInput


class Stretch(Protocol):
    """What is asked of a segment, stored or just read."""

    @property
    def role(self) -> str: ...
    @property
    def speaker(self) -> str | None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def paragraph_from(self) -> int: ...
    @property
    def paragraph_to(self) -> int: ...


@dataclass(frozen=True)
class Stretches:
    """A part of a text: the places of its first and last segment, its speaker and paragraphs, and its range."""

    first: int
    last: int
    speaker: str | None
    paragraph_from: int
    paragraph_to: int
    start: int
    end: int

    @property
    def place(self) -> str:
        """Its paragraphs, "51" or "10–14"."""
        last = "" if self.paragraph_from == self.paragraph_to else f"–{self.paragraph_to}"
        return f"{self.paragraph_from}{last}"


WITHIN = ("sentence", "line")
"""Units that cut a paragraph: a translation has other sentences, so that paragraphs are laid beside one another."""


def parts_by(unit: str, segments: Iterable[Stretch]) -> list[Stretches]:
    """The parts of a document of that unit: its segments (turns, paragraphs, rows), or the paragraphs of its sentences
    and lines."""
    parts: list[Stretches] = []
    for n, one in enumerate(segments):
        part = Stretches(n, n, one.speaker, one.paragraph_from, one.paragraph_to, one.start, one.end)
        last = parts[-1] if parts else None
        joined = unit in WITHIN and last is not None and last.speaker == part.speaker
        if joined and last is not None and part.paragraph_from <= last.paragraph_to:
            upper = max(last.paragraph_to, part.paragraph_to)
            parts[-1] = Stretches(last.first, n, last.speaker, last.paragraph_from, upper, last.start, part.end)
        else:
            parts.append(part)
    return parts


def check_alignment(
    first: Sequence[Stretches], second: Sequence[Stretches], *, label: str, file: str, what: str
) -> None:
    """BadInput naming the first place where the second text does not go with the first; `what` is a part ("turn").

    Speakers may be called otherwise in the second text, as long as each has one name there.
    """
    named: dict[str | None, str | None] = {}
    for n, (one, other) in enumerate(zip(first, second, strict=False), 1):
        known = named.setdefault(one.speaker, other.speaker)
        taken = next((mine for mine, theirs in named.items() if theirs == other.speaker), one.speaker)
        if known != other.speaker or taken != one.speaker:
            expected = _name(known) if known != other.speaker else "somebody else"
            raise BadInput(
                f"speakers part here: {label} {one.place} is {_name(one.speaker)}, so that {expected} should speak in "
                f"this text, and it is {_name(other.speaker)}.",
                file=file,
                place=f"{what} {n}, paragraph {other.place}",
                advice=f"Look whether a {what} before it is missing, is one too many, or is cut in two.",
            )
    if len(first) == len(second):
        return
    shorter = min(len(first), len(second))
    over = (first if len(first) > len(second) else second)[shorter]
    held = f"{label} {over.place}" if len(first) > len(second) else f"paragraph {over.place} of this text"
    raise BadInput(
        f"this text has {len(second)} {what}s, and {label} has {len(first)}: nothing is left beside {held}.",
        file=file,
        place=f"{what} {shorter + 1}",
        advice=f"Speakers go together up to there. Make both texts have the same {what}s; 'add --preview' and "
        "'documents STUDY show' count them.",
    )


def _name(speaker: str | None) -> str:
    return "nobody" if speaker is None else f"'{speaker}'"
