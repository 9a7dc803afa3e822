"""What a manuscript claims of transcripts: its citations, and its quotes with the citation that belongs to each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from suggest.errors import BadInput
from suggest.text.citations import Citation, parse_citations
from suggest.text.manuscripts import Written

_BRACKET = re.compile(r"\((?P<round>[^()]{2,500})\)|\[(?P<square>[^\[\]]{2,500})\]")
_SENTENCE_END = re.compile(r"[.!?][\"”’»)]*\s+(?=[\"“‘«(]*[A-ZÀ-ÖØ-Þ])")
_PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ('"', '"'))
_ATTRIBUTION = 2
_SINGLE_OPEN = re.compile(r"(?<!\w)‘(?=\S)|(?<![\w'])'(?=\w)")
_SINGLE_CLOSE = {"‘": re.compile(r"(?<=\S)’(?!\w)"), "'": re.compile(r"(?<=\S)'(?!\w)")}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Cited:
    """A bracket that cites: its half-open range in the paragraph, its words, and what it cites. `problem` says what
    cannot be read in it; `unknown` are labels that no document has."""

    start: int
    end: int
    words: str
    citations: tuple[Citation, ...]
    unknown: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A quote: its words without the marks around them, its range, and the bracket that belongs to it, which may stand
    in a later paragraph."""

    start: int
    end: int
    words: str
    cited: Cited | None


@dataclass(frozen=True)
class Claims:
    """What one paragraph claims."""

    written: Written
    cited: tuple[Cited, ...]
    said: tuple[Said, ...]


def read_claims(paragraphs: Sequence[Written], labels: Collection[str]) -> Iterator[Claims]:
    """The claims of each paragraph, headings without quotes; `labels` are those of the study's documents."""
    finder = _Finder(labels)
    brackets = [finder.cited(written.text) for written in paragraphs]
    for n, written in enumerate(paragraphs):
        if written.level:
            said: tuple[Said, ...] = ()
        elif written.block:
            said = tuple(_block(written.text, brackets[n], _further(paragraphs, brackets, n)))
        else:
            said = tuple(_inline(written.text, brackets[n], finder))
        yield Claims(written, tuple(brackets[n]), said)


def _further(paragraphs: Sequence[Written], brackets: Sequence[Sequence[Cited]], n: int) -> Cited | None:
    """The bracket at the end of a block quote of several paragraphs, or alone in the paragraph after it."""
    for written, cited in zip(paragraphs[n + 1 :], brackets[n + 1 :], strict=True):
        if _only_cites(written.text, cited):
            return cited[0]
        if not written.block:
            return None
        if cited:
            return cited[-1]
    return None


def _only_cites(text: str, cited: Sequence[Cited]) -> bool:
    return len(cited) == 1 and not text[: cited[0].start].strip() and not text[cited[0].end :].strip(" \n\t.")


class _Finder:
    """Finds citing brackets: those that hold the label of a document, or something very like one."""

    def __init__(self, labels: Collection[str]) -> None:
        self._labels = {label.casefold(): label for label in labels}
        known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
        number = r"\d{1,9}(?:\s*[-–—‐‑]\s*\d{1,9})?"
        self._loose = re.compile(rf"(?<!\w)({known})[\s,:¶]*({number}(?:\s*,\s*{number})*)(?!\w)") if known else None
        before = rf"(^|;)\s*([^\W\d_]{{1,4}})\s?\d{{1,3}}\s*[,:]\s*(?=(?:{known})(?!\w))"
        self._speaker = re.compile(before, re.IGNORECASE) if known else None

    def is_label(self, words: str) -> bool:
        """Whether words in quotation marks are a document's label, which may need the marks."""
        return words.strip().casefold() in self._labels

    def cited(self, text: str) -> list[Cited]:
        """The brackets of a text that cite, in their order."""
        found = []
        for match in _BRACKET.finditer(text):
            words = match["round"] or match["square"]
            if any(letter.isdigit() for letter in words) and (read := self._read(words)) is not None:
                found.append(Cited(match.start(), match.end(), words.strip(), *read))
        return found

    def _read(self, words: str) -> tuple[tuple[Citation, ...], tuple[str, ...], str] | None:
        try:
            parsed = parse_citations(self._without_speakers(words))
        except BadInput as error:
            return self._loosely(words, error.what)
        named = [(self._known(one.label), one) for one in parsed]
        if any(label is not None for label, _ in named):
            known = [Citation(label, one.first, one.last) for label, one in named if label is not None]
            unknown = dict.fromkeys(one.label for label, one in named if label is None)
            return tuple(known), tuple(unknown), ""
        if self._loose is not None and self._loose.search(words):
            return self._loosely(words, "")
        like = [one.label for one in parsed if self.like(one.label) is not None]
        return ((), tuple(dict.fromkeys(like)), "") if like else None

    def _without_speakers(self, words: str) -> str:
        """A bracket without what reads like paragraph 3 of a document R and is a speaker: "R3, BU 51"."""
        if self._speaker is None:
            return words
        return self._speaker.sub(
            lambda match: match[0] if match[2].casefold() in self._labels else f"{match[1]} ", words
        )

    def _known(self, label: str) -> str | None:
        """The document's label that is meant; a speaker may stand before it: "R3, BU 51"."""
        held = self._labels.get(label.casefold())
        return held or next(
            (full for folded, full in self._labels.items() if label.casefold().endswith(f" {folded}")), None
        )

    def like(self, label: str) -> str | None:
        """A label so like this one that a slip is likely."""
        if not label.isupper() or len(label) > 12:
            return None
        near = [
            (SequenceMatcher(None, label.casefold(), folded).ratio(), full) for folded, full in self._labels.items()
        ]
        score, full = max(near, default=(0.0, ""))
        return full if score >= 0.5 and abs(len(full) - len(label)) <= 1 else None

    def _loosely(self, words: str, problem: str) -> tuple[tuple[Citation, ...], tuple[str, ...], str] | None:
        """What stands behind labels in a bracket that says other things too: "(nurse, BU 51; see Table 2)"."""
        if self._loose is None:
            return None
        found: list[Citation] = []
        trouble = ""
        for match in self._loose.finditer(words):
            try:
                found += parse_citations(f"{_quoted(match[1])} {match[2]}")
            except BadInput as error:
                trouble = error.what
        if not found and not trouble:
            return None
        return tuple(found), (), trouble


def _quoted(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'


def _block(text: str, cited: Sequence[Cited], further: Cited | None) -> Iterator[Said]:
    last = cited[-1] if cited and not text[cited[-1].end :].strip(' \n\t.”"') else None
    words, start = _bare(text[: last.start if last else len(text)])
    if _WORD.search(words) and not _only_cites(text, cited):
        yield Said(start, start + len(words), words, last or (None if cited else further))


def _inline(text: str, cited: Sequence[Cited], finder: _Finder) -> Iterator[Said]:
    last = 0
    for start, end in sorted((*_doubled(text), *_single(text, cited))):
        words = text[start + 1 : end - 1]
        if start < last or not _WORD.search(words):
            continue
        around = next((one for one in cited if one.start <= start and end <= one.end), None)
        if around is None or not finder.is_label(words):
            yield Said(start, end, words, around or _bracket_of(text, start, end, cited))
            last = end


def _bare(text: str) -> tuple[str, int]:
    """A block quote without the marks around all of it."""
    words = text.strip()
    start = text.index(words) if words else 0
    for opening, closing in (*_PAIRS, ("‘", "’")):
        inner = words.rstrip(".,; ")
        if len(inner) > 2 and inner.startswith(opening) and inner.endswith(closing) and opening not in inner[1:-1]:
            return inner[1:-1], start + 1
    return words, start


def _doubled(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of what stands in double quotation marks, marks included; the innermost pairs are left out."""
    taken = -1
    for match in re.finditer(r"[“„«»\"]", text):
        at = match.start()
        if at < taken:
            continue
        for opening, closing in _PAIRS:
            if text[at] != opening or (opening == "»" and "«" in text[:at]):
                continue
            end = text.find(closing, at + 1)
            if end < 0 and opening == "„":
                end = text.find("”", at + 1)
            if end > at and text[at + 1 : at + 2].strip():
                yield at, end + 1
                taken = end + 1
                break


def _single(text: str, cited: Sequence[Cited]) -> Iterator[tuple[int, int]]:
    """The ranges of what stands in single marks: an apostrophe looks like a closing one, so the last that can be one
    before the next opening mark, citation or end of the paragraph closes."""
    doubled = list(_doubled(text))
    within = [start for start, _ in doubled]
    brackets = [one.start for one in cited]
    opened = [
        at
        for at in (match.start() for match in _SINGLE_OPEN.finditer(text))
        if not ((n := bisect_right(within, at)) and at < doubled[n - 1][1])
    ]
    for at, following in zip(opened, [*opened[1:], len(text)], strict=False):
        n = bisect_right(brackets, at)
        limit = min(following, brackets[n] if n < len(brackets) else len(text))
        closing = _SINGLE_CLOSE[text[at]].finditer(text, at + 2, limit)
        if (last := max((match.start() for match in closing), default=-1)) > 0:
            yield at, last + 1


def _bracket_of(text: str, start: int, end: int, cited: Sequence[Cited]) -> Cited | None:
    """The bracket that belongs to a quote: the next one in the same sentence, else one just before the quote."""
    after = next((one for one in cited if one.start >= end), None)
    if after is not None:
        # "It helped." Nurse (BU 51): a word or two in between may tell who spoke.
        near = len(text[end : after.start].split()) <= _ATTRIBUTION
        if near or not _SENTENCE_END.search(text, end - 2, after.start):
            return after
    before = [one for one in cited if one.end <= start and not text[one.end : start].strip(" ,:;.—–-")]
    return before[-1] if before else None
