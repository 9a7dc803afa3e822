"""Where in the talk a code shows: the best sentence or clause, or the stretch of an exchange that carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy

from suggest.models.embedded.encoding import Numbers
from suggest.models.embedded.parts import places
from suggest.models.interface import Task
from suggest.models.words import Piece, words

Place: TypeAlias = Piece
"""A half-open range of document offsets, without white space at either end."""

SHORT = 6
"""A turn of at most so many words ("Yes, exactly.") may get its code from the turn that it answers."""

OfTurn: TypeAlias = Callable[[str], Numbers]


class Evidence:
    """Finds places in one segment, for one code after the other."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._pieces = places(task.text)
        spoken = len(words(task.text))
        self._silent, self._short = not spoken, spoken <= SHORT

    def best(self, scores: Numbers, of_turn: OfTurn | None, threshold: float) -> Place | None:
        """The part of the segment that scores best for a code; None for a segment without a word.

        `scores` are those of the segment (first) and its `parts`. Where the segment is short and a turn right beside
        it would have got the code by itself, and more clearly, the evidence runs from there to here: `of_turn` gives
        a turn's scores, shaped alike, or is None where that is not asked for. `threshold` is in the scores' own unit.
        """
        if self._silent:
            return None
        task = self._task
        here = _best(self._pieces, scores)
        start, end = task.start + here.start, task.start + here.end
        if of_turn is None or not self._short:
            return Place(start, end)
        beside: list[tuple[float, int, int]] = []
        for turn in (*task.before[-1:], *task.after[:1]):
            if turn.start is None or turn.role == "other" or not words(turn.text):
                continue
            found = of_turn(turn.text)
            if found[0] >= threshold and found[0] > scores[0]:
                there = _best(places(turn.text), found)
                beside.append((float(found[0]), turn.start + there.start, turn.start + there.end))
        if beside:
            _, other_start, other_end = max(beside)
            start, end = min(start, other_start), max(end, other_end)
        return Place(start, end)


def _best(found: Sequence[Piece], scores: Numbers) -> Piece:
    return found[0] if len(found) == 1 else found[int(numpy.argmax(scores[1:]))]
