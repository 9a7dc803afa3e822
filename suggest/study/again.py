"""Second answers: a few of a coder's own segments come back, to be coded once more without the first answer in sight.

They have a round of their own beside the one that they were first coded in, of the purpose `stability`, so that no
second answer is ever taken for a first one. What comes back is drawn as the coder completes segments, by the seed of
the round's draw, so that nobody can tell it beforehand, and not before so many other segments lie between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from suggest.study.answers import AnswerReader, Said, UnitFacts
from suggest.study.audited import decided_in_bulk
from suggest.study.carry import Answer
from suggest.study.committed import CommittedReader
from suggest.study.draw import rank
from suggest.study.fold.reducing import ACT_COLUMNS
from suggest.study.log import Writer
from suggest.study.looks import looks
from suggest.study.rounds import Round, rounds
from suggest.study.segments import segment_id
from suggest.study.sets import SegmentSet, in_set, read_set
from suggest.study.settings import get_setting, share
from suggest.study.study import Study
from suggest.study.unit import SECOND, Act, reduce, second_id

_OPEN = f"SELECT round FROM round WHERE purpose = '{SECOND}' AND state = 'open' ORDER BY n"


def come_back(study: Study, coder: str) -> SegmentSet:
    """The segments that wait for a second answer of the coder (an id): nothing of the first one may be seen."""
    found = SegmentSet()
    for (round_,) in study.db.execute(_OPEN).fetchall():
        found = found | read_set(study, f"left:{round_}:{coder}")
    return found


def answered_in(study: Study, round_: Round, coder: str, number: int) -> Round:
    """The round in which a segment is to be answered by a coder: that of second answers while one is waited for, else
    the round itself."""
    if round_.second:
        return round_
    for (second,) in study.db.execute(_OPEN).fetchall():
        if in_set(study, f"left:{second}:{coder}", number):
            return next(item for item in rounds(study) if item.id == second)
    return round_


def second_round(study: Study, round_: Round) -> Round | None:
    """The round of second answers that goes with a round; None if nothing has come back in it, or it is one itself."""
    wanted = second_id(round_.id)
    return next((item for item in rounds(study) if item.id == wanted and item.second), None)


def bring_back(study: Study, writer: Writer, coder: str, round_: Round) -> None:
    """Let a segment come back, if the draw says so: to be called when the coder has completed one in the round.

    The one that lies `stability_gap` completions back is looked at, so that each is looked at once, in its turn.
    """
    wanted, gap = share(study, "stability"), get_setting(study, "stability_gap")
    if not wanted or round_.second or round_.purpose in ("consensus", "imported"):
        return
    row = study.db.execute(
        "SELECT segment FROM act WHERE coder = ? AND live = 1 AND round = ? AND action = 'complete' "
        "ORDER BY ord DESC LIMIT 1 OFFSET ?",
        (coder, round_.id, max(1, gap)),
    ).fetchone()
    if row is None or not _drawn(study, coder, round_, row[0], wanted):
        return
    second = second_id(round_.id)
    if study.db.execute("SELECT 1 FROM round WHERE round = ?", (second,)).fetchone() is None:
        _open(writer, round_, second)
    segment = segment_id(study, row[0])
    writer.append(
        "came_back", {"round": second, "coder": coder, "segment": segment, "share": wanted, "gap": max(1, gap)}
    )


def _drawn(study: Study, coder: str, round_: Round, number: int, wanted: int) -> bool:
    """Whether a segment that is completed and still to be coded is one of those that come back, and has not yet."""
    completed = study.db.execute(
        "SELECT 1 FROM unit WHERE round = ? AND coder = ? AND segment = ? AND completed IS NOT NULL",
        (round_.id, coder, number),
    ).fetchone()
    if completed is None or not in_set(study, f"scope:{round_.id}:{coder}", number):
        return False
    if in_set(study, f"arm:{second_id(round_.id)}:{coder}", number):
        return False
    segment = segment_id(study, number)
    row = study.db.execute(
        "SELECT seed FROM draw WHERE round = ? AND document = ?", (round_.id, segment.partition(".")[0])
    ).fetchone()
    return row is not None and rank(row[0], "again", coder, segment) < wanted


def _open(writer: Writer, round_: Round, second: str) -> None:
    writer.append(
        "round_opened",
        {
            "round": second,
            "name": writer.content("round", f"{round_.name}, again"),
            "purpose": SECOND,
            "coders": None if round_.coders is None else list(round_.coders),
            "documents": None,
            "overlap": 0,
            "scope": [round_.scope, round_.scope_code],
        },
    )


DOUBTS = {"reject": Answer.REJECTED, "unsure": Answer.UNSURE}
_UNDOINGS = (
    "SELECT ord, replica, seq, NULL FROM revert WHERE target_replica = ?1 AND target_seq = ?2 AND coder = ?3 "
    "AND ord < ?4 UNION ALL SELECT b.ord, b.replica, b.seq, json_array(a.replica, a.seq) FROM revert a JOIN revert b "
    "ON b.target_replica = a.replica AND b.target_seq = a.seq AND b.coder = a.coder "
    "WHERE a.target_replica = ?1 AND a.target_seq = ?2 AND a.coder = ?3 AND b.ord < ?4 ORDER BY 1"
)
"""What undid an act, and what undid that, in order: the last column names the undoing that was undone."""


@dataclass(frozen=True)
class Twice:
    """A segment (its number) that a coder answered twice: both answers on every code of today's tree. `shown`: when it
    was answered first, suggestions had been on screen."""

    number: int
    first: dict[str, Answer]
    second: dict[str, Answer]
    shown: bool


@dataclass(frozen=True)
class Again:
    """What came back for one coder (an id) in a round, and what was answered twice of it."""

    coder: str
    came_back: int
    answered: tuple[Twice, ...]

    def alike(self) -> tuple[int, int]:
        """(answers on a code that are the same both times, answers that say yes or no both times), of all segments."""
        same = both = 0
        for item in self.answered:
            for code, first in item.first.items():
                second = item.second[code]
                if not first.missing and not second.missing:
                    both += 1
                    same += (first is Answer.APPLIED) == (second is Answer.APPLIED)
        return same, both


def answered_twice(study: Study, round_: Round) -> list[Again]:
    """By coder, in the order they came. The first answer is the one that stood when the second was begun (of a blind
    one that was revealed, the committed one), the second is the one that was completed first: later changes of either
    do not count. What consent keeps out now, or is no talk any more, is left out."""
    second = second_round(study, round_)
    if second is None:
        return []
    with study.reading():
        reader = _Reader(study, round_, second)
        people = study.db.execute(
            "SELECT m.coder FROM membership m JOIN coder c USING (coder) WHERE m.round = ? ORDER BY c.n", (second.id,)
        ).fetchall()
        return [reader.of(coder) for (coder,) in people]


def own_again(study: Study, round_: Round, coder: str) -> Again | None:
    """The same for one coder (an id) alone; None where nothing has come back."""
    second = second_round(study, round_)
    if second is None:
        return None
    with study.reading():
        found = _Reader(study, round_, second).of(coder)
        return found if found.came_back else None


def has_looked(study: Study, round_: Round, coder: str) -> bool:
    """Whether others may be told how stable a coder (an id) was in a round: the coder has looked, or it is over."""
    second = second_round(study, round_)
    return second is None or second.state == "closed" or any(look.actor == coder for look in looks(study, second.id))


def log_own_look(study: Study, coder: str, round_: Round, documents: int, segments: int) -> bool:
    """Log that a coder looked at their own second answers, the first time; whether an entry was written."""
    second = second_round(study, round_)
    if second is None or has_looked(study, round_, coder):
        return False
    with study.write(coder) as writer:
        writer.append("looked", {"round": second.id, "documents": documents, "segments": segments})
    return True


class _Reader:
    """Reads both answers of coders from their acts as they stood at a moment."""

    def __init__(self, study: Study, round_: Round, second: Round) -> None:
        self._study, self._round, self._second = study, round_, second
        self._answers, self._committed = AnswerReader(study), CommittedReader(study)

    def of(self, coder: str) -> Again:
        there = read_set(self._study, f"scope:{self._second.id}:{coder}")
        bulk = decided_in_bulk(self._study, self._round.id, coder)
        found = (self._twice(coder, number, bulk.get(number, frozenset())) for number in there)
        return Again(coder, there.count(), tuple(item for item in found if item is not None))

    def _code(self, hash_: str, rank_: int) -> str:
        query = "SELECT json_extract(candidates, '$[' || ? || '].code') FROM suggestion_set WHERE hash = ?"
        row = self._study.db.execute(query, (rank_, hash_)).fetchone()
        return "" if row is None or row[0] is None else str(row[0])

    def _twice(self, coder: str, number: int, bulk: frozenset[str]) -> Twice | None:
        begun, done = self._study.db.execute(
            "SELECT min(ord), min(CASE WHEN action = 'complete' THEN ord END) FROM act "
            "WHERE coder = ? AND segment = ? AND round = ?",
            (coder, number, self._second.id),
        ).fetchone()
        if done is None:
            return None
        first, shown = self._first(coder, number, begun)
        second = self._facts(self._second, coder, number, done + 1, frozenset())
        if first is None or second is None:
            return None
        answers = self._answers.answers(first)
        answers |= {code: Answer.BULK for code in bulk if code in answers}
        return Twice(number, answers, self._answers.answers(second), shown)

    def _first(self, coder: str, number: int, before: int) -> tuple[UnitFacts | None, bool]:
        """What was answered first, None if that was taken back; and whether suggestions were on screen."""
        actual, revealed, seen = self._study.db.execute(
            "SELECT actual, revealed, seen FROM unit WHERE round = ? AND coder = ? AND segment = ?",
            (self._round.id, coder, number),
        ).fetchone() or (None, None, 0)
        shown = actual == "shown" or bool(seen) or (actual == "blind_then_shown" and revealed is None)
        if revealed is not None and not shown:
            kept = self._committed.facts(self._round.id, coder, number, number).get(number)
            return (None if kept is None or kept.completed is None else kept), shown
        now = self._answers.facts(self._round.id, coder, number, number).get(number, UnitFacts(number))
        facts = self._facts(self._round, coder, number, before, now.shown)
        if facts is not None:
            own = set(self._ords(coder, number))
            facts.said += [said for said in now.said if said.ord not in own and said.ord < before]
        return facts, shown

    def _ords(self, coder: str, number: int) -> list[int]:
        rows = self._study.db.execute(
            "SELECT ord FROM act WHERE coder = ? AND segment = ? AND round = ?", (coder, number, self._round.id)
        )
        return [ord_ for (ord_,) in rows]

    def _facts(self, round_: Round, coder: str, number: int, before: int, shown: frozenset[str]) -> UnitFacts | None:
        """What the acts before a place in the fold's order amounted to there; None if the segment was not completed."""
        acts = self._acts(round_, coder, number, before)
        state = reduce(acts)
        done = state.completed
        if done is None:
            return None
        facts = UnitFacts(number, done.ord, done.view, done.scope or "all", done.scope_code, state.no_code, shown)
        for coding in state.codings:
            answer = Answer.APPLIED if coding.start < coding.end else Answer.OPEN
            facts.said.append(Said(coding.code, answer, coding.act.ord, coding.act.view))
        last = {(act.set, act.rank): act for act in acts if act.set is not None}
        for suggestion, verdict in state.verdicts.items():
            if verdict in DOUBTS and (code := self._code(*suggestion)):
                act = last[suggestion]
                facts.said.append(Said(act.code or code, DOUBTS[verdict], act.ord, act.view))
        return facts

    def _acts(self, round_: Round, coder: str, number: int, before: int) -> list[Act]:
        """The acts on a unit that stood just before a place in the fold's order."""
        rows = self._study.db.execute(
            f"SELECT {ACT_COLUMNS} FROM act WHERE coder = ? AND segment = ? AND round = ? AND ord < ? ORDER BY ord",
            (coder, number, round_.id, before),
        ).fetchall()
        return [act for act in (Act(*row) for row in rows) if self._stood(act, coder, before)]

    def _stood(self, act: Act, coder: str, before: int) -> bool:
        """Whether an act was not undone just before that place, or had been brought back."""
        undone: tuple[str, int] | None = None
        for _, replica, seq, target in self._study.db.execute(_UNDOINGS, (act.replica, act.seq, coder, before)):
            if target is None and undone is None:
                undone = (replica, seq)
            elif target is not None and tuple(json.loads(target)) == undone:
                undone = None
        return undone is None
