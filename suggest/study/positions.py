"""Where a place in a text lies after the text was corrected: integers only, no text."""

from __future__ import annotations

from collections.abc import Sequence

Edits = Sequence[Sequence[int]]
"""(start, end, new length) in offsets of the text before, ascending and apart."""


def map_position(position: int, edits: Edits, end: bool) -> int:
    """Where an offset lies after the edits.

    An offset strictly inside an edit goes to the start of what replaced it, or to its end if it ends a range.
    """
    shift = 0
    for first, last, length in edits:
        if position <= first:
            break
        if position < last:
            return first + shift + (length if end else 0)
        shift += length - (last - first)
    return position + shift


def inverse(edits: Edits) -> list[tuple[int, int, int]]:
    """The edits that lead back: starts and ends in new offsets, lengths of what stood there."""
    back = []
    shift = 0
    for first, last, length in edits:
        back.append((first + shift, first + shift + length, last - first))
        shift += length - (last - first)
    return back


def map_range(start: int, end: int, edits: Edits) -> tuple[int, int]:
    """Where a half-open range lies after the edits; empty (start == end) if all of its words are gone."""
    return map_position(start, edits, end=False), max(
        map_position(start, edits, end=False), map_position(end, edits, end=True)
    )
