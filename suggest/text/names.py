"""Likely names of persons and places: rules of thumb for the preview, so that nobody stores by oversight what should
have been replaced. They miss names and point at words that are none; they are never called more than likely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "place", "name", "contact"]

_SCANNED = 500_000
_MAX_HINTS = 50
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*[^\W\d_A-ZÀ-ÖØ-Þ](?:[-’'][^\W\d_]+)?"
_NAME = rf"{_CAPITAL}(?:[ ](?:(?:de|van|von|der|den|la|al|el|bin|da|di)[ ])?{_CAPITAL}){{0,2}}"
_TITLED = re.compile(
    rf"\b(?:Mrs?|Ms|Mx|Miss|Dr|Prof|Professor|Sister|Father|Pastor|Sir|Herr[n]?|Frau|Señora?|Sra?|Madame|Mme|Monsieur)"
    rf"\b\.?[ ](?:Dr\.?[ ])?(?P<name>{_NAME})"
)
_PLACED = re.compile(rf"\b(?:in|from|at|near|to|aus|nach|bei|à|en|de|desde)[ ](?:the[ ])?(?P<name>{_NAME})")
_CALLED = re.compile(
    rf"\b(?:[Mm]y name is|[Ii] am called|[Ii]ch heiße|[Mm]ein Name ist|[Mm]e llamo|[Jj]e m’appelle)[ ](?P<name>{_NAME})"
)
_MIDDLE = re.compile(rf"(?<=[^\W\d_,;)’'][ ])(?P<name>{_NAME})|(?<=,[ ])(?P<listed>{_NAME})")
_CONTACT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}|(?<![\w.:])\+?\d(?:[ ()/-]?\d){7,14}(?![\w:])"
)
_WORD = re.compile(r"(?<=[^\W\d_,;][ ])[^\W\d_]+")
_LOWER = re.compile(r"(?<![\w@.])[^\W\d_A-ZÀ-ÖØ-Þ]{2,}(?![\w@])")
_NO_NAMES_LIST = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december english german french spanish arabic hindi swahili hebrew okay yes no well
god i'm i've i'll i'd mum mom dad mr mrs dr covid corona internet google whatsapp facebook zoom the and but so
participant moderator interviewer respondent speaker christmas easter ramadan
"""
_NO_NAMES = frozenset(_NO_NAMES_LIST.split())


@dataclass(frozen=True, slots=True)
class NamesHint:
    """A likely name: its words, what it is likely to be, and every range of the stored text where it stands."""

    words: str
    kind: Kind
    ranges: tuple[tuple[int, int], ...]


def likely_names(text: str, speakers: Collection[str] = ()) -> tuple[NamesHint, ...]:
    """Likely names in the first half million characters, most frequent first, at most fifty; `speakers` are left out.

    Found are names after titles and "in", "from", "my name is"; capitalised words that recur inside sentences (not in
    languages that capitalise nouns); addresses and telephone numbers.
    """
    scanned = text[:_SCANNED]
    kinds: dict[str, Kind] = {}
    for match in _CONTACT.finditer(scanned):
        kinds[match.group()] = "contact"
    for pattern, kind in _RULES:
        for match in pattern.finditer(scanned):
            kinds.setdefault(match["name"], kind)
    if not _capitalises_nouns(scanned):
        counts = Counter(match["name"] or match["listed"] for match in _MIDDLE.finditer(scanned))
        for words, times in counts.items():
            if times >= 2:
                kinds.setdefault(words, "name")
    left_out = {name.casefold() for name in speakers}
    hints = []
    in_lower_case = set(_LOWER.findall(scanned)) & {words.casefold() for words in kinds}
    for words, kind in kinds.items():
        folded = words.casefold()
        if kind != "contact" and (folded in left_out or folded.split()[0] in _NO_NAMES or folded in in_lower_case):
            continue
        ranges = tuple(match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", scanned))
        hints.append(NamesHint(words, kind, ranges))
        if len(hints) >= 4 * _MAX_HINTS:
            break
    hints.sort(key=lambda hint: (-len(hint.ranges), hint.words))
    return tuple(hints[:_MAX_HINTS])


_RULES: tuple[tuple[re.Pattern[str], Kind], ...] = ((_TITLED, "person"), (_CALLED, "person"), (_PLACED, "place"))


def _capitalises_nouns(text: str) -> bool:
    """Whether so many words inside sentences begin in upper case that it tells nothing, as in German."""
    words = _WORD.findall(text[:100_000])
    capitals = sum(word[0].isupper() and len(word) > 1 for word in words)
    return len(words) >= 50 and capitals > 0.15 * len(words)
