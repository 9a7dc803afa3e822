"""What people decided, as lessons for a model: read as of a place in the log, so that a run can freeze what it
learned from and a later call can find the same again."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from suggest.study.answers import View
from suggest.study.carry import Answer, carried
from suggest.study.codes import changes_for
from suggest.study.fold.units import ACT_COLUMNS
from suggest.study.log import EntryRef
from suggest.study.pages import PAGE, unpack
from suggest.study.segments import SegmentReader
from suggest.study.selecting import barred
from suggest.study.study import Study
from suggest.study.unit import Act, reduce

Verdict = Literal["accepted", "rejected", "added"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One code (id, of today's tree) that a coder applied to a segment, or refused there."""

    segment: str
    text: str
    code: str
    verdict: Verdict


def log_head(study: Study) -> EntryRef:
    """The newest entry in the fold's order."""
    row = study.db.execute(
        "SELECT replica, seq FROM log ORDER BY clock DESC, tick DESC, replica DESC, seq DESC LIMIT 1"
    ).fetchone()
    return row[0], row[1]


def lessons(study: Study, upto: EntryRef) -> Iterator[Lesson]:
    """What coders accepted, edited, added and rejected, and codings made elsewhere, up to and with an entry.

    In the order of the talk, one for each coder, segment and code; where a coder applied a code here and refused it
    there, it counts as applied. A coding over several segments speaks for each of them. Left out are segments in a
    blind core that was not released by then, segments that consent keeps out, and what a change of the tree has made
    stale. Acts are taken as they stood at that entry, texts and tree as they are now: after an erasure, a correction
    or a merge the same entry may give other lessons, which their hash shows.
    """
    with study.reading():
        found = _Found(study)
        position = _position(study, upto)
        for item in (*_decided(study, position), *_imported(study, upto)):
            found.add(item)
        hidden = _unreleased(study, upto)
        reader = SegmentReader(study)
        for number, group in groupby(sorted(found.verdicts.items(), key=_by_segment), key=lambda item: item[0][1]):
            if number in hidden:
                continue
            segment = reader.number(number)
            if segment is None or segment.role != "data" or barred(study, number, number):
                continue
            for (_, _, code), verdict in group:
                yield Lesson(segment.id, segment.text, code, verdict)


def _by_segment(item: tuple[tuple[str, int, str], Verdict]) -> tuple[int, str, str]:
    (coder, number, code), _ = item
    return number, code, coder


@dataclass(frozen=True, slots=True)
class _Said:
    """One code that a coder applied to a range, or refused in a segment, under a tree view."""

    coder: str
    anchor: int
    code: str
    verdict: Verdict
    view: int | None
    range: tuple[int, int] | None = None


class _Found:
    """Verdicts by coder, segment number and code, under today's tree."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._views: dict[int | None, View] = {}
        self._now: dict[tuple[int | None, str, bool], tuple[str, ...]] = {}
        self._places: tuple[str, list[int], list[int], list[int]] = ("", [], [], [])
        self.verdicts: dict[tuple[str, int, str], Verdict] = {}

    def add(self, said: _Said) -> None:
        numbers = [said.anchor] if said.range is None else self._touched(said.anchor, *said.range)
        for code in self._codes(said):
            for number in numbers:
                key = (said.coder, number, code)
                if said.verdict != "rejected" or key not in self.verdicts:
                    self.verdicts[key] = said.verdict

    def _codes(self, said: _Said) -> tuple[str, ...]:
        """What the answer means today: the carry rules, worked out once for each view, code and verdict."""
        applied = said.verdict != "rejected"
        key = (said.view, said.code, applied)
        if key not in self._now:
            if said.view not in self._views:
                self._views[said.view] = View(changes_for(self._study, said.view))
            view = self._views[said.view]
            codes, parts = view.now(said.code)
            answer = Answer.APPLIED if applied else Answer.REJECTED
            today = {} if parts and applied else carried(dict.fromkeys(codes, answer), view.changes)
            self._now[key] = tuple(code for code, stands in today.items() if stands is answer)
        return self._now[key]

    def _touched(self, anchor: int, start: int, end: int) -> list[int]:
        """The segments that a range of the anchor's document touches."""
        row = self._study.db.execute("SELECT document FROM segment WHERE n = ?", (anchor,)).fetchone()
        if row is None:
            return []
        if self._places[0] != row[0]:
            rows = self._study.db.execute(
                'SELECT s.n, s.start, s."end" FROM document d JOIN segment s '
                "ON s.n BETWEEN d.first AND d.first + d.count - 1 WHERE d.document = ? ORDER BY s.n",
                (row[0],),
            ).fetchall()
            self._places = (row[0], [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
        _, numbers, starts, ends = self._places
        return numbers[bisect_right(ends, start) : bisect_left(starts, end)]


def _position(study: Study, upto: EntryRef) -> int:
    """How many entries come up to and with this one: the `ord` of its act."""
    row = study.db.execute(
        "SELECT count(*) FROM log WHERE (clock, tick, replica, seq) <= "
        "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)",
        upto,
    ).fetchone()
    return int(row[0])


def _undone(study: Study, position: int) -> set[EntryRef]:
    """The acts that were undone at that place in the log, by the fold's own rules."""
    dead: set[EntryRef] = set()
    standing: dict[EntryRef, tuple[str, EntryRef]] = {}
    for replica, seq, coder, target_replica, target_seq, owner in study.db.execute(
        "SELECT r.replica, r.seq, r.coder, r.target_replica, r.target_seq, a.coder FROM revert r "
        "LEFT JOIN act a ON a.replica = r.target_replica AND a.seq = r.target_seq WHERE r.ord <= ? ORDER BY r.ord",
        (position,),
    ):
        target = (target_replica, target_seq)
        if owner is not None:
            if owner == coder and target not in dead:
                dead.add(target)
                standing[replica, seq] = (coder, target)
        elif target in standing and standing[target][0] == coder:
            dead.discard(standing.pop(target)[1])
    return dead


def _decided(study: Study, position: int) -> Iterator[_Said]:
    dead = _undone(study, position)
    candidates: dict[str, tuple[str, ...]] = {}
    rows = study.db.execute(
        f"SELECT coder, segment, round, {ACT_COLUMNS} FROM act WHERE kind = 'decided' AND ord <= ? "
        "ORDER BY coder, segment, round, ord",
        (position,),
    )
    for (coder, number, _), group in groupby(rows, key=lambda row: row[:3]):
        acts = [act for act in (Act(*row[3:]) for row in group) if (act.replica, act.seq) not in dead]
        yield from _of_unit(study, coder, number, acts, candidates)


def _of_unit(
    study: Study, coder: str, number: int, acts: list[Act], candidates: dict[str, tuple[str, ...]]
) -> Iterator[_Said]:
    state = reduce(acts)
    for coding in state.codings:
        if coding.start < coding.end:
            verdict: Verdict = "added" if coding.origin == "add" else "accepted"
            yield _Said(coder, number, coding.code, verdict, coding.act.view, (coding.start, coding.end))
    last = {(act.set, act.rank): act for act in acts if act.set is not None}
    for (set_, rank), action in state.verdicts.items():
        if action != "reject":
            continue
        act = last[set_, rank]
        if set_ not in candidates:
            row = study.db.execute("SELECT candidates FROM suggestion_set WHERE hash = ?", (set_,)).fetchone()
            candidates[set_] = tuple(item["code"] for item in json.loads(row[0])) if row else ()
        codes = candidates[set_]
        code = act.code or (codes[rank] if rank < len(codes) else None)
        if code is not None:
            yield _Said(coder, number, code, "rejected", act.view)


def _imported(study: Study, upto: EntryRef) -> Iterator[_Said]:
    newest = study.db.execute("SELECT max(view) FROM tree_view").fetchone()[0]
    rows: Iterable[tuple[Any, ...]] = study.db.execute(
        'SELECT c.coder, c.segment, c.code_applied, c.start, c."end", u.view FROM coding c '
        "JOIN log l ON l.replica = c.replica AND l.seq = c.seq "
        "LEFT JOIN unit u ON u.round = c.round AND u.coder = c.coder AND u.segment = c.segment "
        "WHERE c.origin = 'import' AND c.lost = 0 AND c.start < c.\"end\" AND (l.clock, l.tick, l.replica, l.seq) <= "
        "(SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?) ORDER BY c.segment",
        upto,
    )
    for coder, number, code, start, end, view in rows:
        yield _Said(coder, number, code, "added", newest if view is None else view, (start, end))


class _Cores:
    """The segments of some blind cores, as pages of bits."""

    def __init__(self, pages: dict[int, int]) -> None:
        self._pages = pages

    def __contains__(self, number: int) -> bool:
        page, bit = divmod(number, PAGE)
        return bool(self._pages.get(page, 0) >> bit & 1)


def _unreleased(study: Study, upto: EntryRef) -> _Cores:
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
        "SELECT name, page, bits FROM pages WHERE name >= 'core:' AND name < 'core;'"
    ):
        if name.removeprefix("core:") not in released:
            pages[page] = pages.get(page, 0) | unpack(bits)
    return _Cores(pages)
