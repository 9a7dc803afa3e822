"""Answers as they were committed before a reveal: what a coder thought without the model, whatever was revised
since."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

from suggest.study.answers import AnswerReader, Said, UnitFacts
from suggest.study.carry import Answer
from suggest.study.study import Study


@dataclass
class _Kept:
    """A snapshot: the tree view it was made under, and (code, start, end) of each coding."""

    view: int | None
    codings: list[tuple[str, int, int]] = field(default_factory=list)


class CommittedReader(AnswerReader):
    """As `AnswerReader`, but where suggestions were revealed after a blind answer the facts are those of that answer.

    It stands although the segment was taken up again and is not completed now.
    """

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._positions: dict[str, int] | None = None

    def facts(self, round_: str, coder: str, first: int, last: int, *, shown: bool = True) -> dict[int, UnitFacts]:
        """What is stored for the segments first..last of one document, by segment number; blind answers as
        committed."""
        found = super().facts(round_, coder, first, last, shown=shown)
        kept = self._kept(round_, coder, first, last)
        if not kept:
            return found
        over = self._running_over(round_, coder, first, last)
        revealed = self._revealed(round_, coder, first, last) if over else {}
        for number, snapshot in kept.items():
            facts = found.get(number, UnitFacts(number))
            said = [
                Said(code, Answer.APPLIED if start < end else Answer.OPEN, -1, snapshot.view)
                for code, start, end in snapshot.codings
            ]
            said += [
                Said(code, Answer.APPLIED, -1, snapshot.view)
                for code, ord_ in over.get(number, ())
                if ord_ < revealed.get(number, 0)
            ]
            found[number] = replace(
                facts, completed=facts.completed if facts.completed is not None else 0, view=snapshot.view,
                no_code=facts.no_code and not said, shown=frozenset(), said=said,
            )  # fmt: skip
        return found

    def _kept(self, round_: str, coder: str, first: int, last: int) -> dict[int, _Kept]:
        found: dict[int, _Kept] = {}
        for number, code, start, end, view in self._study.db.execute(
            'SELECT segment, code, start, "end", view FROM snapshot WHERE round = ? AND coder = ? '
            "AND segment BETWEEN ? AND ? ORDER BY segment, i",
            (round_, coder, first, last),
        ):
            snapshot = found.setdefault(number, _Kept(view))
            if code is not None:
                snapshot.codings.append((code, start, end))
        return found

    def _running_over(self, round_: str, coder: str, first: int, last: int) -> dict[int, list[tuple[str, int]]]:
        """(code, place among all acts) of codings that stand and run over into a segment from another one."""
        places = self._study.db.execute(
            'SELECT n, start, "end", document FROM segment WHERE n BETWEEN ? AND ? ORDER BY n', (first, last)
        ).fetchall()
        numbers, starts, ends = ([row[i] for row in places] for i in range(3))
        found: dict[int, list[tuple[str, int]]] = {}
        for anchor, code, start, end, ord_ in self._study.db.execute(
            'SELECT c.segment, c.code_applied, c.start, c."end", a.ord FROM coding c JOIN segment s ON s.n = c.segment '
            "JOIN act a ON a.replica = c.replica AND a.seq = c.seq "
            "WHERE c.document = ? AND c.coder = ? AND c.round = ? AND c.lost = 0 "
            'AND (c.start < s.start OR c."end" > s."end")',
            (places[0][3] if places else "", coder, round_),
        ):
            for number in numbers[bisect_right(ends, start) : bisect_left(starts, end)]:
                if number != anchor:
                    found.setdefault(number, []).append((code, ord_))
        return found

    def _revealed(self, round_: str, coder: str, first: int, last: int) -> dict[int, int]:
        """The place of each segment's reveal among all entries."""
        if self._positions is None:
            self._positions = {
                f'["{replica}", {seq}]': position
                for replica, seq, position in self._study.db.execute(
                    "SELECT replica, seq, position FROM (SELECT replica, seq, kind, row_number() OVER "
                    "(ORDER BY clock, tick, replica, seq) AS position FROM log) WHERE kind = 'revealed'"
                )
            }
        return {
            number: self._positions.get(entry, 0)
            for number, entry in self._study.db.execute(
                "SELECT segment, revealed FROM unit WHERE round = ? AND coder = ? AND segment BETWEEN ? AND ? "
                "AND revealed IS NOT NULL",
                (round_, coder, first, last),
            )
        }
