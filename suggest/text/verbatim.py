"""Whether a printed quote is verbatim up to omissions "(…)", explanations "[ ]", spaces, quotation marks and dashes.

A printed quote is cut into the pieces between its marks; each piece has to stand in the text, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_QUOTES = dict.fromkeys(map(ord, "\"'`´‘’‚‛“”„‟«»‹›"), "'")
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−"), "-")
_GONE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")
_TABLE = {**_QUOTES, **_DASHES, **_GONE}
_MARK = re.compile(r"(?P<round>\(\s*[….\s]*\))|\[(?P<inner>[^\[\]]*)\]")
_DOTS = re.compile(r"\s*(?:…|\.{2,})\s*")
_EDGE = " \t\n.,;:!?'-"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that have to stand verbatim. `open_start`, `open_end`: a mark touches that end, where a word may be cut."""

    words: str
    open_start: bool
    open_end: bool


@dataclass(frozen=True)
class Levelled:
    """A text with white space, quotation marks and dashes made alike, and where each character stood before."""

    text: str
    places: Sequence[int]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the text before, for one of the levelled text that is not empty."""
        return self.places[start], self.places[end - 1] + 1


def level(text: str) -> Levelled:
    """White space becomes one space, all quotation marks one, all dashes one, "…" three dots without space around."""
    letters: list[str] = []
    places: list[int] = []

    def put(letter: str, place: int) -> None:
        letters.append(letter)
        places.append(place)

    at = 0
    while at < len(text):
        if dots := _DOTS.match(text, at):
            for _ in range(3):
                put(".", dots.start())
            at = dots.end()
            continue
        letter = text[at]
        if letter.isspace():
            if letters and letters[-1] != " ":
                put(" ", at)
        else:
            for made in _TABLE.get(ord(letter), letter):
                put(made, at)
        at += 1
    return Levelled("".join(letters), places)


def pieces(quote: str, speakers: Sequence[str] = ()) -> list[Piece]:
    """The pieces between a quote's marks: "(…)", "[…]", "[explanation]", and speakers' labels ("R1:", "R2—").

    Punctuation at the ends of a piece is the author's; a bare "…" belongs to the words (see `find`).
    """
    names = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True))
    label = rf"(?<!\w)(?:{names + '|' if names else ''}[A-Z]{{1,3}}\d{{1,2}}|speaker \d+)\s*[:—–-]\s*"
    marked = re.sub(label, "\x00 ", quote)
    found: list[Piece] = []
    for part, before, after in _parts(marked):
        words = level(part).text
        start, end = len(words) - len(words.lstrip(_EDGE)), len(words.rstrip(_EDGE))
        if start < end:
            # A mark that touches a word may stand for a part of it: "[self-]righteousness".
            glued_start = before and start == 0 and not part[:1].isspace()
            glued_end = after and end == len(words) and not part[-1:].isspace()
            found.append(Piece(words[start:end], glued_start, glued_end))
    return found


def _parts(quote: str) -> Iterator[tuple[str, bool, bool]]:
    """(words, whether a mark stands before, whether one stands after)."""
    at, before = 0, False
    for match in re.finditer(rf"{_MARK.pattern}|\x00", quote):
        yield quote[at : match.start()], before, match.group() != "\x00"
        at, before = match.end(), match.group() != "\x00"
    yield quote[at:], before, False


def find(wanted: Sequence[Piece], levelled: Levelled) -> list[tuple[int, int]] | None:
    """The ranges of the pieces in the text before levelling, one after the other; None if one does not stand there.

    A bare "…" in a piece has to stand there, or else counts as an omission. The first letter of a piece may have
    another case, since a quote may begin a sentence.
    """
    found = _find(wanted, levelled)
    if found is None and any("..." in piece.words for piece in wanted):
        split = [
            Piece(words.strip(_EDGE), piece.open_start and n == 0, piece.open_end and n == piece.words.count("..."))
            for piece in wanted
            for n, words in enumerate(piece.words.split("..."))
        ]
        found = _find([piece for piece in split if piece.words], levelled)
    return found


def _find(wanted: Sequence[Piece], levelled: Levelled) -> list[tuple[int, int]] | None:
    at = 0
    ranges: list[tuple[int, int]] = []
    for piece in wanted:
        match = _pattern(piece).search(levelled.text, at)
        if match is None:
            return None
        ranges.append(levelled.range(*match.span()))
        at = match.end()
    return ranges or None


def _pattern(piece: Piece) -> re.Pattern[str]:
    first, rest = piece.words[0], piece.words[1:]
    head = f"[{re.escape(first.lower())}{re.escape(first.upper())}]" if first.lower() != first.upper() else None
    if head is None or len(first.lower()) != 1 or len(first.upper()) != 1:
        head = re.escape(first)
    before = "" if piece.open_start or not first.isalnum() else r"(?<!\w)"
    after = "" if piece.open_end or not piece.words[-1].isalnum() else r"(?!\w)"
    return re.compile(f"{before}{head}{re.escape(rest)}{after}")


@dataclass(frozen=True)
class Difference:
    """Where a piece differs from what is most like it in a text: pairs of (printed, in the text), and how like it is
    (0 to 1)."""

    likeness: float
    changes: tuple[tuple[str, str], ...]


def nearest(wanted: Sequence[Piece], levelled: Levelled) -> Difference:
    """How the pieces that are not verbatim differ from the words most like them, the least like piece's likeness."""
    likeness, changes = 1.0, []
    there = levelled.text.split()
    for piece in wanted:
        if _find([piece], levelled) is not None:
            continue
        score, found = _nearest(piece.words.split(), there)
        likeness = min(likeness, score)
        changes += found
    return Difference(likeness, tuple(changes))


def _nearest(printed: list[str], there: list[str]) -> tuple[float, list[tuple[str, str]]]:
    bare, plain = _bare(printed), _bare(there)
    blocks = [b for b in SequenceMatcher(None, plain, bare, autojunk=False).get_matching_blocks() if b.size]
    if not blocks:
        return 0.0, []
    first, last = blocks[0], blocks[-1]
    low = max(0, first.a - first.b)
    high = min(len(there), last.a + len(printed) - last.b)
    inner = SequenceMatcher(None, plain[low:high], bare, autojunk=False)
    changes = [
        (" ".join(printed[c:d]).strip(_EDGE), " ".join(there[low + a : low + b]).strip(_EDGE))
        for kind, a, b, c, d in inner.get_opcodes()
        if kind != "equal"
    ]
    return 2 * sum(block.size for block in blocks) / (len(printed) + high - low), changes


def _bare(words: list[str]) -> list[str]:
    return [word.strip(_EDGE).casefold() for word in words]
