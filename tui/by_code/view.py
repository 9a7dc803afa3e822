"""The study's side of the list: its pages, the verdicts in it, and the codes that have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suggest.review.by_code import ByCode, Compared, Page
from suggest.study.segments import segment_number
from suggest.study.units import last_act, last_undone
from tui.review.bench import Bench

SIZE = 64
"""Rows of a page."""


@dataclass(frozen=True)
class Listed:
    """A code (an id) with its list: how long that is, and at which place to begin. `code` is None where no code
    has any."""

    code: str | None
    total: int
    place: int = 0


@dataclass(frozen=True)
class Judged:
    """What became of a line, its place, and a sentence; `declined`: nothing was stored. Without a line only said."""

    line: Compared | None
    place: int | None
    said: str
    declined: bool = False


def _lists(bench: Bench) -> ByCode:
    return ByCode(bench.study, bench.coder, bench.reviewer)


def opened(bench: Bench, wanted: str | None, segment: str | None = None) -> Listed:
    """The list of a code, or of the first one that has any; begun at a segment (an id) if that is in it."""
    lists = _lists(bench)
    code = wanted if wanted is not None else lists.first([code.id for code in bench.codes])
    if code is None:
        return Listed(None, 0)
    found = lists.segments(code)
    number = None if segment is None else segment_number(bench.study, segment)
    return Listed(code, found.count(), 0 if number is None or number not in found else found.before(number))


def beside(bench: Bench, code: str | None, by: int) -> Listed | None:
    """The nearest code after (`by` 1) or before (-1) this one in the tree that has a list."""
    codes = [code.id for code in bench.codes]
    place = codes.index(code) if code in codes else -1 if by > 0 else len(codes)
    found = _lists(bench).first(codes[place + 1 :] if by > 0 else codes[: max(0, place)][::-1])
    return None if found is None else opened(bench, found)


def page(bench: Bench, code: str, start: int) -> Page:
    """Rows of a code's list from a place on."""
    return _lists(bench).page(code, start, SIZE)


def judge(bench: Bench, code: str, line: Compared, place: int, act: Mapping[str, Any]) -> Judged:
    """One decide object on a line, and how the line stands now."""
    answer = bench.reviewer.act({**act, "segment": line.segment, "suggestion": line.suggestion})
    now = _lists(bench).lines(code, [line.number])[0]
    if not answer["ok"]:
        return Judged(now, place, str(answer["error"]), declined=True)
    return Judged(now, place, "")


def in_bulk(bench: Bench, verdict: str, suggestions: Sequence[str], ref: str) -> Judged:
    """The same verdict on all of these, or on none: one act, logged as bulk."""
    answer = bench.reviewer.act({"action": "bulk", "verdict": verdict, "suggestions": [*suggestions], "ref": ref})
    if not answer["ok"]:
        return Judged(None, None, str(answer["error"]), declined=True)
    word = {"accept": "accepted", "reject": "rejected"}[verdict]
    return Judged(None, None, f"{word} in bulk: {len(suggestions)} · u undoes them as one")


def step(bench: Bench, code: str, action: str, ref: str) -> Judged:
    """Undo or redo, where that concerns this list; else it says where it lies and takes nothing back."""
    act = last_act(bench.study, bench.coder) if action == "undo" else last_undone(bench.study, bench.coder)
    lists = _lists(bench)
    found = lists.segments(code)
    if act is not None and (act.segment is None or act.segment not in found):
        return Judged(None, None, f"Your last entry does not lie in this list: {action} it in the review.", True)
    answer = bench.reviewer.act({"action": action, "ref": ref})
    if not answer["ok"]:
        return Judged(None, None, str(answer["error"]), declined=True)
    touched = answer["undone" if action == "undo" else "redone"]
    word = "undone" if action == "undo" else "done again"
    count = touched.get("count")
    if act is None or act.segment is None or count is not None:
        return Judged(None, None, f"{word}: {touched['action']}{f' of {count}' if count else ''}")
    line = lists.lines(code, [act.segment])[0]
    cite = "" if line is None else f" on {line.cite}"
    return Judged(line, found.before(act.segment), f"{word}: {touched['action']}{cite}")
