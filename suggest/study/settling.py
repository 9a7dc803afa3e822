"""Disagreements settled: what the coders of a round agreed on for a segment, beside what each of them had coded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.answers import AnswerReader
from suggest.study.carry import Answer
from suggest.study.codes import load_tree, tree_head
from suggest.study.log import EntryRef
from suggest.study.people import check_text
from suggest.study.rounds import Round
from suggest.study.segments import segment_number
from suggest.study.selecting import is_codable
from suggest.study.study import Study


@dataclass(frozen=True)
class Settlement:
    """What was settled for a segment (its number) in a round: `codes` are ids under the tree of then, none for "no
    code"; `coders` are the ids of who agreed, `actor` of who wrote it down. `reason` is "" where none was given."""

    entry: EntryRef
    number: int
    actor: str
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    view: int
    reason: str


def settle(
    study: Study,
    actor: str,
    round_: Round,
    segment: str,
    codes: Sequence[str] | None,
    coders: Sequence[str],
    reason: str = "",
) -> EntryRef:
    """Record what was agreed: codes, coders and the segment are ids; no codes mean "no code", None takes back what was
    settled before. What the coders had coded stays as it is.

    BadInput, and nothing is stored, for a segment or code that is not there, or if there is nothing to take back.
    """
    check_text(reason)
    number = segment_number(study, segment)
    if number is None or not is_codable(study, number):
        raise BadInput("no segment to be coded has this id.", place=segment)
    with study.write(actor) as writer:
        live = {node.code for node in load_tree(study).live()}
        if any(code not in live for code in codes or ()):
            raise BadInput("a code is not in use; nothing was stored.", advice="Run the command again.")
        if codes is None and number not in settlements(study, round_.id):
            raise BadInput("nothing was settled for this segment.", place=segment)
        head = tree_head(study)
        return writer.append(
            "settled",
            {
                "round": round_.id,
                "segment": segment,
                "codes": None if codes is None else list(dict.fromkeys(codes)),
                "with": list(dict.fromkeys(coders)),
                "tree": None if head is None else list(head),
                "reason": writer.content("reason", reason) if reason else None,
            },
        )


def settlements(study: Study, round_: str) -> dict[int, Settlement]:
    """What stands as settled in a round (an id), by segment number, ascending."""
    rows = study.db.execute(
        "SELECT replica, seq, segment, actor, codes, coders, view, reason FROM settlement WHERE round = ? ORDER BY ord",
        (round_,),
    ).fetchall()
    found: dict[int, Settlement] = {}
    for replica, seq, number, actor, codes, coders, view, reason in rows:
        found.pop(number, None)
        if codes is not None:
            words = study.contents.text(reason) if reason else ""
            found[number] = Settlement(
                (replica, seq), number, actor, tuple(json.loads(codes)), tuple(json.loads(coders)), view, words
            )
    return dict(sorted(found.items()))


def settled_answers(reader: AnswerReader, round_: Round, settlement: Settlement) -> dict[str, Answer]:
    """What a settlement says of every code of today's tree: what was in the round's scope and not agreed on is no."""
    scope = reader.view(settlement.view).scope(round_.scope, round_.scope_code)
    given = dict.fromkeys(scope, Answer.NOT_APPLIED) | dict.fromkeys(settlement.codes, Answer.APPLIED)
    return reader.carried(settlement.view, given)
