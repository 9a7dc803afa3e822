"""Word files: paragraphs and tables in their order, with bold names, headings and automatic numbering kept as facts.

python-docx opens the package; the words are read from its XML tree, because python-docx's own text leaves out
insertions under track changes and content controls, and a transcript must not lose words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.archives import check_archive
from suggest.text.decoding import settle_line_endings
from suggest.text.numbering import Counters
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Unit

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}tab": "\t",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}
LEFT_OUT = {f"{W}moveFrom", f"{W}del", f"{W}pPr", f"{W}rPr", f"{W}tbl", f"{W}txbxContent"}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OFF = {"0", "false", "off", "none"}


def read_word(
    path: Path, *, unit: Unit | None, label: str, language: str | None, named: Collection[str]
) -> ReadDocument:
    """One .docx as one document, its paragraphs joined by line feeds, a table row as one paragraph with tabs.

    Raises BadInput for a file that is no sound .docx, that could harm (zip bomb, XML entities), or that has no words.
    """
    document, body = opened(path)
    pieces = list(_pieces(body, _heading_styles(document), Counters.of(document)))
    notices = ("Encoding: .docx (XML).", *_left_out(document, body))
    return pieces_document(
        pieces, file=path.name, unit=unit, label=label, language=language, named=named, notices=notices
    )


def opened(path: Path) -> tuple[Any, Any]:
    """The document as python-docx has it, and its body's element; BadInput for a file that is none, or could harm."""
    import docx
    from docx.opc.exceptions import OpcError

    check_archive(path, "docx")
    try:
        document = docx.Document(str(path))
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError, IndexError, TypeError, OSError):
        what = "this is not a readable .docx file: its parts are damaged."
        raise BadInput(what, file=path.name, advice="Open it in Word and save it anew.") from None
    body = document.element.find(f"{W}body")
    if body is None:
        what = "this is not a readable .docx file: its body is missing or damaged."
        raise BadInput(what, file=path.name, advice="Open it in Word and save it anew.")
    return document, body


def _heading_styles(document: Any) -> frozenset[str]:
    """Ids of the styles that are headings or titles, by the English names under which Word files keep them."""
    found = set()
    for style in document.styles.element.iter(f"{W}style"):
        name = style.find(f"{W}name")
        value = name.get(f"{W}val", "").casefold() if name is not None else ""
        if value.startswith(("heading", "title", "subtitle", "toc ")):
            found.add(style.get(f"{W}styleId", ""))
    return frozenset(found)


def _pieces(container: Any, headings: frozenset[str], counters: Counters) -> Iterator[Piece]:
    for element in container:
        if element.tag == f"{W}p":
            yield _paragraph(element, headings, counters)
        elif element.tag == f"{W}tbl":
            for row in rows_of(element):
                yield Piece("\t".join(cell_words(cell) for cell in row))
        elif element.tag in (
            f"{W}sdt",
            f"{W}sdtContent",
            f"{W}ins",
            f"{W}moveTo",
            f"{W}smartTag",
            f"{W}customXml",
        ):
            yield from _pieces(element, headings, counters)


def rows_of(table: Any) -> Iterator[list[Any]]:
    """The cells of each row; content controls around rows or cells are looked into."""
    for row in _within(table, f"{W}tr"):
        yield list(_within(row, f"{W}tc"))


def _within(element: Any, tag: str) -> Iterator[Any]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _within(child, tag)


def cell_words(cell: Any) -> str:
    """The words of a table's cell, a paragraph a line."""
    inner: list[str] = []
    for piece in _pieces(cell, frozenset(), Counters()):
        if piece.words.strip():
            inner.append(piece.words)
    return "\n".join(inner)


def _paragraph(element: Any, headings: frozenset[str], counters: Counters) -> Piece:
    properties = element.find(f"{W}pPr")
    style = value_of(properties, "pStyle")
    outline = value_of(properties, "outlineLvl")
    heading = style in headings or (outline is not None and outline != "9")
    words, bold, leading = [], 0, True
    for part, is_bold in runs(element):
        words.append(part)
        if leading and (is_bold or not part.strip()):
            bold += len(part)
        elif part:
            leading = False
    text = settle_line_endings("".join(words))
    number = counters.next_for(properties, style) if text.strip() else None
    return Piece(text, heading, number, min(bold, len(text)))


def runs(element: Any, bold: bool = False) -> Iterator[tuple[str, bool]]:
    """The words in a paragraph's order, each with whether its run is bold. Deletions and text boxes are left out."""
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or "", bold
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], bold
        elif child.tag == f"{W}r":
            yield from runs(child, _is_bold(child.find(f"{W}rPr")))
        elif child.tag not in LEFT_OUT and isinstance(child.tag, str) and child.tag.startswith(W):
            yield from runs(child, bold)


def _is_bold(properties: Any) -> bool:
    mark = properties.find(f"{W}b") if properties is not None else None
    return mark is not None and mark.get(f"{W}val", "1").casefold() not in _OFF


def value_of(properties: Any, name: str) -> str | None:
    """What a property of that name is set to; None where it is not there."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return None if found is None else str(found.get(f"{W}val", ""))


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
        ("text boxes", sum(not _inside(box, "txbxContent") for box in body.iter(f"{W}txbxContent"))),
        ("pictures", _count(body, "drawing", "pict")),
        ("footnotes", _count(body, "footnoteReference")),
        ("endnotes", _count(body, "endnoteReference")),
        ("comments", _count(body, "commentReference")),
        ("headers and footers", _filled_parts(document)),
    ]
    return (*said, *counted_notice(counts))


def _count(body: Any, *names: str) -> int:
    return sum(1 for _ in body.iter(*(f"{W}{name}" for name in names)))


def _inside(element: Any, name: str) -> bool:
    """Whether it stands in another of that name, or in the copy that Word keeps for older programs."""
    return any(above.tag in (f"{W}{name}", FALLBACK) for above in element.iterancestors())


def _filled_parts(document: Any) -> int:
    """How many headers and footers hold words."""
    filled = 0
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            element = getattr(relation.target_part, "element", None)
            filled += element is not None and any((part.text or "").strip() for part in element.iter(f"{W}t"))
    return filled
