"""Disagreements settled: what the coders of a round agreed on for a segment, beside what each of them had coded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.answers import AnswerReader
from suggest.study.carry import Answer
from suggest.study.codes import load_tree, tree_head
from suggest.study.log import EntryRef, Writer
from suggest.study.not_when import NotWhen, let_stand, write_not_when
from suggest.study.people import check_text
from suggest.study.rounds import Round
from suggest.study.segments import segment_number
from suggest.study.selecting import is_codable
from suggest.study.study import Study


@dataclass(frozen=True)
class Settlement:
    """What was settled for a segment (its number) in a round: `codes` are ids under the tree of then, none for "no
    code"; `coders` are the ids of who agreed, `actor` of who wrote it down. `reason` is "" where none was given.
    `defined` are the changes of the tree that wrote its outcome into a code's "not when", standing or undone since."""

    entry: EntryRef
    number: int
    actor: str
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    view: int
    reason: str
    defined: tuple[EntryRef, ...] = ()


def settle(
    study: Study,
    actor: str,
    round_: Round,
    segment: str,
    codes: Sequence[str] | None,
    coders: Sequence[str],
    reason: str = "",
    *,
    not_when: NotWhen | None = None,
) -> EntryRef:
    """Record what was agreed: codes, coders and the segment are ids; no codes mean "no code", None takes back what was
    settled before. What the coders had coded stays as it is. `not_when` is written into a code's words in the same
    transaction; it goes with the settlement when that is taken back by whoever wrote it.

    BadInput, and nothing is stored, for a segment or code that is not there, or if there is nothing to take back;
    Refused where the words would tell a coder of the segment who has still to code it blind.
    """
    check_text(reason)
    number = _codable(study, segment)
    with study.write(actor) as writer:
        live = {node.code for node in load_tree(study).live()}
        if any(code not in live for code in codes or ()):
            raise BadInput("a code is not in use; nothing was stored.", advice="Run the command again.")
        before = settlements(study, round_.id).get(number)
        if codes is None and before is None:
            raise BadInput("nothing was settled for this segment.", place=segment)
        defined = before.defined if before is not None and codes is not None else ()
        if not_when is not None and codes is not None:
            defined = (*defined, write_not_when(study, writer, segment, number, not_when))
        return _append(study, writer, round_, segment, _Wanted(codes, coders, reason, defined), before)


def restore(study: Study, actor: str, round_: Round, segment: str, held: Settlement | None) -> EntryRef:
    """Settle a segment as it was settled at another time, or not at all: undo and redo, as an entry of its own. What
    was written into codes with one settlement and not with the other goes or comes back too, as far as it is the
    actor's own and nobody has worked on with it."""
    number = _codable(study, segment)
    with study.write(actor) as writer:
        before = settlements(study, round_.id).get(number)
        if held is None and before is None:
            raise BadInput("nothing was settled for this segment.", place=segment)
        wanted = _Wanted(None, (), "", ()) if held is None else _Wanted(
            held.codes, held.coders, held.reason, held.defined
        )  # fmt: skip
        return _append(study, writer, round_, segment, wanted, before)


@dataclass(frozen=True)
class _Wanted:
    """What is to stand."""

    codes: Sequence[str] | None
    coders: Sequence[str]
    reason: str
    defined: tuple[EntryRef, ...]


def _codable(study: Study, segment: str) -> int:
    number = segment_number(study, segment)
    if number is None or not is_codable(study, number):
        raise BadInput("no segment to be coded has this id.", place=segment)
    return number


def _append(
    study: Study, writer: Writer, round_: Round, segment: str, wanted: _Wanted, before: Settlement | None
) -> EntryRef:
    held = () if before is None else before.defined
    for change in reversed(held):
        if change not in wanted.defined:
            let_stand(study, writer, change, False)
    for change in wanted.defined:
        let_stand(study, writer, change, True)
    head = tree_head(study)
    payload: dict[str, object] = {
        "round": round_.id,
        "segment": segment,
        "codes": None if wanted.codes is None else list(dict.fromkeys(wanted.codes)),
        "with": list(dict.fromkeys(wanted.coders)),
        "tree": None if head is None else list(head),
        "reason": writer.content("reason", wanted.reason) if wanted.reason else None,
    }
    if wanted.defined:
        payload["defined"] = [list(change) for change in wanted.defined]
    return writer.append("settled", payload)


def settlements(study: Study, round_: str) -> dict[int, Settlement]:
    """What stands as settled in a round (an id), by segment number, ascending."""
    rows = study.db.execute(
        "SELECT s.replica, s.seq, s.segment, s.actor, s.codes, s.coders, s.view, s.reason, "
        "json_extract(l.payload, '$.defined') FROM settlement s "
        "JOIN log l ON l.replica = s.replica AND l.seq = s.seq WHERE s.round = ? ORDER BY s.ord",
        (round_,),
    ).fetchall()
    found: dict[int, Settlement] = {}
    for replica, seq, number, actor, codes, coders, view, reason, defined in rows:
        found.pop(number, None)
        if codes is not None:
            words = study.contents.text(reason) if reason else ""
            found[number] = Settlement(
                (replica, seq), number, actor, tuple(json.loads(codes)), tuple(json.loads(coders)), view, words,
                tuple((chain, place) for chain, place in json.loads(defined or "[]")),
            )  # fmt: skip
    return dict(sorted(found.items()))


def settled_answers(reader: AnswerReader, round_: Round, settlement: Settlement) -> dict[str, Answer]:
    """What a settlement says of every code of today's tree: what was in the round's scope and not agreed on is no."""
    scope = reader.view(settlement.view).scope(round_.scope, round_.scope_code)
    given = dict.fromkeys(scope, Answer.NOT_APPLIED) | dict.fromkeys(settlement.codes, Answer.APPLIED)
    return reader.carried(settlement.view, given)
