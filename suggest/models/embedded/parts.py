"""The sentences and clauses of a text that are read, scored and cited as evidence: not more of them than are of use."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.models.words import Piece, pieces

MOST_PARTS = 256
"""Of a text with more sentences, neighbours are joined into so many stretches: each part is a row in everything that
is computed, and a document that came in as one segment may have ten thousand."""


def places(text: str, most: int = MOST_PARTS) -> Sequence[Piece]:
    """The parts of a text, in order: its sentences, long ones divided, or in a very long text stretches of them of
    about the same length. None is empty, and each begins and ends with one of `pieces`."""
    found = pieces(text)
    if len(found) <= most:
        return found
    begin, length = found[0].start, found[-1].end - found[0].start
    joined: list[Piece] = []
    last = -1
    for piece in found:
        place = (piece.start - begin) * most // length
        joined[-1:] = [Piece(joined[-1].start, piece.end)] if place == last else [*joined[-1:], piece]
        last = place
    return joined


def parts(text: str) -> tuple[Piece, ...]:
    """Those that have vectors of their own: none where there is but one."""
    found = places(text)
    return tuple(found) if len(found) > 1 else ()
