"""The range that somebody sets by hand: where it lies in the talk, and where its ends come to lie when they are moved.

All places are document offsets. A span touches its segment at every time; only one that was begun over turns leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from suggest.study.segments import Segment
from tui.review.card import Card

if TYPE_CHECKING:
    from suggest.text.stops import Edge, Unit


@dataclass(frozen=True)
class Span:
    """A half-open range, which of its ends moves, and whether it may run over several turns."""

    start: int
    end: int
    edge: Edge = "end"
    over: bool = False

    @property
    def range(self) -> tuple[int, int]:
        """Both ends."""
        return self.start, self.end

    @property
    def other(self) -> Edge:
        """The end that does not move."""
        return "end" if self.edge == "start" else "start"

    @property
    def moving(self) -> int:
        """Where the end lies that moves."""
        return self.start if self.edge == "start" else self.end


def turns_of(card: Card) -> list[Segment]:
    """The turns that a span may run over: the segment and the talk around it, as far as it is at hand."""
    return [*card.before, card.segment, *card.after]


def begun(card: Card, given: tuple[int, int] | None) -> Span:
    """A span to move: the given range, as far as it lies in the talk at hand, else the whole segment."""
    here = card.segment
    if given is None or given[0] >= here.end or given[1] <= here.start:
        return Span(here.start, here.end)
    turns = turns_of(card)
    start, end = max(given[0], turns[0].start), min(given[1], turns[-1].end)
    return Span(start, end, over=start < here.start or end > here.end)


def by_unit(span: Span, card: Card, by: int, unit: Unit) -> Span:
    """The span with its moving end a word or a sentence further on (`by` 1) or back (-1)."""
    turns = turns_of(card) if span.over else [card.segment]
    at = _turn_at(turns, span.moving, span.edge)
    turn = turns[at]
    found = _moved(turn, span.moving, by, span.edge, unit)
    while found == span.moving and 0 <= at + by < len(turns):
        at += by
        turn = turns[at]
        near, far = (turn.start, turn.end) if by > 0 else (turn.end, turn.start)
        # A start that goes on comes first to where the next turn begins, an end that goes back to where one ends.
        found = near if (span.edge == "start") == (by > 0) else _moved(turn, near, by, span.edge, unit)
        if near == far:
            found = span.moving
    return _put(span, found) if _holds(span, card, found) else span


def by_turn(span: Span, card: Card, by: int) -> Span:
    """The span with an end a whole turn further on or back; where one end is at the segment, the other one moves."""
    here = card.segment
    span = replace(span, over=True)
    if by < 0 and span.edge == "end" and span.end <= here.end:
        span = replace(span, edge="start")
    elif by > 0 and span.edge == "start" and span.start >= here.start:
        span = replace(span, edge="end")
    ends = [turn.start if span.edge == "start" else turn.end for turn in turns_of(card)]
    beyond = [place for place in ends if (place > span.moving if by > 0 else place < span.moving)]
    if not beyond:
        return span
    found = min(beyond) if by > 0 else max(beyond)
    return _put(span, found) if _holds(span, card, found) else span


def other_end(span: Span) -> Span:
    """The span whose other end moves."""
    return replace(span, edge=span.other)


def dragged(card: Card, anchor: int, place: int) -> Span | None:
    """The span of whole words between two places that a hand drew; None where it does not touch the segment."""
    from suggest.text.stops import around  # brings the rules for words along, which the first segment has no need of

    here, edge = card.segment, "start" if place < anchor else "end"
    turns = turns_of(card)
    first, last = min(anchor, place), max(anchor, place)
    start = end = None
    for turn in turns:
        if turn.start <= first < turn.end:
            start = turn.start + around(turn.text, first - turn.start, min(last, turn.end) - turn.start)[0]
        if turn.start < last <= turn.end:
            end = turn.start + around(turn.text, max(first, turn.start) - turn.start, last - turn.start)[1]
    if start is None or end is None or start >= end or start >= here.end or end <= here.start:
        return None
    return Span(start, end, "start" if edge == "start" else "end", start < here.start or end > here.end)


def cited(card: Card, start: int, end: int) -> str:
    """The turns that a range touches, as the study cites them: "BU 51", "PU 10–14"."""
    touched = [turn for turn in turns_of(card) if turn.start < end and start < turn.end] or [card.segment]
    first, last = touched[0].paragraph_from, touched[-1].paragraph_to
    return f"{card.segment.label} {first}" + ("" if first == last else f"–{last}")


def words_in(card: Card, start: int, end: int) -> str:
    """The words of a range, as far as they lie in turns at hand; white space between them is one space."""
    parts = [turn.text[max(0, start - turn.start) : max(0, end - turn.start)] for turn in turns_of(card)]
    return " ".join(" ".join(parts).split())


def _moved(turn: Segment, place: int, by: int, edge: Edge, unit: Unit) -> int:
    from suggest.text.stops import moved

    found = moved(turn.text, place - turn.start, by, edge, unit, 0, len(turn.text))
    left = turn.text[:found] if edge == "end" else turn.text[found:]
    return place if left.isspace() or not left else turn.start + found


def _turn_at(turns: Sequence[Segment], place: int, edge: Edge) -> int:
    for i, turn in enumerate(turns):
        if turn.start <= place < turn.end if edge == "start" else turn.start < place <= turn.end:
            return i
    return next((i for i, turn in enumerate(turns) if place <= turn.end), len(turns) - 1)


def _holds(span: Span, card: Card, place: int) -> bool:
    """Whether the span still has words in it, and touches its segment, with the moving end there."""
    start, end = (place, span.end) if span.edge == "start" else (span.start, place)
    return start < end and start < card.segment.end and end > card.segment.start


def _put(span: Span, place: int) -> Span:
    return replace(span, start=place) if span.edge == "start" else replace(span, end=place)
