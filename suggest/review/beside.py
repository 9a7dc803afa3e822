"""What stands beside a segment in another language, as its coder is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suggest.study.people import coders
from suggest.study.second_text import Part, SecondReader, SecondText
from suggest.study.study import Study


@dataclass(frozen=True)
class Beside:
    """A part of a second text, with people by their names. `segments` are the ids that it stands beside, `of` names the
    words, `state`, `queries` and `look` are as in `PartState`."""

    side: str
    language: str
    number: int
    segments: tuple[str, ...]
    text: str
    of: str | None
    state: str
    checked_by: tuple[str, ...]
    queries: tuple[tuple[str, str], ...]
    look: str

    @property
    def named(self) -> str:
        """ "original (de)"."""
        return f"{self.side} ({self.language})" if self.language else self.side

    @property
    def told(self) -> str:
        """The state in words: "checked by anna, ben", "checked so far by anna", "query, checked by anna", "draft"."""
        word = self.state
        if self.checked_by:
            done = {"checked": "checked", "draft": "checked so far"}.get(self.state, f"{self.state}, checked")
            word = f"{done} by {', '.join(self.checked_by)}"
        return word + (f" · look again: {self.look}" if self.look else "")

    def to_json(self) -> dict[str, Any]:
        """As `queue` prints it."""
        return {
            "side": self.side,
            "language": self.language or None,
            "segments": list(self.segments),
            "text": self.text,
            "of": self.of,
            "state": self.state,
            "checked_by": list(self.checked_by),
            "queries": [{"coder": who, "text": words} for who, words in self.queries],
            "look": self.look or None,
        }


def beside(study: Study, document: str, ordinal: int) -> Beside | None:
    """What stands beside a segment, by document (an id) and ordinal; None if nothing does."""
    found = SecondReader(study).at(document, ordinal)
    return None if found is None else told(*found, names(study))


def names(study: Study) -> Mapping[str, str]:
    """The coders' names by id."""
    return {coder.id: coder.name for coder in coders(study)}


def told(text: SecondText, part: Part, known: Mapping[str, str]) -> Beside:
    """A part with people by their names."""
    state = part.state
    return Beside(
        text.side,
        text.language,
        part.number,
        tuple(f"{text.document}.{n}" for n in range(part.first, part.last + 1)),
        part.words,
        part.content,
        state.state,
        tuple(known.get(who, who) for who in state.checked_by),
        tuple((known.get(who, who), words) for who, words in state.queries),
        state.look,
    )
