"""What comes next for a coder: a virtual queue, computed from sets of segments and never stored.

Blind segments take no part in any order or filter that suggestions decide: they come at their place in the document
order, and elsewhere at a steady rate, whole blocks at a time, from counts that hold no suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice

from suggest.errors import UsageError
from suggest.review.filtering import Filter, Narrowing
from suggest.study.again import come_back, second_round
from suggest.study.blindness import all_blind_elsewhere
from suggest.study.claims import Hold, taken
from suggest.study.codes import load_tree
from suggest.study.pending import Pending
from suggest.study.rounds import Round, block_start
from suggest.study.sets import SegmentSet, gathered, read_set, read_sets, single
from suggest.study.study import Study
from suggest.study.tree import CodeTree
from suggest.study.units import seen_with_suggestions

ORDERS = ("document", "uncertain", "code", "random")


@dataclass(frozen=True)
class _Left:
    """What is left for a coder, and the shares by which blind segments are mixed in."""

    blind: SegmentSet
    open: SegmentSet
    scope: SegmentSet
    blind_in_all: int
    open_in_all: int


class Queue:
    """The queue of one coder in a round that is ready. Ask it again after each act: it holds nothing of what is left.

    `chosen` limits it; `document` and `code` (ids) are its fields of these names, for short. With `code` only segments
    for which that code (or one merged into it) is suggested come, and blind ones at the same rate as ever. Keep the
    queue as long as it is the same, since looking for words takes time. UsageError for an unknown order.
    """

    def __init__(
        self,
        study: Study,
        coder: str,
        round_: Round,
        order: str = "document",
        chosen: Filter = Filter(),  # noqa: B008 - it is frozen
        *,
        document: str | None = None,
        code: str | None = None,
    ) -> None:
        if order not in ORDERS:
            raise UsageError(f"{order} is not an order. There are: {', '.join(ORDERS)}.")
        self._study, self._coder, self._round = study, coder, round_
        chosen = replace(chosen, document=document or chosen.document, code=code or chosen.code)
        self._order, self._code, self._state = order, chosen.code, chosen.state
        self._narrowing = Narrowing(study, coder, round_.id, chosen)
        self._first, self._last = self._narrowing.first, self._narrowing.last

    @property
    def round(self) -> Round:
        """The round that the queue is of."""
        return self._round

    def next(self) -> int | None:
        """The number of the segment that comes next; None if no work is left, or others have all of it: see `held`."""
        return next(iter(self.take(1)), None)

    def take(self, limit: int) -> list[int]:
        """The numbers of the next segments, each once, as they would come if each were completed in turn."""
        with self._study.reading():
            return list(islice(self._numbers(), limit))

    def held(self) -> tuple[Hold, ...]:
        """What is left for this coder, and wanted, but open with others: it comes back when they let go of it."""
        with self._study.reading():
            others = taken(self._study, self._round, self._coder)
            if not others or self._state not in ("open", "later"):
                return ()
            left = self._read(f"left:{self._round.id}:{self._coder}") & gathered(others)
            wanted = self._narrowing.wanted()
            if wanted is not None:
                left = left & wanted
            if self._code is not None:
                left = left & (self._suggested_for(load_tree(self._study), self._code) | self._blind())
            return tuple(hold for number in left for hold in others[number])

    def unseen(self, limit: int) -> list[int]:
        """Of the next `limit` segments those that the coder has not opened with a suggestion yet: what can be suggested
        anew before it is seen. Blind segments are among them."""
        with self._study.reading():
            coming = list(islice(self._numbers(), limit))
            seen = seen_with_suggestions(self._study, self._round.id, self._coder, coming)
        return [number for number in coming if number not in seen]

    def _numbers(self) -> Iterator[int]:
        others = taken(self._study, self._round, self._coder)
        for number in self._in_turn():
            if number not in others:
                yield number

    def _in_turn(self) -> Iterator[int]:
        if self._state not in ("open", "later"):
            yield from self._worked_on()
            return
        if self._state == "open":
            yield from self._come_back("next")
            yield from self._fresh()
        yield from self._put_off()
        yield from self._come_back("later")

    def _fresh(self) -> Iterator[int]:
        if self._order == "document" and self._code is None:
            unsampled = self._read(f"unsampled:{self._round.id}")
            if not unsampled and self._narrowing.everything:
                yield from self._pending().ascending()
                return
            left = self._left()
            yield from left.open | left.blind
            return
        left = self._left()
        yield from self._mixed(left, self._ordered(left.open))

    def _come_back(self, when: str) -> Iterator[int]:
        """What waits for a second answer: at once, since it is drawn one by one; or what of it was put off."""
        second = None if self._round.second else second_round(self._study, self._round)
        if second is None or second.state != "open":
            return
        pending = Pending(self._study, second.id, self._coder, self._first, self._last)
        wanted = self._narrowing.wanted()
        for number in pending.ascending() if when == "next" else pending.put_off():
            if wanted is None or number in wanted:
                yield number

    def _put_off(self) -> Iterator[int]:
        wanted = self._narrowing.wanted()
        suggested = None if self._code is None else self._suggested_for(load_tree(self._study), self._code)
        if suggested is not None:
            suggested = suggested | self._blind()
        for number in self._pending().put_off():
            if (wanted is None or number in wanted) and (suggested is None or number in suggested):
                yield number

    def _worked_on(self) -> Iterator[int]:
        """What is flagged, completed or stale. With `code` no blind segment is among it, whatever was done since."""
        found = self._narrowing.in_state() & self._read(f"scope:{self._round.id}:{self._coder}")
        found = found - come_back(self._study, self._coder)
        if (wanted := self._narrowing.wanted()) is not None:
            found = found & wanted
        blind = self._blind()
        left = _Left(found & blind if self._code is None else SegmentSet(), found - blind, found, 0, 0)
        left = replace(left, blind_in_all=left.blind.count(), open_in_all=left.open.count())
        if self._order == "document" and self._code is None:
            yield from left.open | left.blind
        else:
            yield from self._mixed(left, self._ordered(left.open))

    def _pending(self) -> Pending:
        return Pending(self._study, self._round.id, self._coder, self._first, self._last)

    def _read(self, name: str) -> SegmentSet:
        return read_set(self._study, name, self._first, self._last)

    def _blind(self) -> SegmentSet:
        here = self._read(f"core:{self._round.id}") | self._read(f"arm:{self._round.id}:{self._coder}")
        return here | all_blind_elsewhere(self._study, self._coder, self._round)

    def _left(self) -> _Left:
        unit = f"{self._round.id}:{self._coder}"
        blind = self._blind()
        left_out = self._read(f"unsampled:{self._round.id}")
        if left_out:
            left_out = left_out - self._read("suggested")
        coming, scope = self._read(f"next:{unit}"), self._read(f"scope:{unit}")
        if (wanted := self._narrowing.wanted()) is not None:
            coming, scope = coming & wanted, scope & wanted
        return _Left(
            coming & blind,
            coming - blind - left_out,
            scope,
            (scope & blind).count(),
            (scope - blind - left_out).count(),
        )

    def _mixed(self, left: _Left, ordered: Iterator[int]) -> Iterator[int]:
        """Blind segments among the ordered ones: a block is due as soon as blind work lags behind the other."""
        blind = iter(left.blind)
        waiting = next(blind, None)
        blind_left, open_left = left.blind.count(), left.open.count()

        def due(number: int) -> bool:
            lags = blind_left * left.open_in_all > open_left * left.blind_in_all
            return lags or self._begun(left.scope, number)

        for number in ordered:
            while waiting is not None and due(waiting):
                yield waiting
                blind_left -= 1
                waiting = next(blind, None)
            yield number
            open_left -= 1
        while waiting is not None and (self._code is None or due(waiting)):
            yield waiting
            blind_left -= 1
            waiting = next(blind, None)

    def _begun(self, scope: SegmentSet, number: int) -> bool:
        """Whether the coder is in the middle of the segment's blind block."""
        start = block_start(self._study, self._round, number)
        return start is not None and bool(scope.within(start, number - 1))

    def _ordered(self, left: SegmentSet) -> Iterator[int]:
        if self._code is not None:
            left = left & self._suggested_for(load_tree(self._study), self._code)
        match self._order:
            case "uncertain":
                return _one_after_the_other(left, read_sets(self._study, "doubt:"))
            case "code":
                return _one_after_the_other(left, self._by_code())
            case "random":
                return self._shuffled(left)
            case _:
                return iter(left)

    def _by_code(self) -> Iterator[SegmentSet]:
        tree = load_tree(self._study)
        for node in tree.live():
            yield self._suggested_for(tree, node.code)

    def _suggested_for(self, tree: CodeTree, code: str) -> SegmentSet:
        found = SegmentSet()
        for other in tree.codes:
            if tree.resolve(other) == code:
                found = found | self._read(f"fits:{other}")
        return found

    def _shuffled(self, left: SegmentSet) -> Iterator[int]:
        """Each time one of what is left, by a hash: the same one until something is done."""
        for size in range(left.count(), 0, -1):
            chance = sha256(f"{self._round.id}|{self._coder}|{size}".encode()).digest()
            number = left.nth(int.from_bytes(chance, "big") % size)
            yield number
            left = left - single(number)


def _one_after_the_other(left: SegmentSet, groups: Iterator[SegmentSet]) -> Iterator[int]:
    """What is left of each group in turn, each segment once, then what is in none."""
    for group in groups:
        if not left:
            return
        part = left & group
        yield from part
        left = left - part
    yield from left
