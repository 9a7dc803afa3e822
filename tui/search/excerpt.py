"""A hit in one line: the words that were found, marked, with a little of what stands around them."""

from __future__ import annotations

from suggest.study.searching import Hit
from tui.terminal.wrap import CLOSES, OPENS

LEAD, LENGTH = 24, 400
"""So many characters before the first found word, and so many in all."""


def excerpt(hit: Hit) -> str:
    """From a little before the first place on; every place in it between ▏ and ▕. Not safe to show yet."""
    text, offset = hit.segment.text, hit.segment.start
    places = _joined([(start - offset, end - offset) for start, end in hit.ranges])
    first = places[0][0] if places else 0
    begin = 0 if first <= LEAD else first - LEAD
    if begin:
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    stop = min(len(text), begin + LENGTH)
    parts, at = ["…" if begin else ""], begin
    for start, end in places:
        if start >= stop:
            break
        parts += [text[at:start], OPENS, text[start : min(end, stop)], CLOSES]
        at = min(end, stop)
    return "".join([*parts, text[at:stop]])


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
