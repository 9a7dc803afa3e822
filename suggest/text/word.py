"""Word files: paragraphs and tables in their order, with bold names, headings and automatic numbering kept as facts.

python-docx opens the package; the words are read from its XML tree, because python-docx's own text leaves out
insertions under track changes and content controls, and a transcript must not lose words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.archives import check_archive
from suggest.text.decoding import settle_line_endings
from suggest.text.numbering import Counters
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Unit

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}tab": "\t",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_LEFT_OUT = {f"{_W}moveFrom", f"{_W}del", f"{_W}pPr", f"{_W}rPr", f"{_W}tbl", f"{_W}txbxContent"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OFF = {"0", "false", "off", "none"}


def read_word(
    path: Path, *, unit: Unit | None, label: str, language: str | None, named: Collection[str]
) -> ReadDocument:
    """One .docx as one document, its paragraphs joined by line feeds, a table row as one paragraph with tabs.

    Raises BadInput for a file that is no sound .docx, that could harm (zip bomb, XML entities), or that has no words.
    """
    check_archive(path, "docx")
    document = _opened(path)
    body = document.element.find(f"{_W}body")
    if body is None:
        what = "this is not a readable .docx file: its body is missing or damaged."
        raise BadInput(what, file=path.name, advice="Open it in Word and save it anew.")
    pieces = list(_pieces(body, _heading_styles(document), Counters.of(document)))
    notices = ("Encoding: .docx (XML).", *_left_out(document, body))
    return pieces_document(
        pieces, file=path.name, unit=unit, label=label, language=language, named=named, notices=notices
    )


def _opened(path: Path) -> Any:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        return docx.Document(str(path))
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError, IndexError, TypeError, OSError):
        what = "this is not a readable .docx file: its parts are damaged."
        raise BadInput(what, file=path.name, advice="Open it in Word and save it anew.") from None


def _heading_styles(document: Any) -> frozenset[str]:
    """Ids of the styles that are headings or titles, by the English names under which Word files keep them."""
    found = set()
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        value = name.get(f"{_W}val", "").casefold() if name is not None else ""
        if value.startswith(("heading", "title", "subtitle", "toc ")):
            found.add(style.get(f"{_W}styleId", ""))
    return frozenset(found)


def _pieces(container: Any, headings: frozenset[str], counters: Counters) -> Iterator[Piece]:
    for element in container:
        if element.tag == f"{_W}p":
            yield _paragraph(element, headings, counters)
        elif element.tag == f"{_W}tbl":
            for row in _rows(element):
                yield Piece("\t".join(_cell(cell) for cell in row))
        elif element.tag in (
            f"{_W}sdt",
            f"{_W}sdtContent",
            f"{_W}ins",
            f"{_W}moveTo",
            f"{_W}smartTag",
            f"{_W}customXml",
        ):
            yield from _pieces(element, headings, counters)


def _rows(table: Any) -> Iterator[list[Any]]:
    """The cells of each row; content controls around rows or cells are looked into."""
    for row in _within(table, f"{_W}tr"):
        yield list(_within(row, f"{_W}tc"))


def _within(element: Any, tag: str) -> Iterator[Any]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _within(child, tag)


def _cell(cell: Any) -> str:
    inner: list[str] = []
    for piece in _pieces(cell, frozenset(), Counters()):
        if piece.words.strip():
            inner.append(piece.words)
    return "\n".join(inner)


def _paragraph(element: Any, headings: frozenset[str], counters: Counters) -> Piece:
    properties = element.find(f"{_W}pPr")
    style = _value(properties, "pStyle")
    outline = _value(properties, "outlineLvl")
    heading = style in headings or (outline is not None and outline != "9")
    words, bold, leading = [], 0, True
    for part, is_bold in _runs(element):
        words.append(part)
        if leading and (is_bold or not part.strip()):
            bold += len(part)
        elif part:
            leading = False
    text = settle_line_endings("".join(words))
    number = counters.next_for(properties, style) if text.strip() else None
    return Piece(text, heading, number, min(bold, len(text)))


def _runs(element: Any, bold: bool = False) -> Iterator[tuple[str, bool]]:
    """The words in a paragraph's order, each with whether its run is bold. Deletions and text boxes are left out."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or "", bold
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], bold
        elif child.tag == f"{_W}r":
            yield from _runs(child, _is_bold(child.find(f"{_W}rPr")))
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str) and child.tag.startswith(_W):
            yield from _runs(child, bold)


def _is_bold(properties: Any) -> bool:
    mark = properties.find(f"{_W}b") if properties is not None else None
    return mark is not None and mark.get(f"{_W}val", "1").casefold() not in _OFF


def _value(properties: Any, name: str) -> str | None:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return None if found is None else str(found.get(f"{_W}val", ""))


def _left_out(document: Any, body: Any) -> tuple[str, ...]:
    """What stands in the file and is not in the text, with counts."""
    deletions = _count(body, "del", "moveFrom")
    said: tuple[str, ...] = ()
    if deletions or _count(body, "ins", "moveTo"):
        said = (
            f"Tracked changes: insertions were taken, deletions ({deletions}) left out. Accept or reject them in Word "
            "first.",
        )
    counts = [
        ("text boxes", sum(not _inside(box, "txbxContent") for box in body.iter(f"{_W}txbxContent"))),
        ("pictures", _count(body, "drawing", "pict")),
        ("footnotes", _count(body, "footnoteReference")),
        ("endnotes", _count(body, "endnoteReference")),
        ("comments", _count(body, "commentReference")),
        ("headers and footers", _filled_parts(document)),
    ]
    return (*said, *counted_notice(counts))


def _count(body: Any, *names: str) -> int:
    return sum(1 for _ in body.iter(*(f"{_W}{name}" for name in names)))


def _inside(element: Any, name: str) -> bool:
    """Whether it stands in another of that name, or in the copy that Word keeps for older programs."""
    return any(above.tag in (f"{_W}{name}", _FALLBACK) for above in element.iterancestors())


def _filled_parts(document: Any) -> int:
    """How many headers and footers hold words."""
    filled = 0
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            element = getattr(relation.target_part, "element", None)
            filled += element is not None and any((part.text or "").strip() for part in element.iter(f"{_W}t"))
    return filled


@dataclass(frozen=True, slots=True)
class WrittenParagraph:
    """A paragraph or table row that is not empty: a heading's level (0 for none), and whether it is a block quote."""

    text: str
    level: int
    block: bool


def written_paragraphs(path: Path) -> list[WrittenParagraph]:
    """What an author wrote in a .docx, with insertions taken and deletions left out, as `read_word` takes it.

    A block quote has a style called so, or is indented. BadInput as for `read_word`.
    """
    check_archive(path, "docx")
    document = _opened(path)
    body = document.element.find(f"{_W}body")
    if body is None:
        what = "this is not a readable .docx file: its body is missing or damaged."
        raise BadInput(what, file=path.name, advice="Open it in Word and save it anew.")
    styles = _style_names(document)
    return [found for found in _written(body, styles) if found.text.strip()]


def _style_names(document: Any) -> dict[str, str]:
    names = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        names[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "").casefold() if name is not None else ""
    return names


def _written(container: Any, styles: Mapping[str, str]) -> Iterator[WrittenParagraph]:
    for element in container:
        if element.tag == f"{_W}p":
            yield _written_paragraph(element, styles)
        elif element.tag == f"{_W}tbl":
            for row in _rows(element):
                yield WrittenParagraph("\t".join(_cell(cell) for cell in row), 0, False)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
            yield from _written(element, styles)


def _written_paragraph(element: Any, styles: Mapping[str, str]) -> WrittenParagraph:
    properties = element.find(f"{_W}pPr")
    style = styles.get(_value(properties, "pStyle") or "", "")
    outline = _value(properties, "outlineLvl") or ""
    level = 0
    if style.startswith("heading "):
        level = int(style[8:]) if style[8:].isdigit() else 1
    elif style in ("title", "subtitle"):
        level = 1
    elif outline.isdigit() and outline != "9":
        level = int(outline) + 1
    indent = properties.find(f"{_W}ind") if properties is not None else None
    left = "" if indent is None else indent.get(f"{_W}left", indent.get(f"{_W}start", ""))
    indented = left.isdigit() and int(left) >= 200 and (properties is None or properties.find(f"{_W}numPr") is None)
    block = not level and (indented or any(word in style for word in ("quote", "zitat", "block text", "citation")))
    return WrittenParagraph(settle_line_endings("".join(part for part, _ in _runs(element))), level, block)
