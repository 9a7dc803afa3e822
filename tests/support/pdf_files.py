"""PDF files as small as they can be, from lines with their places: no library writes them, so that a test sees all."""

from __future__ import annotations

from collections.abc import Sequence

Placed = tuple[float, float, str] | tuple[float, float, str, float]
"""A line's left edge and height in points from the lower left corner of an A4 page, and its words, perhaps their size;
"**" begins bold, "^" a raised part and ends it."""

_FONTS = b"/F1 3 0 R /F2 4 0 R /F3 5 0 R"
_FIXED = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Nameless /Encoding /Identity-H /DescendantFonts [6 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Nameless /CIDSystemInfo << /Registry (Adobe) /Ordering "
    b"(Identity) /Supplement 0 >> /FontDescriptor 7 0 R >>",
    b"<< /Type /FontDescriptor /FontName /Nameless /Flags 4 /Ascent 800 /Descent -200 /CapHeight 700 /ItalicAngle 0 "
    b"/StemV 80 /FontBBox [0 0 1000 1000] >>",
)


def pdf(*pages: Sequence[Placed], size: float = 10, trailer: str = "", nameless: str = "") -> bytes:
    """A PDF of A4 pages with these lines. `nameless` is written in a font that does not say which letters it has."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *_FIXED]
    kids = []
    for page in pages:
        content = b"\n".join(_line(*placed[:3], placed[3] if len(placed) > 3 else size) for placed in page)
        if nameless:
            content += f"\nBT /F3 10 Tf 50 400 Td <{nameless}> Tj ET".encode()
        stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        objects.append(stream)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << %s >> >> /Contents %d 0 R >>"
            % (_FONTS, len(objects))
        )
        kids.append(len(objects))
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, held in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _line(left: float, height: float, words: str, size: float) -> bytes:
    shown = []
    for n, part in enumerate(words.split("**")):
        for at, piece in enumerate(part.split("^")):
            shown += _piece(piece, 1 + n % 2, size, raised=at % 2 == 1)
    return b"BT %d %d Td %s ET" % (left, height, b" ".join(shown))


def _piece(words: str, font: int, size: float, *, raised: bool) -> list[bytes]:
    held = words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    rise, small = (0.35 * size, 0.6 * size) if raised else (0, size)
    return [b"%.2f Ts /F%d %.2f Tf (%s) Tj" % (rise, font, small, held)] if words else []


def lines(words: Sequence[str], *, left: float = 60, top: float = 760, step: float = 12) -> list[Placed]:
    """Lines one below the other."""
    return [(left, top - n * step, line) for n, line in enumerate(words)]


ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "ab" * 32 + "> /U <" + "cd" * 32 + "> >> "
    "/ID [<" + "01" * 16 + "> <" + "01" * 16 + ">]"
)
