"""PDF with a text layer: its words in reading order, or a refusal; the page of every segment is kept.

What is stored is what the rules of `pdf_flow` make of the lines, so that every position is one of the stored text.
"""

from __future__ import annotations

import json
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from suggest.children import child_environment
from suggest.errors import BadInput
from suggest.text.pdf_columns import Line
from suggest.text.pdf_flow import Flow, Page, flow_of
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Segment, Unit

MAX_PDF_BYTES = 200 * 2**20
PATIENCE = 300
"""Seconds that a PDF may take to be read."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st", "\x00": "\ufffd"}
)
_ANEW = "Save the document as .docx, .odt or .txt from the program that made it."


def read_pdf(
    path: Path, *, unit: Unit | None, label: str, language: str | None, named: Collection[str]
) -> ReadDocument:
    """One PDF as one document; a segment's attribute "page" says on which page or pages (from 1) it stands.

    BadInput for a PDF with a password, without words (scanned), with letters that its fonts do not name, with text
    side by side in no order that can be told, and for what is damaged or takes too long.
    """
    found = _pages(path)
    pages = [_page(held) for held in found]
    characters = sum(len(line.words) for page in pages for line in page.lines)
    if not characters:
        what = "the PDF holds no words; its pages are pictures, as a scanner makes them."
        raise BadInput(what, file=path.name, advice="Have its text recognised (OCR) first, and read that over.")
    unknown = sum(held["unknown"] for held in found)
    if unknown > 0.01 * characters:
        what = f"{unknown} of {characters} characters are in a font that does not say which letters they are."
        raise BadInput(what, file=path.name, advice=_ANEW)
    flow = flow_of(pages, path.name)
    pieces = [Piece(one.words, one.heading, None, one.bold) for one in flow.paragraphs]
    document = pieces_document(
        pieces,
        file=path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=_notices(found, flow, unknown),
    )
    return replace(document, segments=_with_pages(document.segments, flow))


def _pages(path: Path) -> list[dict[str, Any]]:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(1024)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if size > MAX_PDF_BYTES:
        what = f"the file has {size / 2**20:.0f} MB; the limit for .pdf is {MAX_PDF_BYTES // 2**20} MB."
        raise BadInput(what, file=path.name, advice="Split it.")
    if b"%PDF-" not in head:
        raise BadInput("this is not a PDF.", file=path.name, advice="Check that the right file was exported.")
    command = [sys.executable, "-P", "-m", "suggest.text.pdf_lines", str(path.resolve())]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PATIENCE,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadInput("the PDF takes too long to be read.", file=path.name, advice=_ANEW) from None
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else {"error": "damaged"}
    except ValueError:
        answer = {"error": "damaged"}
    if (why := answer.get("error")) is not None:
        what, advice = {
            "password": ("the PDF has a password.", "Save it without one."),
            "size": ("the PDF has too many pages or characters.", "Split it."),
        }.get(why, ("this is not a readable PDF: it is damaged.", _ANEW))
        raise BadInput(what, file=path.name, advice=advice)
    return list(answer["pages"])


def _page(held: dict[str, Any]) -> Page:
    lines = (Line(words.translate(_LIGATURES), *rest) for words, *rest in held["lines"])
    return Page(held["width"], held["height"], tuple(line for line in lines if line.words.strip()))


def _notices(found: Sequence[dict[str, Any]], flow: Flow, unknown: int) -> tuple[str, ...]:
    pages = "1 page" if len(found) == 1 else f"{len(found)} pages"
    said = [
        f"Read from the text layer of a PDF of {pages}. Lines were joined to paragraphs: a paragraph begins "
        "at a speaker's label or time, after a larger gap, at an indented line, after a line that ends a sentence "
        "early, and where the size or weight of the type changes. Check it."
    ]
    if flow.columns:
        said.append(f"{flow.columns} pages have two columns; the left one was read first.")
    if flow.joined:
        said.append(
            f"{flow.joined} words were broken at a line end: joined without the hyphen, unless the text has them with "
            "it elsewhere."
        )
    if flow.heads:
        heads = "; ".join(f"“{words}” ({count})" for words, count in flow.heads.most_common(5))
        said.append(f"Left out as running heads: {heads}.")
    if flow.page_numbers:
        said.append(f"Left out: {flow.page_numbers} page numbers. The page of a segment is its attribute “page”.")
    if empty := [str(n) for n, held in enumerate(found, 1) if not held["lines"]]:
        more = " …" if len(empty) > 20 else ""
        said.append(f"Without any words, perhaps scanned: pages {', '.join(empty[:20])}{more}.")
    if unknown:
        said.append(f"{unknown} characters are in a font that does not say which letters they are; they became U+FFFD.")
    counts = (
        ("footnotes", flow.notes),
        ("pictures", sum(held["pictures"] for held in found)),
        ("comments and form fields", sum(held["comments"] for held in found)),
        ("characters of turned text", sum(held["turned"] for held in found)),
    )
    return (*said, *counted_notice(counts))


def _with_pages(segments: Sequence[Segment], flow: Flow) -> tuple[Segment, ...]:
    starts, pages = [], []
    at = 0
    for one in flow.paragraphs:
        for page, offset in one.parts:
            starts.append(at + offset)
            pages.append(page)
        at += len(one.words) + 1

    def on(offset: int) -> int:
        return pages[max(0, bisect_right(starts, offset) - 1)]

    result = []
    for segment in segments:
        first, last = on(segment.start), on(segment.end - 1)
        said = str(first) if first == last else f"{first}-{last}"
        result.append(replace(segment, attributes=(*segment.attributes, ("page", said))))
    return tuple(result)
