"""Citations of paragraphs as papers print them: "BU 51", "PU 10–14", "(BGU 38, 85; BU 19, 36, 59; PU 10–14, 264)"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from suggest.errors import BadInput

Style = Literal["joined", "bracketed", "separate"]

_DASH = r"\s*[-–—‐‑‒−]\s*"
_WORD = r"[^\W\d_][\w./&'’]*(?:-[^\W\d_][\w./&'’]*)*"
_PLAIN_LABEL = re.compile(rf"{_WORD}(?: {_WORD})*")
_TOKEN = re.compile(
    rf"""\s*(?:
      "(?P<quoted>(?:[^"]|"")+)"
    | (?P<glued>[^\W\d_]+)(?P<glued_first>\d+)(?:{_DASH}(?P<glued_last>\d+))?(?=\s*(?:[,;]|$))
    | (?P<first>\d+)(?:{_DASH}(?P<last>\d+))?(?!\w)
    | (?P<word>{_WORD})
    | (?P<mark>[,;])
    | (?P<sign>[¶§]+)
    )""",
    re.VERBOSE,
)
_PARAGRAPH_WORDS = frozenset({"para", "paras", "para.", "paras.", "par.", "paragraph", "paragraphs", "absatz"})
_MAX_DIGITS = 9
_FORMS = 'Citations look like "BU 51" or "(BU 19, 36; PU 10–14)".'


@dataclass(frozen=True, slots=True)
class Citation:
    """One paragraph or a run of them in the document called `label`; `first` and `last` are inclusive, from 1."""

    label: str
    first: int
    last: int


def parse_citations(text: str) -> list[Citation]:
    """The citations in one bracket's worth of text, in the order printed, repeated ones as often as printed.

    A label carries on to the numbers after it; labels with unusual characters stand in double quotes. A label that
    ends in digits is set apart from its number by a space ("P2 51"); "PU107" is paragraph 107 of PU.
    Raises BadInput, with the character, for anything that is not a citation.
    """
    body, offset = _without_brackets(text)
    found: list[Citation] = []
    label: str | None = None
    pending: list[str] = []
    separated = True
    at = 0
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            if not body[at:].strip():
                break
            raise _unreadable("this is not part of a citation", offset + at + len(body[at:]) - len(body[at:].lstrip()))
        kind = token.lastgroup or ""
        place = offset + token.start(kind)
        at = token.end()
        if kind == "mark":
            if separated and not (pending and token["mark"] == ","):
                raise _unreadable("a paragraph number is missing before the separator", place)
            separated = True
        elif kind in ("quoted", "word", "sign"):
            if not separated:
                raise _unreadable("a separator is missing before this word", place)
            if kind == "quoted":
                pending.append(token["quoted"].replace('""', '"'))
            elif kind == "word" and token["word"].casefold() not in _PARAGRAPH_WORDS:
                pending.append(token["word"])
        else:
            if not separated:
                raise _unreadable("a separator is missing before this number", place)
            if token["glued"]:
                pending.append(token["glued"])
            label = " ".join(pending) if pending else label
            if label is None:
                raise _unreadable("a number stands before any document label", place)
            first = token["glued_first"] or token["first"]
            found.append(_citation(label, first, token["glued_last"] or token["last"] or first, place))
            pending, separated = [], False
    if pending or separated:
        raise _unreadable("a paragraph number is missing at the end", len(text))
    return found


def format_citations(citations: Iterable[Citation], style: Style = "joined") -> str:
    """The citations as a paper prints them, in the order given: parse_citations() reads the same list back.

    "joined" prints a label once for the numbers that follow it ("BU 19, 36; PU 10–14"), "bracketed" the same in
    round brackets, "separate" every label ("BU 19; BU 36"). Raises BadInput for an impossible citation.
    """
    given = list(citations)
    for one in given:
        if not one.label or not 1 <= one.first <= one.last < 10**_MAX_DIGITS:
            raise BadInput("a citation needs a document label and paragraph numbers from 1 upwards.", advice=_FORMS)
    if style == "separate":
        return "; ".join(f"{_printed_label(one.label)} {_printed_range(one)}" for one in given)
    parts = (
        f"{_printed_label(label)} {', '.join(_printed_range(one) for one in group)}"
        for label, group in groupby(given, key=lambda one: one.label)
    )
    line = "; ".join(parts)
    return f"({line})" if style == "bracketed" else line


def _without_brackets(text: str) -> tuple[str, int]:
    body = text.strip()
    offset = len(text) - len(text.lstrip())
    if len(body) >= 2 and (body[0], body[-1]) in (("(", ")"), ("[", "]")):
        return body[1:-1], offset + 1
    return body, offset


def _citation(label: str, first: str, last: str, place: int) -> Citation:
    if max(len(first), len(last)) > _MAX_DIGITS:
        raise _unreadable("the paragraph number is too large", place)
    begin, end = int(first), int(last)
    if begin < 1:
        raise _unreadable("paragraphs are counted from 1", place)
    if end < begin:
        raise _unreadable(f"the range {begin}–{end} runs backwards", place)
    return Citation(label, begin, end)


def _unreadable(what: str, at: int) -> BadInput:
    return BadInput(f"{what}.", place=f"citation, character {at + 1}", advice=_FORMS)


def _printed_label(label: str) -> str:
    plain = _PLAIN_LABEL.fullmatch(label) and not any(word.casefold() in _PARAGRAPH_WORDS for word in label.split())
    if plain:
        return label
    return '"' + label.replace('"', '""') + '"'


def _printed_range(one: Citation) -> str:
    return str(one.first) if one.first == one.last else f"{one.first}–{one.last}"
