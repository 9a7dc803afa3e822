"""HTML: the words of a page, one line a paragraph, with what browsers collapse collapsed; noScribe's time codes.

Taguette keeps its documents as HTML, too, and counts positions in its bytes: `Words` remembers where each word stood.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from suggest.text.decoding import MAX_PROSE_BYTES, read_text
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Unit

_BLOCK_LIST = """
address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_LIST.split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(("head", "template", "noscript"))
_BEFORE_BODY = frozenset(("html", "head", "base", "link", "meta", "script", "style", "title", "template", "noscript"))
_BOLD = frozenset(("b", "strong"))
_COUNTED = {"img": "pictures", "video": "videos", "audio": "recordings", "iframe": "frames", "object": "objects"}
_WORDS = re.compile(r"[ \t\n\f]+|[^ \t\n\f]+")
# No tag holds a "<", so that a page of nothing but open ones is read in one pass, too.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>")
_NAME_VALUE = re.compile(r"""(?<![^\s\"'])name\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_RAW_END = {name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE) for name in ("script", "style", "title")}
_ANCHOR = re.compile(r"ts_(\d{1,10})_(\d{1,10})_")


def read_web(
    path: Path, *, unit: Unit | None, label: str, language: str | None, encoding: str | None, named: Collection[str]
) -> ReadDocument:
    """One HTML file as one document, a paragraph or table row a line. BadInput for what is no text or has no words."""
    decoded = read_text(path, encoding=encoding, longest=MAX_PROSE_BYTES)
    words = Words(decoded.text)
    return pieces_document(
        words.pieces,
        file=path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=(*decoded.notices, *counted_notice(sorted(words.left_out.items()))),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Words as they stand in the file: at which byte of its words in UTF-8, and at which offset of the stored text."""

    byte: int
    at: int
    words: str


class Words:
    """The paragraphs of HTML, joined by line feeds in `text`; white space and tags never stand in them."""

    def __init__(self, source: str) -> None:
        reader = _Reader()
        reader.read(source)
        self.pieces = reader.pieces
        self.text = "\n".join(piece.words for piece in reader.pieces)
        self.bytes = reader.bytes
        self.left_out = reader.left_out
        self._runs = reader.runs
        self._starts = [run.byte for run in reader.runs]

    def range_of(self, start: int, end: int) -> tuple[int, int] | None:
        """The range of the stored text for bytes of the page's words, tags not counted; None where there are none."""
        if not 0 <= start < end or start >= self.bytes:
            return None
        first, last = self._after(start), self._before(min(end, self.bytes))
        return None if first is None or last is None or first >= last else (first, last)

    def _after(self, byte: int) -> int | None:
        """The offset of the first character that begins at this byte or later."""
        place = bisect_right(self._starts, byte) - 1
        if place >= 0:
            run = self._runs[place]
            if byte < run.byte + len(run.words.encode("utf-8", "surrogatepass")):
                return run.at + _characters(run.words, byte - run.byte)
        return self._runs[place + 1].at if place + 1 < len(self._runs) else None

    def _before(self, byte: int) -> int | None:
        """The offset after the last character that begins before this byte."""
        place = bisect_right(self._starts, byte - 1) - 1
        if place < 0:
            return None
        run = self._runs[place]
        return run.at + _characters(run.words, byte - run.byte)


def _characters(words: str, size: int) -> int:
    """How many characters begin in the first `size` bytes."""
    held = words.encode("utf-8", "surrogatepass")[:size]
    return sum(byte & 0xC0 != 0x80 for byte in held)


class _Reader:
    """One pass over tags and words. Read here since the parser of the standard library takes hours over broken tags."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.runs: list[_Run] = []
        self.left_out: Counter[str] = Counter()
        self.bytes = 0
        self._done = 0
        self._parts: list[str] = []
        self._length = 0
        self._space = ""
        self._begun = False
        self._unseen = 0
        self._bold = 0
        self._bold_length = 0
        self._leading = True
        self._heading = False
        self._preformatted = 0
        self._cells = 0
        self._in_cell = False
        self._times: list[tuple[int, int]] = []

    def read(self, source: str) -> None:
        at, said = 0, 0
        while (at := source.find("<", at)) >= 0:
            tag = _TAG.match(source, at)
            if tag is not None:
                end = tag.end()
            elif source.startswith("<!--", at):
                end = _past(source, "-->", at + 4)
            elif source.startswith(("<!", "<?"), at):
                end = _past(source, ">", at + 2)
            else:
                at += 1
                continue
            self._data(html.unescape(source[said:at]))
            if tag is not None:
                name = tag["name"].lower()
                if tag["end"]:
                    self._ends(name)
                else:
                    end = self._begins(name, tag["rest"], source, end)
            at = said = end
        self._data(html.unescape(source[said:]))
        self.end_paragraph()

    def _begins(self, tag: str, rest: str, source: str, end: int) -> int:
        """A tag begins something; where reading goes on."""
        if (raw := _RAW_END.get(tag)) is not None:
            closed = raw.search(source, end)
            return closed.end() if closed else len(source)
        self._begun = self._begun or tag not in _BEFORE_BODY
        if tag == "body":
            self._unseen = 0
        elif tag in _UNSEEN:
            self._unseen += 1
        elif tag in _COUNTED:
            self.left_out[_COUNTED[tag]] += 1
        elif tag == "br":
            self._space = "\n" if self._length else ""
        elif tag in ("td", "th"):
            self._space = "\t" if self._cells else ""
            self._cells, self._in_cell = self._cells + 1, True
        elif tag in _BLOCKS:
            self._break()
            self._heading = self._heading or tag in _HEADINGS
            self._preformatted += tag == "pre"
        elif tag in _BOLD:
            self._bold += 1
        elif tag == "a" and (named := _NAME_VALUE.search(rest)):
            found = _ANCHOR.match(named[1] or named[2] or named[3] or "")
            if found:
                self._times.append((int(found[1]), int(found[2])))
        return end

    def _ends(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in ("td", "th"):
            self._in_cell = False
        elif tag in _BLOCKS:
            if tag in ("tr", "table"):
                self._in_cell = False
            self._break()
            self._preformatted -= tag == "pre" and self._preformatted > 0
        elif tag in _BOLD:
            self._bold = max(0, self._bold - 1)

    def _data(self, data: str) -> None:
        if self._unseen:
            return
        for found in _WORDS.finditer(data):
            words = found.group()
            if words[0] in " \t\n\f":
                # White space before a page's body is none of its text.
                if self._begun:
                    self.bytes += len(words)
                self._blank(words)
            else:
                self._add(words)
                self.bytes += len(words.encode("utf-8", "surrogatepass"))

    def _blank(self, words: str) -> None:
        if self._preformatted and "\n" in words:
            self._space = "\n"
        elif not self._space and self._length:
            self._space = " "

    def _add(self, words: str) -> None:
        self._begun = True
        before = self._space if self._length or self._space == "\t" else ""
        self._space = ""
        at = self._length + len(before)
        self.runs.append(_Run(self.bytes, self._done + at, words))
        self._parts += (before, words)
        self._length = at + len(words)
        if self._bold and self._leading:
            self._bold_length = self._length
        elif not self._bold:
            self._leading = False

    def _break(self) -> None:
        if self._in_cell:
            self._space = "\n" if self._length and not self._space else self._space
        else:
            self.end_paragraph()

    def end_paragraph(self) -> None:
        """What was gathered is a paragraph, if it is anything."""
        if self._length:
            times = self._times
            span = (times[0][0], times[-1][1]) if times else (None, None)
            words = "".join(self._parts)
            self.pieces.append(Piece(words, self._heading, None, self._bold_length, *span))
            self._done += self._length + 1
        self._parts, self._length, self._space = [], 0, ""
        self._heading, self._leading, self._bold_length = False, True, 0
        self._cells, self._in_cell, self._times = 0, False, []


def _past(source: str, sign: str, at: int) -> int:
    """After the next such sign; the end of the page where there is none."""
    found = source.find(sign, at)
    return len(source) if found < 0 else found + len(sign)
