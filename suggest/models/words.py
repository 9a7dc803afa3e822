"""Words, the features they are compared by, and the pieces of a text that evidence is chosen from.

No language is assumed: words follow Unicode, and scripts that write without spaces are read in pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

STEM = 5
"""Words of at least this many characters also match by their first five: a stem without a list per language."""

LONGEST_PIECE = 240
"""Sentences longer than this (code points) are divided at clauses, clauses without a mark at words."""

_WITHOUT_SPACES = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
_SENTENCE_END = re.compile(
    "[.!?\u2026\u061f\u06d4\u0964]+[\"'\u2019\u201d\u00bb)\\]]*(?=\\s)|[\u3002\uff01\uff1f]+|\n+"
)
_CLAUSE_END = re.compile("[,;:\u2013\u2014](?=\\s)|[\u3001\uff0c\uff1b\uff1a]|\\s[-\u2013\u2014](?=\\s)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text, with the offset of its first character there."""

    surface: str
    start: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or clause: a half-open range without white space at either end."""

    start: int
    end: int


@cache
def _word_pattern() -> re.Pattern[str]:
    # \w leaves out combining marks, which would break words in decomposed and in most Indic text.
    marks = [chr(point) for point in range(0x300, 0x20000) if unicodedata.category(chr(point)).startswith("M")]
    return re.compile(f"\\w[\\w{re.escape(''.join(marks))}]*")


def words(text: str) -> list[Word]:
    """The words of a text in order, as they stand."""
    return [Word(match.group(), match.start()) for match in _word_pattern().finditer(text)]


@lru_cache(maxsize=65_536)
def features(surface: str) -> tuple[str, ...]:
    """What a word is compared by: its folded form and stem, or its pairs of characters. Never empty for a word."""
    folded = unicodedata.normalize("NFKC", surface).casefold()
    found: list[str] = []
    for number, part in enumerate(_WITHOUT_SPACES.split(folded)):
        if not part:
            continue
        if number % 2:
            found.extend([part] if len(part) == 1 else [part[at : at + 2] for at in range(len(part) - 1)])
        else:
            found.append(part)
            if len(part) >= STEM:
                found.append(part[:STEM] + "~")
    return tuple(found)


def brevity(feature: str) -> float:
    """How much a feature counts for its length: words of one or two characters 0.3, of three 0.6, all others 1.

    Frequent words are short in every language (Zipf's law of abbreviation), and a tree of few codes is too small to
    show by itself which words are frequent; many decided segments can, and need no such weight. Pairs of
    characters of scripts without spaces count in full.
    """
    if len(feature) > 3 or _WITHOUT_SPACES.match(feature):
        return 1.0
    return 0.6 if len(feature) == 3 else 0.3


ENDINGS = frozenset({("y", "ies"), ("e", "ing"), ("y", "ied"), ("f", "ves"), ("fe", "ves")})


def same_word(one: str, other: str) -> bool:
    """Whether two words are the same up to an ending that is plainly an inflection; a common beginning is not enough.

    "Trust" is the word of "trusted", "community" not that of "commute". Words of scripts without spaces are the same
    if one stands in the other.
    """
    first, second = sorted((unicodedata.normalize("NFKC", word).casefold() for word in (one, other)), key=len)
    if first == second:
        return True
    if _WITHOUT_SPACES.match(first):
        return len(first) > 1 and first in second
    common = next((n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), len(first))
    left, right = first[common:], second[common:]
    if not left:
        return common >= 4 and (len(right) <= 2 or right == "ing")
    return common >= 3 and ((left, right) in ENDINGS or (common >= 7 and len(left) <= 2 and len(right) <= 2))


_SAYING_NOTHING = frozenset((
    "all", "and", "any", "are", "but", "can", "did", "for", "get", "got", "had", "has", "her", "him", "his", "how",
    "its", "let", "may", "nor", "not", "off", "one", "our", "out", "own", "per", "put", "say", "see", "she", "the",
    "too", "two", "use", "was", "way", "who", "why", "yes", "yet", "you",
    "able", "about", "above", "according", "across", "after", "again", "against", "also", "although", "always",
    "among", "another", "anybody", "anyone", "anything", "around", "aspect", "aspects", "away", "back", "because",
    "become", "been", "before", "being", "below", "between", "both", "cannot", "case", "cases", "category", "certain",
    "code", "codes", "coded", "come", "concern", "concerning", "concerns", "could", "describe", "described",
    "describes", "describing", "does", "doing", "done", "down", "during", "each", "either", "else", "enough", "even",
    "ever", "every", "everybody", "everyone", "everything", "example", "examples", "explain", "explains", "express",
    "expresses", "express", "fact", "feel", "find", "first", "form", "forms", "from", "further", "general",
    "generally", "getting", "give", "given", "gives", "giving", "going", "good", "have", "having", "here", "however",
    "include", "included", "includes", "including", "instance", "instead", "into", "itself", "just", "keep", "kind",
    "kinds", "know", "knows", "like", "likely", "made", "make", "makes", "making", "many", "matter", "matters",
    "mean", "means", "mention", "mentioned", "mentions", "might", "more", "most", "much", "must", "need", "needs",
    "never", "next", "none", "nothing", "often", "once", "only", "onto", "other", "others", "otherwise", "over",
    "part", "participant", "participants", "parts", "people", "perhaps", "person", "persons", "place", "point",
    "points", "quite", "rather", "really", "refer", "referred", "refers", "related", "relates", "relating", "same",
    "said", "says", "seem", "seems", "self", "shall", "should", "show", "shows", "since", "some", "somebody",
    "someone", "something", "sometimes", "speak", "speaker", "speakers", "speaks", "state", "statement", "statements",
    "still", "such", "take", "takes", "taking", "talk", "talking", "talks", "tell", "tells", "than", "that", "their",
    "them", "themselves", "then", "there", "therefore", "these", "they", "thing", "things", "think", "this", "those",
    "though", "through", "time", "times", "together", "towards", "type", "types", "under", "until", "upon", "used",
    "using", "usually", "various", "very", "want", "wants", "ways", "well", "were", "what", "whatever", "when",
    "whenever", "where", "whether", "which", "while", "whole", "whom", "whose", "will", "with", "within", "without",
    "word", "words", "would", "your", "yours", "yourself",
))  # fmt: skip


def says_something(word: str) -> bool:
    """Whether a word is worth naming by itself: English words that stand in any text are not. In other languages
    rarity and length have to do."""
    return word.casefold() not in _SAYING_NOTHING


def pieces(text: str) -> list[Piece]:
    """The sentences of a text, long ones divided into clauses and, failing that, at words. None is empty."""
    found: list[Piece] = []
    for start, end in _divided(text, 0, len(text), _SENTENCE_END):
        if end - start <= LONGEST_PIECE:
            found.extend(_trimmed(text, start, end))
            continue
        for clause_start, clause_end in _divided(text, start, end, _CLAUSE_END):
            for cut_start, cut_end in _cut_at_words(text, clause_start, clause_end):
                found.extend(_trimmed(text, cut_start, cut_end))
    return found


def piece_at(starts: list[int], offset: int) -> int:
    """The index of the piece that holds an offset, given the pieces' starts in order."""
    return max(bisect_right(starts, offset) - 1, 0)


def _divided(text: str, start: int, end: int, mark: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = [start, *(match.end() for match in mark.finditer(text, start, end)), end]
    return list(pairwise(cuts))


def _cut_at_words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start]
    if end - start > LONGEST_PIECE:
        for match in _word_pattern().finditer(text, start, end):
            if match.start() - cuts[-1] >= LONGEST_PIECE:
                cuts.append(match.start())
    return list(pairwise([*cuts, end]))


def _trimmed(text: str, start: int, end: int) -> list[Piece]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [Piece(start, end)] if start < end else []
