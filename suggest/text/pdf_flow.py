"""From the lines of a PDF's pages to paragraphs, by rules that the preview states.

A PDF knows no paragraphs, only where letters stand. What cannot be put in order with confidence is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from suggest.text.pdf_columns import Line, columns_of, rows_of
from suggest.text.pdf_notes import without_notes
from suggest.text.prefixes import read_prefix
from suggest.text.speakers import is_known

_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—\[(|]?\s*(?:(?:page|seite|página|p\.|s\.)\s*)?\d{1,5}(?:\s*(?:of|von|de|/)\s*\d{1,5})?\s*[-–—\])|]?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.?!…:;][\"'”’»)\]]*$")
_BROKEN = re.compile(r"[^\W\d_]-$")
_WORD_AT_END = re.compile(r"[^\W\d_]+-$")
_WORD_AT_START = re.compile(r"[^\W\d_]+")
_EDGE = 0.12


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the file's order, and the size of the page."""

    width: float
    height: float
    lines: tuple[Line, ...]


@dataclass(slots=True)
class PdfParagraph:
    """A paragraph, the pages (from 1) on which its parts stand with the offset of each part, and its bold start."""

    words: str
    parts: list[tuple[int, int]]
    bold: int = 0
    heading: bool = False


@dataclass
class Flow:
    """The paragraphs of all pages; what was left out as running heads, with how often, and as notes; words joined at
    line ends."""

    paragraphs: list[PdfParagraph] = field(default_factory=list)
    heads: Counter[str] = field(default_factory=Counter)
    page_numbers: int = 0
    joined: int = 0
    columns: int = 0
    notes: int = 0


def flow_of(pages: Sequence[Page], file: str) -> Flow:
    """The paragraphs of the pages in reading order. BadInput, with the page, where that order cannot be told."""
    flow = Flow()
    running = _running(pages)
    kept: list[list[list[Line]]] = []
    for number, page in enumerate(pages):
        lines = []
        for n, line in enumerate(page.lines):
            if (what := running.get((number, n))) is None:
                lines.append(line)
            elif what:
                flow.heads[what] += 1
            else:
                flow.page_numbers += 1
        lines, notes = without_notes(lines)
        flow.notes += notes
        columns = columns_of(lines, file, number + 1)
        flow.columns += len(columns) > 1
        kept.append([rows_of(column) for column in columns])
    speakers = _speakers(line for page in kept for column in page for line in column)
    joiner = _Joiner(flow, speakers, _hyphenated(line.words for page in kept for col in page for line in col))
    for number, page_columns in enumerate(kept, 1):
        for column in page_columns:
            joiner.column(column, number)
    return flow


def _running(pages: Sequence[Page]) -> dict[tuple[int, int], str]:
    """Lines that are running heads, or page numbers (""), by page and place: what stands at the edges of a third of
    the pages (three at least) but for its numbers, at one height and apart from the text, and numbers alone there."""
    at_edge: dict[tuple[int, int], tuple[str, int]] = {}
    for number, page in enumerate(pages):
        for n, line in enumerate(page.lines):
            if line.height < page.height * _EDGE or line.height > page.height * (1 - _EDGE):
                at_edge[number, n] = (_NUMBERS.sub("#", line.words.strip()), round(line.height / 6))
    times: Counter[tuple[str, int]] = Counter()
    for key in {(number, *held) for (number, _), held in at_edge.items()}:
        times[key[1], key[2]] += 1
    enough = max(3, (len(pages) + 2) // 3)
    found = {}
    for (number, n), held in at_edge.items():
        words = pages[number].lines[n].words.strip()
        if _PAGE_NUMBER.fullmatch(words) and (len(pages) < 3 or times[held] >= min(3, len(pages))):
            found[number, n] = ""
        elif times[held] >= enough and _is_apart(pages[number], n):
            found[number, n] = held[0]
    return found


def _is_apart(page: Page, n: int) -> bool:
    """Whether the line is one of the two highest or lowest of its page, with a gap between them and the text."""
    heights = sorted({round(line.height) for line in page.lines}, reverse=True)
    steps = [above - below for above, below in pairwise(heights)]
    place = heights.index(round(page.lines[n].height))
    enough = 1.4 * sorted(steps or [0])[len(steps) // 4]
    down, up = steps[place:2] if place < 2 else [], steps[max(0, len(steps) - 2) : place][::-1]
    return any(step > enough for step in down) or (place >= len(heights) - 2 and any(step > enough for step in up))


def _speakers(lines: Iterator[Line]) -> frozenset[str]:
    """Labels at the start of lines that begin a paragraph wherever they stand: those in use, those in bold type
    with a colon, and those that recur."""
    counts: Counter[str] = Counter()
    for line in lines:
        prefix = read_prefix(line.words, 0, len(line.words), line.bold)
        if prefix.label is not None and prefix.label.kind in ("colon", "bold", "time", "tab"):
            counts[prefix.label.name] += 1 if prefix.label.kind != "bold" else 3
    return frozenset(name for name, times in counts.items() if is_known(name) or (times > 2 and name[:1].isupper()))


def _hyphenated(lines: Iterator[str]) -> frozenset[str]:
    """Words that are written with a hyphen inside a line, which stays where such a word is broken there."""
    return frozenset(word.casefold() for line in lines for word in re.findall(r"[^\W\d_]+-[^\W\d_]+", line))


class _Joiner:
    """Puts lines together to paragraphs, over the ends of columns and pages, too."""

    def __init__(self, flow: Flow, speakers: frozenset[str], hyphenated: frozenset[str]) -> None:
        self._flow, self._speakers, self._hyphenated = flow, speakers, hyphenated
        self._size = 0.0

    def column(self, lines: Sequence[Line], page: int) -> None:
        steps = [above.height - line.height for above, line in pairwise(lines)]
        step = median([gap for gap in steps if gap > 0] or [0.0])
        left = min((line.left for line in lines), default=0.0)
        right = max((line.right for line in lines), default=0.0)
        for n, line in enumerate(lines):
            above = lines[n - 1] if n else None
            if self._begins(line, above, step, left, right):
                self._begin(line, page)
            else:
                self._go_on(line, page)
            self._size = line.size

    def _begins(self, line: Line, above: Line | None, step: float, left: float, right: float) -> bool:
        paragraphs = self._flow.paragraphs
        if not paragraphs or self._is_labelled(line):
            return True
        if above is None:
            return bool(_ENDS.search(paragraphs[-1].words)) or abs(line.size - self._size) > 0.15 * line.size
        em = max(line.size, 1.0)
        parted = above.height - line.height > max(1.3 * step, step + 0.25 * em)
        indented = line.left - above.left > 0.8 * em and above.left - left < 0.5 * em and not self._is_labelled(above)
        ended = above.right < right - 0.12 * (right - left) and bool(_ENDS.search(above.words))
        bold = bool(line.bold) and line.bold >= len(line.words)
        other = abs(line.size - above.size) > 0.15 * em or bold != (above.bold >= len(above.words) > 0)
        return parted or indented or ended or other

    def _is_labelled(self, line: Line) -> bool:
        prefix = read_prefix(line.words, 0, len(line.words), line.bold)
        return prefix.time is not None or (prefix.label is not None and prefix.label.name in self._speakers)

    def _begin(self, line: Line, page: int) -> None:
        heading = 0 < len(line.words) <= line.bold
        self._flow.paragraphs.append(PdfParagraph(line.words, [(page, 0)], line.bold, heading))

    def _go_on(self, line: Line, page: int) -> None:
        last = self._flow.paragraphs[-1]
        last.heading = last.heading and line.bold >= len(line.words)
        if last.words.endswith("\u00ad"):
            last.words = last.words[:-1]
            self._flow.joined += 1
        elif _BROKEN.search(last.words) and line.words[:1].islower():
            if not self._keeps_hyphen(last.words, line.words):
                last.words = last.words[:-1]
            self._flow.joined += 1
        else:
            last.words += " "
        if last.parts[-1][0] != page:
            last.parts.append((page, len(last.words)))
        if last.heading or last.bold == len(last.words):
            last.bold = len(last.words) + line.bold
        last.words += line.words

    def _keeps_hyphen(self, before: str, after: str) -> bool:
        head, tail = _WORD_AT_END.search(before), _WORD_AT_START.match(after)
        return head is not None and tail is not None and (head.group() + tail.group()).casefold() in self._hyphenated
