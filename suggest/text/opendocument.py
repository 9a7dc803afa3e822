"""OpenDocument text (.odt), as LibreOffice writes it: paragraphs, lists and tables in their order.

Read here, and not through a library, since the words and what is left out must be exact: white space as the format
collapses it, tabs and line breaks, numbers of lists; deletions, notes, comments and boxes counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.archives import check_archive
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Unit

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_WEIGHT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-weight"
_BLANKS = re.compile(r"[ \t\r\n]+")
_MAX_REPEATED = 10_000
_CONTAINERS = frozenset(
    (f"{_TEXT}section", f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group")
)
_LEFT_OUT = {
    f"{_OFFICE}annotation": "comments",
    f"{_DRAW}text-box": "text boxes",
    f"{_DRAW}image": "pictures",
    f"{_DRAW}object": "objects",
    f"{_TEXT}table-of-content": "tables of contents",
    f"{_TEXT}alphabetical-index": "indexes",
    f"{_TEXT}hidden-text": "hidden texts",
}
_UNSEEN = frozenset((f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_OFFICE}forms", f"{_TEXT}ruby-text"))


def read_opendocument(
    path: Path, *, unit: Unit | None, label: str, language: str | None, named: Collection[str]
) -> ReadDocument:
    """One .odt as one document, a paragraph or table row a line, cells parted by tabs.

    BadInput for a file that is no sound .odt, has a password, could harm (zip bomb, XML entities) or has no words.
    """
    names = check_archive(path, "odt")
    content, styles = _parsed(path, names)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        what = "this is no text of OpenDocument, or its body is missing."
        raise BadInput(what, file=path.name, advice="Open it in LibreOffice and save it as .odt.")
    reading = _Reading(content, styles)
    try:
        pieces = list(reading.pieces(body))
    except RecursionError:
        raise BadInput("it is nested too deeply.", file=path.name, advice="Save it as .docx or .txt.") from None
    return pieces_document(
        pieces,
        file=path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=("Encoding: OpenDocument (XML).", *reading.notices(body)),
    )


def _parsed(path: Path, names: frozenset[str]) -> tuple[Any, Any]:
    """The content, and the styles or None. BadInput where they cannot be parsed, or are encrypted."""
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(path) as archive:
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise BadInput("the file has a password.", file=path.name, advice="Save it without one.")
            content = fromstring(archive.read("content.xml"))
            styles = fromstring(archive.read("styles.xml")) if "styles.xml" in names else None
    except (ParseError, ValueError, KeyError, RecursionError, OSError, zipfile.BadZipFile, zlib.error, LookupError):
        what = "this is not a readable .odt file: its parts are missing or damaged."
        raise BadInput(what, file=path.name, advice="Open it in LibreOffice and save it anew.") from None
    return content, styles


class _Reading:
    """Knows the file's styles and counts what it passes over and the numbers of lists."""

    def __init__(self, content: Any, styles: Any) -> None:
        self._trees = [tree for tree in (content, styles) if tree is not None]
        self._styles_part = styles
        self._bold = frozenset(self._bold_styles())
        self._titles = frozenset(self._title_styles())
        self._numbered = dict(self._numbered_lists())
        self._reached: dict[str, int] = {}
        self._left: Counter[str] = Counter()

    def notices(self, body: Any) -> tuple[str, ...]:
        """What stands in the file and is not in the text, with counts."""
        changes = body.find(f"{_TEXT}tracked-changes")
        deletions = 0 if changes is None else sum(1 for _ in changes.iter(f"{_TEXT}deletion"))
        said: tuple[str, ...] = ()
        if changes is not None and len(changes):
            said = (
                f"Tracked changes: insertions were taken, deletions ({deletions}) left out. Accept or reject them "
                "first.",
            )
        filled = 0
        for name in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
            parts = self._styles_part.iter(f"{_STYLE}{name}") if self._styles_part is not None else ()
            filled += sum(any(words.strip() for words in part.itertext()) for part in parts)
        return (*said, *counted_notice([*sorted(self._left.items()), ("headers and footers", filled)]))

    def pieces(self, container: Any) -> Iterator[Piece]:
        for element in container:
            tag = element.tag
            if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield self._paragraph(element)
            elif tag == f"{_TEXT}list":
                yield from self._list(element)
            elif tag == f"{_TABLE}table":
                yield from self._table(element)
            elif tag in _CONTAINERS or tag == f"{_TEXT}numbered-paragraph":
                yield from self.pieces(element)
            else:
                self._pass_over(element)

    def _pass_over(self, element: Any) -> None:
        """Counts what is left out, with all in it."""
        if element.tag in _UNSEEN:
            return
        if element.tag == f"{_TEXT}note":
            self._left["endnotes" if element.get(f"{_TEXT}note-class") == "endnote" else "footnotes"] += 1
        elif (what := _LEFT_OUT.get(element.tag)) is not None:
            self._left[what] += 1
        else:
            for child in element:
                self._pass_over(child)

    def _paragraph(self, element: Any, number: int | None = None) -> Piece:
        words = _Words()
        self._gather(element, words, bold=False)
        style = element.get(f"{_TEXT}style-name") or ""
        heading = element.tag == f"{_TEXT}h" or style in self._titles
        return Piece("".join(words.parts), heading, number, words.bold)

    def _gather(self, element: Any, words: _Words, *, bold: bool) -> None:
        words.add(element.text or "", bold)
        for child in element:
            match child.tag.removeprefix(_TEXT) if isinstance(child.tag, str) else "":
                case "s":
                    words.put(" " * min(_count(child.get(f"{_TEXT}c"), 1), _MAX_REPEATED), bold)
                case "tab":
                    words.put("\t", bold)
                case "line-break":
                    words.put("\n", bold)
                case "span":
                    inside = bold or (child.get(f"{_TEXT}style-name") or "") in self._bold
                    self._gather(child, words, bold=inside)
                case "note" | "hidden-text" | "ruby-text":
                    self._pass_over(child)
                case name if name and not name.startswith("{"):
                    self._gather(child, words, bold=bold)
                case _:
                    self._pass_over(child)
            words.add(child.tail or "", bold)

    def _list(self, element: Any, level: int = 1) -> Iterator[Piece]:
        style = element.get(f"{_TEXT}style-name") or ""
        first = self._numbered.get(style) if level == 1 else None
        going_on = element.get(f"{_TEXT}continue-numbering") == "true" or element.get(f"{_TEXT}continue-list")
        if first is not None and not (going_on and style in self._reached):
            self._reached[style] = first - 1
        for item in element:
            if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                continue
            number = None
            if first is not None and item.tag == f"{_TEXT}list-item":
                self._reached[style] = _count(item.get(f"{_TEXT}start-value"), self._reached[style] + 1)
                number = self._reached[style]
            for child in item:
                if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    yield self._paragraph(child, number)
                    number = None
                elif child.tag == f"{_TEXT}list":
                    yield from self._list(child, level + 1)
                else:
                    self._pass_over(child)

    def _table(self, table: Any) -> Iterator[Piece]:
        for row in table:
            if row.tag in _CONTAINERS:
                yield from self._table(row)
            elif row.tag == f"{_TABLE}table-row":
                cells = (cell for cell in row if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
                yield Piece("\t".join(self._cell(cell) for cell in cells))

    def _cell(self, cell: Any) -> str:
        return "\n".join(piece.words for piece in self.pieces(cell) if piece.words.strip())

    def _each_style(self) -> Iterator[Any]:
        for tree in self._trees:
            yield from tree.iter(f"{_STYLE}style")

    def _bold_styles(self) -> Iterator[str]:
        for style in self._each_style():
            properties = style.find(f"{_STYLE}text-properties")
            weight = properties.get(_WEIGHT, "") if properties is not None else ""
            if style.get(f"{_STYLE}family") == "text" and weight in ("bold", "600", "700", "800", "900"):
                yield style.get(f"{_STYLE}name", "")

    def _title_styles(self) -> Iterator[str]:
        yield from ("Title", "Subtitle")
        for style in self._each_style():
            if style.get(f"{_STYLE}parent-style-name") in ("Title", "Subtitle"):
                yield style.get(f"{_STYLE}name", "")

    def _numbered_lists(self) -> Iterator[tuple[str, int]]:
        """Names of the list styles whose first level counts in plain numbers, with the first of them."""
        for tree in self._trees:
            for style in tree.iter(f"{_TEXT}list-style"):
                level = style.find(f"{_TEXT}list-level-style-number")
                plain = level is not None and level.get(f"{_STYLE}num-format") == "1"
                if plain and level.get(f"{_TEXT}level") == "1":
                    yield style.get(f"{_STYLE}name", ""), _count(level.get(f"{_TEXT}start-value"), 1)


class _Words:
    """A paragraph's words; runs of white space are one space, none stands at the start or the end."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.bold = 0
        self._length = 0
        self._blank = False
        self._leading = True

    def add(self, words: str, bold: bool) -> None:
        """Words of the XML, in which white space is collapsed."""
        for n, part in enumerate(_BLANKS.split(words)):
            self._blank = self._blank or (n > 0 and self._length > 0)
            if part:
                self.put(part, bold)

    def put(self, words: str, bold: bool) -> None:
        """Words as they are."""
        if self._blank:
            words = " " + words
            self._blank = False
        self.parts.append(words)
        self._length += len(words)
        if self._leading and (bold or not words.strip()):
            self.bold = self._length
        else:
            self._leading = False


def _count(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdecimal() and len(value) < 8 else default
