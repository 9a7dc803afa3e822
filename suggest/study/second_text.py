"""Reading second texts: what stands beside a document's own text, part by part, and how far each part is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from suggest.study.catalogue import ordinals_between
from suggest.study.contents import WITHDRAWN
from suggest.study.log import EntryRef
from suggest.study.segments import Segment
from suggest.study.settings import get_setting
from suggest.study.study import Study

STATES = ("draft", "query", "checked", "empty", "withdrawn")
"""What a part can be: not checked by enough people; a question is open; checked; without words; withdrawn."""


@dataclass(frozen=True)
class SecondText:
    """The second text of a document: `side` says what it is to the text that is coded, "original" or "translation".

    `others` counts further ones that came with a merge: they wait until this one is removed.
    """

    id: str
    document: str
    side: str
    language: str
    name: str
    parts: int
    others: int = 0


@dataclass(frozen=True)
class Mark:
    """One thing that was said of a part, or that happened to it: action, whose (an id), on which words (an id)."""

    action: str
    actor: str
    of: str | None = None
    words: str = ""
    seen: bool = True


@dataclass(frozen=True)
class PartState:
    """Where a part stands. `state` is one of STATES, `checked_by` the ids of those who checked the present words,
    `queries` (id, words) of the open questions, oldest first; `look` says why it needs another look, "" if it does
    not: "masked", or the reason of a correction."""

    state: str
    checked_by: tuple[str, ...] = ()
    queries: tuple[tuple[str, str], ...] = ()
    look: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a second text: its number from 0, and the segments (ordinals, both included) that it stands beside.

    `content` is the id of the words, which a mark on them names; None where there are none.
    """

    number: int
    first: int
    last: int
    words: str
    content: str | None
    state: PartState


def read_state(marks: Iterable[Mark], words: str | None, needed: int) -> PartState:
    """What marks, oldest first, amount to for words (an id) that `needed` people have to check.

    A check of other words, or by somebody who had not seen a change, does not count; a question stays open until its
    asker checks or takes it back, or anybody says that it is answered.
    """
    checks: dict[str, None] = {}
    queries: dict[str, str] = {}
    look = ""
    for mark in marks:
        if mark.action.startswith("changed:"):
            checks.clear()
            look = mark.action.removeprefix("changed:")
        elif mark.action == "answer":
            queries.clear()
        elif mark.action in ("check", "query", "draft"):
            checks.pop(mark.actor, None)
            queries.pop(mark.actor, None)
            if mark.action == "query":
                queries[mark.actor] = mark.words
            elif mark.action == "check" and mark.of == words and mark.seen:
                checks[mark.actor], look = None, ""
    state = "query" if queries else "empty" if words is None else "checked" if len(checks) >= needed else "draft"
    return PartState(state, tuple(checks), tuple(queries.items()), look)


_FROM = "SELECT n FROM second_part WHERE text = ?1 AND last >= ?{} ORDER BY last LIMIT 1"
"""The first part that reaches an ordinal. Parts are in order and apart, so that an index leads there at once."""


def parts_to_look_at(study: Study, *entries: EntryRef) -> int:
    """How many parts of second texts in use need another look because of these entries."""
    found: set[tuple[str, int]] = set()
    for entry in entries:
        rows = study.db.execute(
            "SELECT text, n FROM second_act WHERE replica = ? AND seq = ? AND action LIKE 'changed:%'", entry
        )
        found.update(rows.fetchall())
    return len({n for _, n in found})


class SecondReader:
    """Reads second texts in the thread that has the study open."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def of(self, document: str) -> SecondText | None:
        """The second text of a document (an id); None if it has none."""
        rows = self._study.db.execute(
            "SELECT text, side, language, name FROM second_text WHERE document = ? ORDER BY ord", (document,)
        ).fetchall()
        if not rows:
            return None
        text, side, language, name = rows[0]
        last = self._study.db.execute(
            "SELECT n FROM second_part WHERE text = ? ORDER BY n DESC LIMIT 1", (text,)
        ).fetchone()
        count = last[0] + 1 if last else 0
        return SecondText(text, document, side, self._text(language), self._text(name), count, len(rows) - 1)

    def all(self) -> list[SecondText]:
        """The second texts in use, in the order of their documents."""
        rows = self._study.db.execute(
            "SELECT DISTINCT d.document, d.n FROM document d JOIN second_text s ON s.document = d.document ORDER BY d.n"
        )
        return [found for document, _ in rows.fetchall() if (found := self.of(document)) is not None]

    def parts(self, text: SecondText, low: int = 0, high: int | None = None) -> Iterator[Part]:
        """The parts beside the segments with the ordinals low to high (None: to the end), in order."""
        needed = max(1, int(get_setting(self._study, "translation_checks")))
        upto = "" if high is None else f"AND n <= coalesce(({_FROM.format(3)}), 9007199254740991) AND first <= ?3 "
        rows = self._study.db.execute(
            "SELECT n, first, last, words, withdrawn FROM second_part WHERE text = ?1 "
            f"AND n >= ({_FROM.format(2)}) {upto}ORDER BY n",
            (text.id, low) if high is None else (text.id, low, high),
        ).fetchall()
        for n, first, last, words, withdrawn in rows:
            if withdrawn:
                yield Part(n, first, last, WITHDRAWN, None, PartState("withdrawn"))
                continue
            state = read_state(self._marks(text.id, n), words, needed)
            yield Part(n, first, last, self._text(words), words, state)

    def between(self, text: SecondText, low: int, high: int) -> list[Part]:
        """The parts beside the paragraphs low to high, as the document counts them."""
        ordinals = ordinals_between(self._study, text.document, low, high)
        return [*self.parts(text, ordinals[0], ordinals[-1])] if ordinals else []

    def part(self, text: SecondText, number: int) -> Part | None:
        """The part of that number."""
        row = self._study.db.execute(
            "SELECT last FROM second_part WHERE text = ? AND n = ?", (text.id, number)
        ).fetchone()
        return None if row is None else next((one for one in self.parts(text, row[0], row[0])), None)

    def beside(self, segment: Segment) -> tuple[SecondText, Part] | None:
        """What stands beside a segment; None if its document has no second text, or that has nothing there."""
        return self.at(segment.document, segment.ordinal)

    def at(self, document: str, ordinal: int) -> tuple[SecondText, Part] | None:
        """As `beside`, by document and ordinal."""
        text = self.of(document)
        part = None if text is None else next(self.parts(text, ordinal, ordinal), None)
        return None if text is None or part is None else (text, part)

    def _marks(self, text: str, part: int) -> list[Mark]:
        rows = self._study.db.execute(
            "SELECT action, actor, of, words, seen FROM second_act WHERE text = ? AND n = ? AND live = 1 "
            "ORDER BY ord, replica, seq",
            (text, part),
        )
        return [Mark(action, actor, of, self._text(words), bool(seen)) for action, actor, of, words, seen in rows]

    def _text(self, content: str | None) -> str:
        return "" if content is None else self._study.contents.text(content)
