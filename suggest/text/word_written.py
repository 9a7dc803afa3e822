"""What an author wrote in a Word file: the paragraphs of the body, and its notes and text boxes where they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.decoding import settle_line_endings
from suggest.text.word import FALLBACK, LEFT_OUT, W, cell_words, opened, rows_of, runs, value_of

_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_BOX = f"{W}txbxContent"
_PASSED_OVER = LEFT_OUT - {f"{W}tbl", _BOX} | {FALLBACK}
"""Deletions, properties, and the copies of text boxes that Word keeps for older programs."""


@dataclass(frozen=True, slots=True)
class WrittenParagraph:
    """A paragraph or table row that is not empty: a heading's level (0 for none), and whether it is a block quote.

    `beside` names the note or text box that it stands in ("footnote 3"), "" for the body. Notes are numbered in the
    order of their marks, whatever their marks are.
    """

    text: str
    level: int
    block: bool
    beside: str = ""


def written_paragraphs(path: Path, *, beside: bool = False) -> list[WrittenParagraph]:
    """What an author wrote in a .docx, with insertions taken and deletions left out, as `read_word` takes it.

    With `beside` notes and text boxes follow the paragraph that they are anchored in. A block quote has a style called
    so, or is indented. BadInput as for `read_word`.
    """
    document, body = opened(path)
    written = _Written(_style_names(document), _notes(document, path.name) if beside else {}, beside)
    return [found for found in written.paragraphs(body) if found.text.strip()]


def _style_names(document: Any) -> dict[str, str]:
    names = {}
    for style in document.styles.element.iter(f"{W}style"):
        name = style.find(f"{W}name")
        names[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "").casefold() if name is not None else ""
    return names


def _notes(document: Any, file: str) -> dict[tuple[str, str], Any]:
    """The notes of the file by kind and id."""
    from docx.oxml import parse_xml

    found = {}
    for relation in document.part.rels.values():
        for kind in () if relation.is_external else ("footnote", "endnote"):
            if not relation.reltype.endswith(f"/{kind}s"):
                continue
            try:
                part = parse_xml(relation.target_part.blob)
            except (SyntaxError, ValueError):
                what = f"this is not a readable .docx file: its {kind}s are damaged."
                raise BadInput(what, file=file, advice="Open it in Word and save it anew.") from None
            for note in part.iter(f"{W}{kind}"):
                found[kind, note.get(f"{W}id", "")] = note
    return found


class _Written:
    def __init__(self, styles: Mapping[str, str], notes: Mapping[tuple[str, str], Any], beside: bool) -> None:
        self._styles = styles
        self._notes = notes
        self._beside = beside
        self._numbers: dict[str, int] = {}

    def paragraphs(self, container: Any) -> Iterator[WrittenParagraph]:
        for element in container:
            if element.tag == f"{W}p":
                yield _paragraph(element, self._styles)
                yield from self._anchored(element)
            elif element.tag == f"{W}tbl":
                for row in rows_of(element):
                    yield WrittenParagraph("\t".join(cell_words(cell) for cell in row), 0, False)
                    for cell in row:
                        yield from self._anchored(cell)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml"):
                yield from self.paragraphs(element)

    def _anchored(self, element: Any) -> Iterator[WrittenParagraph]:
        """What stands beside the body and is anchored in the element, in its order."""
        for child in element if self._beside else ():
            if child.tag in _NOTES:
                kind = _NOTES[child.tag]
                if (note := self._notes.get((kind, child.get(f"{W}id", "")))) is not None:
                    yield from self._inside(kind, note)
            elif child.tag == _BOX:
                yield from self._inside("text box", child)
            elif child.tag not in _PASSED_OVER:
                yield from self._anchored(child)

    def _inside(self, kind: str, container: Any) -> Iterator[WrittenParagraph]:
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        for item in self.paragraphs(container):
            yield item if item.beside else replace(item, beside=f"{kind} {number}", level=0)


def _paragraph(element: Any, styles: Mapping[str, str]) -> WrittenParagraph:
    properties = element.find(f"{W}pPr")
    style = styles.get(value_of(properties, "pStyle") or "", "")
    outline = value_of(properties, "outlineLvl") or ""
    level = 0
    if style.startswith("heading "):
        level = int(style[8:]) if style[8:].isdigit() else 1
    elif style in ("title", "subtitle"):
        level = 1
    elif outline.isdigit() and outline != "9":
        level = int(outline) + 1
    indent = properties.find(f"{W}ind") if properties is not None else None
    left = "" if indent is None else indent.get(f"{W}left", indent.get(f"{W}start", ""))
    indented = left.isdigit() and int(left) >= 200 and (properties is None or properties.find(f"{W}numPr") is None)
    block = not level and (indented or any(word in style for word in ("quote", "zitat", "block text", "citation")))
    return WrittenParagraph(settle_line_endings("".join(part for part, _ in runs(element))), level, block)
