"""The lines of a PDF with their places, read by PDFium in a process of its own: a hostile file ends that process only.

`python -m suggest.text.pdf_lines FILE` writes them as JSON. Places are in points from the lower left corner.
"""

from __future__ import annotations

import ctypes
import json
import sys
from contextlib import suppress
from typing import Any
from unicodedata import bidirectional

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
_MOST_MEMORY = 3 * 2**30
_HYPHEN = 2
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS = frozenset("0123456789")
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "NSM"))
_COMMENTS = frozenset((1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20))


def lines_of(path: str) -> dict[str, Any]:
    """The pages of a PDF with their lines, or `{"error": ...}` with password, damaged or size."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "password" in str(error).lower() else "damaged"}
    if len(document) > MOST_PAGES:
        return {"error": "size"}
    pages = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return {"error": "damaged"}
        found = _Page(pdfium, text.raw)
        characters += found.count
        if characters > MOST_CHARACTERS:
            return {"error": "size"}
        found.read()
        width, height = page.get_size()
        pages.append(
            {
                "width": width,
                "height": height,
                "lines": found.lines,
                "unknown": found.unknown,
                "turned": found.turned,
                "pictures": _pictures(pdfium, page.raw),
                "comments": _comments(pdfium, page.raw),
            }
        )
        text.close()
        page.close()
    return {"pages": pages}


class _Page:
    """One page's characters, joined to lines where they stand beside one another on one height."""

    def __init__(self, pdfium: Any, text: Any) -> None:
        self._pdfium, self._text = pdfium, text
        self.count = max(0, pdfium.FPDFText_CountChars(text))
        self.lines: list[list[Any]] = []
        self.unknown = 0
        self.turned = 0
        self._words: list[str] = []
        self._place = [0.0, 0.0, 0.0, 0.0]
        self._bold = 0
        self._leading = True
        self._blank = False
        self._raised = False
        self._broken = False

    def read(self) -> None:
        pdfium, text = self._pdfium, self._text
        box = pdfium.FS_RECTF()
        origin = [ctypes.c_double() for _ in range(2)]
        box_at, origin_at = ctypes.byref(box), [ctypes.byref(one) for one in origin]
        for n in range(self.count):
            unicode = pdfium.FPDFText_GetUnicode(text, n)
            if unicode in (10, 13):
                self._broken = True
                continue
            if unicode == 32:
                self._blank = True
                continue
            if pdfium.FPDFText_GetCharAngle(text, n) > 0.1:
                self.turned += 1
                continue
            if not unicode or unicode == 0xFFFD or pdfium.FPDFText_HasUnicodeMapError(text, n) == 1:
                self.unknown += 1
                unicode = 0xFFFD
            sign = "-" if unicode == _HYPHEN else _character(unicode)
            pdfium.FPDFText_GetLooseCharBox(text, n, box_at)
            pdfium.FPDFText_GetCharOrigin(text, n, *origin_at)
            self._add(sign, box.left, box.right, origin[1].value, box.top - box.bottom, n)
        self._end()

    def _is_raised(self, sign: str, left: float, height: float, size: float) -> bool:
        """Whether it is a small digit above the line that it follows, as the mark of a note is."""
        _, end, above, tall = self._place
        small = bool(self._words) and sign in _DIGITS and size < 0.8 * tall
        return small and 0.1 * tall < height - above < 0.6 * tall and -0.2 * tall < left - end < 0.5 * tall

    def _is_bold(self, n: int) -> bool:
        """Whether the font's weight or name says so; many files give no weight."""
        if self._pdfium.FPDFText_GetFontWeight(self._text, n) >= 600:
            return True
        name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(self._text, n, name, 256, ctypes.byref(flags))
        return b"bold" in name.value.lower()

    def _add(self, sign: str, left: float, right: float, height: float, size: float, n: int) -> None:
        start, end, above, tall = self._place
        em = max(size, tall, 1.0)
        raised = self._is_raised(sign, left, height, size)
        lowered = size > 1.25 * tall and height < above - 0.1 * size and _DIGITS.issuperset(self._words)
        if raised or self._raised or lowered:
            # PDFium ends the line at a raised number, or has a space there: only the place tells.
            self._broken = self._broken and not 0.5 * em > left - end > -0.2 * em
            self._blank = left - end > 0.15 * em
        if self._broken:
            self._end()
        if self._words:
            beside = left - end > 1.5 * em or left < start - em or right < end - 3 * em
            if abs(height - above) > 0.5 * em or (beside and bidirectional(sign) not in _RIGHT_TO_LEFT):
                self._end()
        if not self._words:
            self._place = [left, right, height, size]
            self._bold, self._leading = 0, True
        else:
            if lowered:
                # A number at the start of the line was a raised one.
                self._words = [digit.translate(_RAISED) for digit in self._words]
                self._place[2:] = [height, size]
            if self._blank:
                self._words.append(" ")
        self._blank, self._raised = False, raised
        self._words.append(sign.translate(_RAISED) if raised else sign)
        self._place[0], self._place[1] = min(self._place[0], left), max(self._place[1], right)
        if self._leading and self._is_bold(n):
            self._bold = sum(map(len, self._words))
        else:
            self._leading = False

    def _end(self) -> None:
        if self._words:
            left, right, height, size = (round(value, 2) for value in self._place)
            self.lines.append(["".join(self._words), left, right, height, size, self._bold])
        self._words, self._blank, self._broken = [], False, False


def _character(unicode: int) -> str:
    return "\ufffd" if 0xD800 <= unicode < 0xE000 or unicode > 0x10FFFF else chr(unicode)


def _pictures(pdfium: Any, page: Any) -> int:
    count = min(max(0, pdfium.FPDFPage_CountObjects(page)), 100_000)
    objects = (pdfium.FPDFPage_GetObject(page, n) for n in range(count))
    return sum(pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_IMAGE for one in objects)


def _comments(pdfium: Any, page: Any) -> int:
    count = min(max(0, pdfium.FPDFPage_GetAnnotCount(page)), 10_000)
    found = 0
    for n in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page, n)
        if annotation:
            found += pdfium.FPDFAnnot_GetSubtype(annotation) in _COMMENTS
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    _bound_memory()
    try:
        json.dump(lines_of(sys.argv[1]), sys.stdout)
    except MemoryError:
        sys.exit(3)
