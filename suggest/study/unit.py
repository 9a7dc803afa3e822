"""What one coder's acts on one segment amount to: a pure reduction, the same for deciding, undo and redo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SECOND = "stability"
"""The purpose of a round that holds coders' second answers to segments that came back; nobody codes anything else in
it, and its codings stand in no list of codings."""


def second_id(round_: str) -> str:
    """The id of the round of second answers that goes with a round (an id): the same on every copy of a study."""
    return f"s{round_[1:]}"


Suggestion = tuple[str, int]
"""The hash of a suggestion set and a rank in it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One live act: an entry of kind decided, completed or flagged. Ranges are in today's document offsets."""

    ord: int
    replica: str
    seq: int
    action: str
    set: str | None = None
    rank: int | None = None
    code: str | None = None
    start: int | None = None
    end: int | None = None
    view: int | None = None
    scope: str | None = None
    scope_code: str | None = None
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class UnitCoding:
    """A code on a range, by the act that put it there."""

    act: Act
    code: str
    start: int
    end: int
    origin: str


@dataclass
class UnitState:
    """Codings in order of making, the verdict on each suggestion, and how far the segment is."""

    codings: list[UnitCoding] = field(default_factory=list)
    verdicts: dict[Suggestion, str] = field(default_factory=dict)
    completed: Act | None = None
    no_code: bool = False
    kept: bool = False
    flagged: bool = False
    later: int | None = None
    acts: int = 0


def reduce(acts: Iterable[Act]) -> UnitState:
    """The state after the acts in their order. Any order gives a state: what makes no sense has no effect.

    A new verdict on a suggestion replaces the one before, with its coding; the same code on the same range stands
    once; "no code fits" holds until a code is applied.
    """
    state = UnitState()
    for act in acts:
        state.acts += 1
        _apply(state, act)
    first: dict[tuple[str, int, int], UnitCoding] = {}
    for coding in state.codings:
        first.setdefault((coding.code, coding.start, coding.end), coding)
    state.codings = [*first.values()]
    return state


def _apply(state: UnitState, act: Act) -> None:
    match act.action:
        case "accept" | "edit" | "reject" | "unsure":
            _judge(state, act)
        case "add":
            _put(state, act, "add")
        case "remove":
            _remove(state, act)
        case "no_code":
            state.no_code = not state.codings
        case "keep":
            state.kept = True
        case "skip":
            if state.completed is None:
                state.later = act.ord
        case "complete":
            state.completed, state.later = act, None
        case "flag":
            state.flagged = True
        case "unflag":
            state.flagged = False


def _judge(state: UnitState, act: Act) -> None:
    if act.set is None or act.rank is None:
        return
    suggestion = (act.set, act.rank)
    if act.action == "accept" and state.verdicts.get(suggestion) == "accept":
        return
    state.codings = [
        c for c in state.codings if (c.act.set, c.act.rank) != suggestion or c.origin not in ("accept", "edit")
    ]
    state.verdicts[suggestion] = act.action
    if act.action in ("accept", "edit"):
        _put(state, act, act.action)


def _put(state: UnitState, act: Act, origin: str) -> None:
    if act.code is None or act.start is None or act.end is None:
        return
    state.codings.append(UnitCoding(act, act.code, act.start, act.end, origin))
    state.no_code = False


def _remove(state: UnitState, act: Act) -> None:
    """Take codings away; a suggestion that one of them came from has no verdict any more and can be judged anew."""
    for coding in [c for c in state.codings if _meant(c, act)]:
        state.codings.remove(coding)
        if coding.origin != "add" and coding.act.set is not None and coding.act.rank is not None:
            state.verdicts.pop((coding.act.set, coding.act.rank), None)


def _meant(coding: UnitCoding, act: Act) -> bool:
    same_range = act.start is None or (coding.start, coding.end) == (act.start, act.end)
    return coding.code == act.code and same_range
