"""Settling a case: what is agreed on, why, and who took part; told what it changes before a code's words change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from suggest.errors import BadInput
from suggest.review.changes import Change, Effect, effect
from suggest.study.codes import find_code, read_codes
from suggest.study.log import EntryRef
from suggest.study.not_when import NotWhen, refuse_while_blind, with_case
from suggest.study.people import coders
from suggest.study.rounds import Round
from suggest.study.settling import Settlement, restore, settle, settlements
from suggest.study.study import Study
from tui.disagreements.naming import Naming
from tui.disagreements.telling import NO_CODE, arrows, last_name
from tui.disagreements.view import Case
from tui.review.bench import Bench
from tui.terminal.form import Field

MEANINGS = ("its meaning changes by this", "it means what it meant, said more clearly: nothing is read again")
"""What adding to "not when" may be, in the order of the answers."""


@dataclass(frozen=True)
class Plan:
    """What is to be stored: codes and coders are ids."""

    case: Case
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    reason: str
    not_when: NotWhen | None


def fields(case: Case, codes: Sequence[str], naming: Naming, paths: Mapping[str, str]) -> list[Field]:
    """What is asked before a case is settled."""
    who = ", ".join(_called(naming, case, one.coder) for one in naming.columns(case) if not one.model)
    beside = [code for code in case.differing if code not in codes]
    code = arrows(paths.get(beside[0], "")) if beside else ""
    held = case.settled
    return [
        Field("reason", "Why", held.reason if held is not None else "", 2),
        Field("with", "Who took part", who, hint="names with commas" if not naming.hidden else "letters or names"),
        Field("words", '"Not when" of a code', "", 2, hint="empty: no code's words change; the citation is added"),
        Field("code", "Which code", code, hint="by its name or path"),
    ]


def _called(naming: Naming, case: Case, coder: str) -> str:
    return naming.name(case, coder) if naming.hidden else naming.names.get(coder, coder)


def planned(study: Study, given: Mapping[str, str], *, case: Case, codes: tuple[str, ...], naming: Naming) -> Plan:
    """What a filled-in form asks for. BadInput for a name or code that is not there."""
    known = {person.name: person.id for person in coders(study)}
    letters = {naming.name(case, one.coder): one.coder for one in case.people} if naming.hidden else {}
    agreed = []
    for name in (part.strip() for part in given["with"].split(",")):
        if not name:
            continue
        found = letters.get(name) or known.get(name)
        if found is None:
            there = ", ".join(letters or [one.name for one in case.people])
            raise BadInput("nobody is called so.", place=name, advice=f"Here are: {there}.")
        agreed.append(found)
    if not agreed:
        raise BadInput("say who took part.")
    not_when = None
    if given["words"].strip():
        refuse_while_blind(study, case.number, case.cite)
        code = find_code(read_codes(study), given["code"].strip().replace(" › ", " > "))
        not_when = NotWhen(code.id, given["words"].strip())
    return Plan(case, codes, tuple(dict.fromkeys(agreed)), given["reason"].strip(), not_when)


def foreseen(study: Study, plan: Plan, coder: str) -> tuple[str, Effect]:
    """The code's path, and what its new words would do if they change what it means."""
    assert plan.not_when is not None
    code = find_code(read_codes(study), plan.not_when.code)
    wording = with_case(code.wording, plan.not_when.words, plan.case.cite)
    return code.path_text, effect(study, coder, Change("define", code.id, None, (wording,)))


def meaning_told(path: str, found: Effect) -> str:
    """What it does if the meaning changes, in a sentence or two."""
    again = f"you read {found.again} segment{'' if found.again == 1 else 's'} again"
    others = ", ".join(f"{name} up to {count}" for name, count in found.colleagues)
    return (
        f"{arrows(path)}: if its meaning changes by these words, what was decided on it has to be read again: {again}"
        f"{f'; {others}' if others else ''}. Until then it is missing in the audit and in this list."
    )


def store(bench: Bench, *, round_: Round, plan: Plan) -> Settlement:
    """Settle the case; what now stands. BadInput where somebody settled it meanwhile."""
    _unchanged(bench.study, round_, plan.case.number, plan.case.settled)
    settle(
        bench.study, bench.coder, round_, plan.case.segment, plan.codes, plan.coders, plan.reason,
        not_when=plan.not_when,
    )  # fmt: skip
    return settlements(bench.study, round_.id)[plan.case.number]


def put_back(
    bench: Bench, *, round_: Round, case: Case, now: Settlement | None, wanted: Settlement | None
) -> Settlement | None:
    """Settle as it was settled before; what now stands. BadInput where somebody settled it meanwhile."""
    _unchanged(bench.study, round_, case.number, now)
    restore(bench.study, bench.coder, round_, case.segment, wanted)
    return settlements(bench.study, round_.id).get(case.number)


def _unchanged(study: Study, round_: Round, number: int, known: Settlement | None) -> None:
    held = settlements(study, round_.id).get(number)
    if _entry(held) != _entry(known):
        raise BadInput("it was settled by somebody else meanwhile; nothing was stored.", advice="Look at it again.")


def _entry(held: Settlement | None) -> EntryRef | None:
    return None if held is None else held.entry


@dataclass(frozen=True)
class Step:
    """What was settled on this screen, for undoing: the case, and what stood before and after."""

    case: Case
    before: Settlement | None
    after: Settlement | None


class Steps:
    """One's own settling on this screen, back and forth as deep as one likes."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def made(self, step: Step) -> None:
        """Something was settled: there is nothing to redo any more."""
        self._done.append(step)
        self._undone.clear()

    def back(self) -> Step | None:
        """What undo takes back."""
        return self._done[-1] if self._done else None

    def forth(self) -> Step | None:
        """What redo brings again."""
        return self._undone[-1] if self._undone else None

    def moved(self, now: Settlement | None, *, back: bool) -> None:
        """The step was taken back, or made again; what stands now, by an entry of its own."""
        gone, come = (self._done, self._undone) if back else (self._undone, self._done)
        step = gone.pop()
        come.append(replace(step, before=now) if back else replace(step, after=now))
        if gone and gone[-1].case.number == step.case.number:
            gone[-1] = replace(gone[-1], after=now) if back else replace(gone[-1], before=now)


def said(plan: Plan, paths: Mapping[str, str]) -> str:
    """What was settled, in a sentence."""
    codes = "; ".join(arrows(paths.get(code, "")) for code in plan.codes) or NO_CODE
    words = ""
    if plan.not_when is not None:
        words = f', and written into "not when" of {last_name(paths.get(plan.not_when.code, ""))}'
    return f"settled: {codes} on {plan.case.cite}{words}"
