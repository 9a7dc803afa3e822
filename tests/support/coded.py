"""A study at the end of its work, so that every part of an audit has something to say: twelve documents, three people,
a blind core, an arm, suggestions shown, a second model and a later run, and segments settled."""

from __future__ import annotations

import hashlib
from pathlib import Path

from desk import CODES, Desk, make_desk

from suggest.study.documents import describe, get_document
from suggest.study.people import ensure_coder
from suggest.study.runs import NewCandidate
from suggest.study.settling import settle

PEOPLE = ("anna", "ben", "cleo")
OFTEN = ("Support/Trust", "Doubts/Money", "Setting")


def dice(*parts: object) -> float:
    """0 to 1, evenly, the same for ever."""
    return int(hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:8], 16) / 2**32


def truth(segment: str) -> set[str]:
    """What a segment is about."""
    return {code for n, code in enumerate(OFTEN) if dice(segment, code) < (0.45, 0.3, 0.2)[n]}


def coded_by(segment: str, who: str, slips: float) -> set[str]:
    """What somebody applies who takes a code for another in this share of cases."""
    return {code for code in OFTEN if (code in truth(segment)) != (dice(segment, code, who) < slips)}


def listed(desk: Desk, segment: str, who: str, slips: float) -> list[NewCandidate]:
    """A model's candidates: what fits first, each with a confidence."""
    fits = coded_by(segment, who, slips)
    order = sorted(CODES, key=lambda code: (code not in fits, dice(segment, code, who, "rank")))
    found = []
    for place, code in enumerate(order[: max(5, len(fits))]):
        sure = (
            0.55 + 0.4 * dice(segment, code, who, "sure") if code in fits else 0.45 * dice(segment, code, who, "sure")
        )
        found.append(NewCandidate(desk.codes[code], code in fits, int(1e6 * sure) - place, "rank", None, "none", ""))
    return found


def finished_study(path: Path, *, sizes: tuple[int, ...] = (20,) * 12, **settings: str) -> Desk:
    """The study; `lexical` was asked before the people, `other` after them, and `lexical` once more."""
    desk = make_desk(path, core="0.5", arm="0.3", sizes=sizes, core_opening="3", **settings)
    for n, document in enumerate(desk.documents):
        describe(
            desk.study, desk.anna, get_document(desk.study, document), attributes={"site": ("BU", "CH", "RO")[n % 3]}
        )
    desk.suggest({segment: listed(desk, segment, "lexical", 0.15) for segment in desk.ids()})
    for segment in desk.ids():
        for coder in PEOPLE:
            _work(desk, segment, coder)
    desk.suggest({segment: listed(desk, segment, "other", 0.3) for segment in desk.ids()}, "other")
    desk.suggest({segment: listed(desk, segment, "newer", 0.05) for segment in desk.ids()})
    both = [desk.anna, ensure_coder(desk.study, "ben")]
    for segment in desk.assigned("blind_then_shown")[::2]:
        settle(desk.study, desk.anna, desk.round, segment, [desk.codes[code] for code in truth(segment)], both)
    return desk


def _work(desk: Desk, segment: str, coder: str) -> None:
    """Code a segment as one who sees no suggestion would, or take up some of those on screen; some are left alone."""
    if dice(segment, coder, "open") < 0.05:
        return
    shown = desk.line(segment, coder)["suggestions"]
    wanted = coded_by(segment, coder, 0.1)
    for item in shown:
        name = next(name for name, id_ in desk.codes.items() if id_ == item["code"])
        if item["fits"] and (name in wanted or dice(segment, coder, name, "taken") < 0.6):
            desk.done("accept", segment, coder, suggestion=item["id"])
            wanted.discard(name)
        elif item["fits"] and dice(segment, coder, name, "unsure") < 0.1:
            desk.done("unsure", segment, coder, suggestion=item["id"])
            wanted.discard(name)
        elif item["fits"]:
            desk.done("reject", segment, coder, suggestion=item["id"])
    for name in sorted(wanted):
        desk.apply(segment, name, coder)
    answer = desk.done("complete", segment, coder)
    for item in answer.get("revealed", {}).get("suggestions", []):
        if item["fits"] and dice(segment, coder, item["code"], "after") < 0.3:
            desk.act("accept", segment, coder, suggestion=item["id"])
