"""Applying edits to a text, and finding the edits that lead from one text to another."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

Replacement = tuple[int, int, str]
"""(start, end, what stands there afterwards), in code points of the text before."""


def apply_edits(text: str, edits: Sequence[Replacement]) -> str:
    """The text after the replacements, which are ascending and apart. ValueError if they are not, or lie outside."""
    parts, place = [], 0
    for start, end, new in edits:
        if not place <= start <= end <= len(text):
            raise ValueError("replacements overlap, go backwards or lie outside of the text")
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]])


def find_edits(before: str, after: str) -> list[Replacement]:
    """Replacements that turn one text into the other, word by word, common beginnings and ends left alone."""
    low = 0
    while low < min(len(before), len(after)) and before[low] == after[low]:
        low += 1
    high = 0
    while high < min(len(before), len(after)) - low and before[-1 - high] == after[-1 - high]:
        high += 1
    old, new = _words(before[low : len(before) - high]), _words(after[low : len(after) - high])
    starts = [low]
    for word in old:
        starts.append(starts[-1] + len(word))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (starts[i1], starts[i2], "".join(new[j1:j2])) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"
    ]


def _words(text: str) -> list[str]:
    """The text cut into runs of word characters and single other characters."""
    words: list[str] = []
    for character in text:
        if words and character.isalnum() and words[-1][-1].isalnum():
            words[-1] += character
        else:
            words.append(character)
    return words
