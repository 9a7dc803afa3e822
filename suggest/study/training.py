"""What people decided, as lessons for a model: read as of a place in the log, so that a run can freeze what it
learned from and a later call can find the same again."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from suggest.study.answers import View
from suggest.study.carry import Answer, carried
from suggest.study.documents import document_text
from suggest.study.history import Said, Silent, said_by
from suggest.study.log import EntryRef
from suggest.study.pages import unpack
from suggest.study.selecting import barred
from suggest.study.sets import SegmentSet
from suggest.study.study import Study
from suggest.study.tree_history import changes_for

Verdict = Literal["accepted", "rejected", "added", "no_code"]

GAP = 64
"""Segments so far apart are read by themselves; nearer ones together with what lies between."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One code (id, of today's tree) that a coder applied to a segment, or refused there.

    With the verdict "no_code" the coder read the segment and gave it none: `code` is empty, and `but` names the codes
    of today of which that says nothing, since they are newer than the answer or have another meaning by now.
    """

    segment: str
    text: str
    code: str
    verdict: Verdict
    but: tuple[str, ...] = ()


def log_head(study: Study) -> EntryRef:
    """The newest entry in the fold's order."""
    row = study.db.execute(
        "SELECT replica, seq FROM log ORDER BY clock DESC, tick DESC, replica DESC, seq DESC LIMIT 1"
    ).fetchone()
    return row[0], row[1]


def lessons(study: Study, upto: EntryRef) -> Iterator[Lesson]:
    """What coders accepted, edited, added, rejected and left without a code, and codings made elsewhere, up to and
    with an entry.

    In the order of the talk, one for each coder, segment and code; where a coder applied a code here and refused it
    there, it counts as applied. A coding over several segments speaks for each of them. "No code" is said by the
    answer itself, by completing a segment without a code and without a doubt left open, and by coverage brought in
    without a label, always for the whole tree; not where a coding of the same coder touches the segment.

    Left out are segments that consent keeps out, what a change of the tree has made stale, and all of a blind core
    that was not released by then: its segments, and what was said in them of others. So that nothing in the core
    decides what is taught, a coding that reaches out of it does not count against "no code" either.

    Acts are taken as they stood at that entry, texts and tree as they are now: after an erasure, a correction or a
    merge the same entry may give other lessons, which their hash shows.
    """
    with study.reading():
        hidden = _unreleased(study, upto)
        found = _Found(study, hidden)
        for item in said_by(study, upto):
            found.add(item)
        taught = found.taught()
        for number, id_, text in _data(study, sorted(taught)):
            for code, _, verdict, but in sorted(taught[number]):
                yield Lesson(id_, text, code, verdict, but)


def _data(study: Study, numbers: list[int]) -> Iterator[tuple[int, str, str]]:
    """Number, id and words of those of the segments that are talk to be coded and that consent does not keep out."""
    held, words = "", ""
    begin = 0
    while begin < len(numbers):
        end = begin
        while end + 1 < len(numbers) and numbers[end + 1] - numbers[end] <= GAP:
            end += 1
        wanted = set(numbers[begin : end + 1])
        wanted -= barred(study, numbers[begin], numbers[end])
        for number, document, ordinal, first, last in study.db.execute(
            "SELECT n, document, ord, start, \"end\" FROM segment WHERE n BETWEEN ? AND ? AND role = 'data' ORDER BY n",
            (numbers[begin], numbers[end]),
        ):
            if number in wanted:
                if document != held:
                    held, words = document, document_text(study, document)
                yield number, f"{document}.{ordinal}", words[first:last]
        begin = end + 1


_Row = tuple[str, str, Verdict, tuple[str, ...]]
"""Code, coder, verdict, and the codes that a "no_code" leaves open."""


class _Found:
    """What was said, by segment number, under today's tree."""

    def __init__(self, study: Study, hidden: SegmentSet) -> None:
        self._hidden = hidden
        self._places = _Places(study)
        self._meanings = _Meanings(study)
        self._verdicts: dict[tuple[str, int, str], Verdict] = {}
        self._coded: set[tuple[str, int]] = set()
        self._silent: dict[tuple[str, int], int | None] = {}

    def add(self, item: Said | Silent) -> None:
        if isinstance(item, Silent):
            if item.number not in self._hidden:
                self._silent[item.coder, item.number] = item.view
        elif item.anchor not in self._hidden:
            self._add_said(item)

    def _add_said(self, said: Said) -> None:
        if said.range is None:
            numbers = [said.anchor]
        elif said.range[0] >= said.range[1]:
            self._coded.add((said.coder, said.anchor))  # its words are gone, but a code was given
            return
        else:
            touched = self._places.touched(said.anchor, *said.range)
            numbers = [number for number in touched if number not in self._hidden]
            self._coded.update((said.coder, number) for number in numbers)
        for code in self._meanings.codes(said):
            for number in numbers:
                key = (said.coder, number, code)
                if said.verdict != "rejected" or key not in self._verdicts:
                    self._verdicts[key] = said.verdict

    def taught(self) -> dict[int, list[_Row]]:
        """What is taught by segment number."""
        found: dict[int, list[_Row]] = {}
        for (coder, number, code), verdict in self._verdicts.items():
            found.setdefault(number, []).append((code, coder, verdict, ()))
        for (coder, number), view in self._silent.items():
            if (coder, number) not in self._coded:
                but = self._meanings.left_open(view)
                if but is not None:
                    found.setdefault(number, []).append(("", coder, "no_code", but))
        return found


class _Meanings:
    """What answers of earlier trees mean today: the carry rules, worked out once for each view, code and verdict."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._views: dict[int | None, View] = {}
        self._codes: dict[tuple[int | None, str, bool], tuple[str, ...]] = {}
        self._open: dict[int | None, tuple[str, ...] | None] = {}

    def codes(self, said: Said) -> tuple[str, ...]:
        """The codes of today for which it stands."""
        applied = said.verdict != "rejected"
        key = (said.view, said.code, applied)
        if key not in self._codes:
            view = self._view(said.view)
            codes, parts = view.now(said.code)
            answer = Answer.APPLIED if applied else Answer.REJECTED
            today = {} if parts and applied else carried(dict.fromkeys(codes, answer), view.changes)
            self._codes[key] = tuple(code for code, stands in today.items() if stands is answer)
        return self._codes[key]

    def left_open(self, view: int | None) -> tuple[str, ...] | None:
        """The codes of today on which silence under that view says nothing; None if it says nothing on any."""
        if view not in self._open:
            then = self._view(view)
            today = carried(dict.fromkeys(then.scope("all", None), Answer.NOT_APPLIED), then.changes)
            left = tuple(sorted(code for code, stands in today.items() if not stands.negative))
            self._open[view] = left if len(left) < len(today) else None
        return self._open[view]

    def _view(self, view: int | None) -> View:
        if view not in self._views:
            self._views[view] = View(changes_for(self._study, view))
        return self._views[view]


class _Places:
    """Which segments a range touches; the places of the last document asked for are kept at hand."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._span = range(0)
        self._starts: list[int] = []
        self._ends: list[int] = []

    def touched(self, anchor: int, start: int, end: int) -> list[int]:
        """The numbers of the segments of the anchor's document that the range touches."""
        if anchor not in self._span:
            self._load(anchor)
        first = self._span.start
        return [*range(first + bisect_right(self._ends, start), first + bisect_left(self._starts, end))]

    def _load(self, anchor: int) -> None:
        rows = self._study.db.execute(
            'SELECT s.n, s.start, s."end" FROM (SELECT first, count FROM document WHERE first BETWEEN 0 AND ? '
            "AND count > 0 ORDER BY first DESC LIMIT 1) d JOIN segment s "
            "ON s.n BETWEEN d.first AND d.first + d.count - 1 ORDER BY s.n",
            (anchor,),
        ).fetchall()
        self._span = range(rows[0][0], rows[-1][0] + 1) if rows else range(0)
        self._starts, self._ends = [row[1] for row in rows], [row[2] for row in rows]


def _unreleased(study: Study, upto: EntryRef) -> SegmentSet:
    """The blind cores of today that were not released by then. A core drawn since counts, since it teaches nobody."""
    released = {
        json.loads(payload)["round"]
        for (payload,) in study.db.execute(
            "SELECT payload FROM log WHERE kind = 'core_released' AND (clock, tick, replica, seq) <= "
            "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)",
            upto,
        )
    }
    pages: dict[int, int] = {}
    for name, page, bits in study.db.execute(
        "SELECT name, page, bits FROM pages WHERE name >= 'core:' AND name < 'core;' ORDER BY page"
    ):
        if name.removeprefix("core:") not in released:
            pages[page] = pages.get(page, 0) | unpack(bits)
    return SegmentSet(pages)
