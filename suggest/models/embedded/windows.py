"""From a text to what the network reads: tokens, windows of at most 256 of them, and which tokens make up each piece.

A text longer than a window is read whole, in windows of about the same length. They are cut where a piece ends if a
piece ends near enough, else between two words, else between two tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy
from numpy.typing import NDArray

from suggest.models.embedded.encoding import Passage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 256
BEGIN, END = 101, 102
"""[CLS] and [SEP], which open and close each window and count in the mean, as they did in training."""
INSIDE = WINDOW - 2

_SURROGATE = re.compile("[\ud800-\udfff]")

Counts: TypeAlias = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens: their ids, the half-open ranges of code points they stand for, and the word each belongs to."""

    ids: Counts
    starts: Counts
    ends: Counts
    words: Counts


@dataclass(frozen=True, slots=True)
class Window:
    """What the network reads at once: ids, [CLS] and [SEP] among them, and by piece the places of its tokens there."""

    ids: Counts
    pieces: tuple[tuple[int, Counts], ...]


def make_tokenizer(content: str) -> Tokenizer:
    """The tokenizer of a tokenizer.json, without the cutting and padding that the file asks for."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(content)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def tokens_of(text: str, tokenizer: Tokenizer) -> Tokens:
    """The text's own tokens, without [CLS] and [SEP]. Characters that are ignored (white space, controls) have none."""
    # A lone surrogate is no text: the tokenizer takes UTF-8 only. Its stand-in has the same length.
    read = tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
    ranges = numpy.array(read.offsets, dtype=numpy.int64).reshape(-1, 2)
    words = [-1 if word is None else word for word in read.word_ids]
    return Tokens(
        numpy.array(read.ids, dtype=numpy.int64), ranges[:, 0], ranges[:, 1], numpy.array(words, dtype=numpy.int64)
    )


def windows_of(passage: Passage, tokens: Tokens) -> list[Window]:
    """The windows that the passage is read in; at least one, also for a text without tokens.

    A token counts for each piece that it shares a code point with. Raises ValueError for a piece that is empty or not
    inside the text.
    """
    owned: list[Counts] = []
    for start, end in passage.pieces:
        if not 0 <= start < end <= len(passage.text):
            raise ValueError("a piece must be a range of code points inside its text, and not empty")
        owned.append(numpy.flatnonzero((tokens.starts < end) & (tokens.ends > start)))
    made = []
    for first, last in cuts(len(tokens.ids), _piece_ends(owned), _word_ends(tokens)):
        ids = numpy.concatenate(([BEGIN], tokens.ids[first:last], [END]))
        # One further in the window than in the text, for [CLS].
        inside = ((n, own[slice(*numpy.searchsorted(own, (first, last)))] - first + 1) for n, own in enumerate(owned))
        made.append(Window(ids, tuple((n, places) for n, places in inside if places.size)))
    return made


def cuts(count: int, pieces: Sequence[int], words: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open ranges of tokens that cover `count` tokens in order, none longer than a window holds.

    `pieces` and `words` say, in ascending order, after how many tokens a piece or a word ends. Of those within a half
    of the even share the nearest to it is taken, pieces first.
    """
    made, first = [], 0
    while count - first > INSIDE:
        left = count - first
        share = -(-left // -(-left // INSIDE))
        place = _nearest(pieces, first, share) or _nearest(words, first, share) or first + share
        made.append((first, place))
        first = place
    return [*made, (first, count)]


def _nearest(places: Sequence[int], first: int, share: int) -> int:
    """The place nearest to `first + share` from half a share to one and a half, and within a window; 0 without."""
    low = bisect_left(places, first + max(1, share // 2))
    high = bisect_right(places, first + min(INSIDE, share + share // 2))
    return min(places[low:high], key=lambda place: abs(place - first - share), default=0)


def _piece_ends(owned: Sequence[Counts]) -> list[int]:
    return sorted({int(own[-1]) + 1 for own in owned if own.size})


def _word_ends(tokens: Tokens) -> list[int]:
    if len(tokens.ids) <= INSIDE:
        return []
    ends: list[int] = (numpy.flatnonzero(numpy.diff(tokens.words)) + 1).tolist()
    return ends
