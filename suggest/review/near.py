"""Codes whose names are nearly that of a new one: told before it is made, so that the tree does not grow twins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from suggest.study.codes import Code

ALIKE = 0.8
"""From this share of common letters on (Ratcliff and Obershelp, difflib) two names are near duplicates."""
TOLD = 5


def near_duplicates(codes: Sequence[Code], name: str) -> tuple[Code, ...]:
    """The codes that a code of this name might double, the nearest first, at most five.

    Near are names that are spelt alike, that hold the same words, or of which one holds most words of the other; case,
    accents and punctuation do not count.
    """
    wanted = plain_words(name)
    if not wanted:
        return ()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(" ".join(wanted))
    found = [(likeness, code) for code in codes if (likeness := _likeness(matcher, wanted, plain_words(code.name)))]
    found.sort(key=lambda item: -item[0])
    return tuple(code for _, code in found[:TOLD])


def plain_words(name: str) -> list[str]:
    """The words of a text without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _likeness(matcher: SequenceMatcher[str], wanted: list[str], other: list[str]) -> float:
    """From `ALIKE` to 1 for near duplicates, else 0."""
    common, most = set(wanted) & set(other), max(len(set(wanted)), len(set(other)))
    if common and 2 * len(common) > most:
        return max(ALIKE, len(common) / most)
    matcher.set_seq1(" ".join(other))
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0.0
