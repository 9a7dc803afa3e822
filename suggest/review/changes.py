"""Changes of the code tree by hand: what one would do, as far as one coder may know it, and making it.

A coder hears of their own answers in full. Of colleagues only how much they completed is told, never on how many
segments a code stands with them: that would be their codings, counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suggest.errors import BadInput
from suggest.study import codes as tree
from suggest.study.again import come_back
from suggest.study.applied import Doubt, applied_segments, doubts, reading_length
from suggest.study.carry import Answer
from suggest.study.codes import Code, NewCode, Wording
from suggest.study.foreseen import Foreseen, foresee
from suggest.study.pending import members
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.study import Study

CASES = 12
"""So many boundary cases come with an effect."""


@dataclass(frozen=True)
class Change:
    """A change of the tree as somebody wants it. `op` as in the log, `code` the id of the code that is changed.

    `into`: what it is merged into, moved below, or added under (an id; None at the top). `wordings`: the new words of
    a code that is renamed or defined, of those to be added, or of the parts of a split.
    """

    op: str
    code: str | None = None
    into: str | None = None
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a change would do. `applied`: segments of one's own that bear the code; `heirs`: the same of the code that
    it is merged into, `both` those that bear both.

    `positives`, `negatives` and `unsettled` are one's own completed segments that would have to be read again, by what
    was answered there; `characters` is their length together. `colleagues` are those (name, segments completed) who
    would have to read again up to so many; `hidden`: they would where they applied the code, which is not shown.
    """

    applied: int
    heirs: int
    both: int
    positives: int
    negatives: int
    unsettled: int
    characters: int
    colleagues: tuple[tuple[str, int], ...]
    hidden: bool
    cases: tuple[Doubt, ...]

    @property
    def again(self) -> int:
        """How many segments one would have to read again."""
        return self.positives + self.negatives + self.unsettled


def effect(study: Study, coder: str, change: Change) -> Effect:
    """What the change would do to the work of a coder (an id). BadInput where it cannot be made."""
    with study.reading():
        known = {code.id: code for code in tree.read_codes(study)}
        check(known, change)
        waiting = frozenset(come_back(study, coder))  # a count with these would tell how they were answered first
        mine = set(applied_segments(study, coder, change.code)) if change.code and change.op != "add" else set()
        theirs = set(applied_segments(study, coder, change.into)) if change.op == "merge" and change.into else set()
        mine, theirs = mine - waiting, theirs - waiting
        stale = [item for item in foresee(study, payload(change), coder=coder) if item.number not in waiting]
        before = [_kind(item) for item in stale]
        return Effect(
            len(mine), len(theirs), len(mine & theirs),
            before.count("yes"), before.count("no"), before.count(""),
            reading_length(study, [item.number for item in stale]),
            _colleagues(study, coder) if change.op in ("add", "define") else (),
            change.op == "split",
            tuple(_cases(study, coder, known, change)),
        )  # fmt: skip


def _kind(item: Foreseen) -> str:
    if item.before is None or (item.before.missing and item.before is not Answer.APPLIED):
        return ""
    return "yes" if item.before is Answer.APPLIED else "no"


def _cases(study: Study, coder: str, known: dict[str, Code], change: Change) -> list[Doubt]:
    """Where the coder was at the border: beside the code it is merged into, else beside the codes under its parent."""
    if change.code is None or change.op in ("add", "rename", "move"):
        return []
    code = known[change.code]
    beside = [other.id for other in known.values() if other.parent == code.parent and other.id != code.id]
    if change.op == "merge" and change.into is not None:
        here = doubts(study, coder, code.id, [change.into], CASES)
        found = [*here, *doubts(study, coder, change.into, (), CASES)]
    else:
        found = doubts(study, coder, code.id, beside, CASES)
    waiting = come_back(study, coder)
    return [doubt for doubt in found if doubt.number not in waiting][:CASES]


def _colleagues(study: Study, coder: str) -> tuple[tuple[str, int], ...]:
    done: dict[str, int] = {}
    for round_ in (item for item in rounds(study) if not item.second):
        for who, progress in members(study, round_.id).items():
            done[who] = done.get(who, 0) + progress.completed
    return tuple(
        (person.name, done[person.id]) for person in coders(study) if person.id != coder and done.get(person.id)
    )


def payload(change: Change) -> dict[str, Any]:
    """The change as the log would hold it, with words and new ids left open: for foreseeing only."""
    new = [{"code": f"new {i}", "parent": None, "wording": ""} for i, _ in enumerate(change.wordings)]
    match change.op:
        case "add":
            return {"op": "add", "codes": [{**part, "parent": change.into} for part in new]}
        case "split":
            return {"op": "split", "code": change.code, "parts": new}
        case "merge":
            return {"op": "merge", "code": change.code, "into": change.into}
        case "move":
            return {"op": "move", "code": change.code, "parent": change.into}
        case "retire":
            return {"op": "retire", "code": change.code}
        case _:
            return {"op": change.op, "code": change.code, "wording": ""}


def check(known: dict[str, Code], change: Change) -> None:
    """BadInput where the change cannot be made on the tree of these codes."""
    codes = list(known.values())
    into = _of(known, change.into) if change.into is not None else None
    if change.op == "add":
        for wording in change.wordings:
            tree.check_wording(wording)
        tree.check_siblings(codes, *_added(change))
        return
    code = _of(known, change.code)
    match change.op:
        case "rename" | "define":
            tree.check_reword(codes, code, change.wordings[0])
        case "move":
            tree.check_move(codes, code, into)
            if code.parent == change.into:
                raise BadInput("the code lies there already.", place=code.path_text)
        case "merge":
            tree.check_merge(code, _of(known, change.into))
        case "split":
            tree.check_split(codes, code, change.wordings)
        case _:
            tree.check_retire(code)


def _of(known: dict[str, Code], id_: str | None) -> Code:
    if id_ is None or id_ not in known:
        raise BadInput("the code is out of use since.", advice="Look at the tree again.")
    return known[id_]


def _added(change: Change) -> tuple[Sequence[NewCode], dict[str, str | None]]:
    new = [NewCode(f"new {i}", wording, change.into) for i, wording in enumerate(change.wordings)]
    return new, {item.key: change.into for item in new}


def make(study: Study, coder: str, change: Change) -> list[str]:
    """Make the change, as one entry; the ids of the codes that it made or changed. BadInput, and nothing is stored,
    where it cannot be made any more."""
    known = {code.id: code for code in tree.read_codes(study)}
    check(known, change)
    if change.op == "add":
        return list(tree.add_codes(study, coder, _added(change)[0]).values())
    code = _of(known, change.code)
    match change.op:
        case "rename" | "define":
            tree.reword(study, coder, code, change.wordings[0], meaning=change.op == "define")
        case "move":
            tree.move(study, coder, code, known[change.into] if change.into is not None else None)
        case "merge":
            tree.merge_codes(study, coder, code, _of(known, change.into))
            return [_of(known, change.into).id]
        case "split":
            return tree.split_code(study, coder, code, change.wordings)
        case _:
            tree.retire(study, coder, code)
            return [code.parent] if code.parent is not None else []
    return [code.id]
