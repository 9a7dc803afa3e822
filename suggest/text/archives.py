"""Word, Excel and OpenDocument files are ZIP archives of XML: what is checked before any library opens one."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from suggest.errors import BadInput

MAX_DOCX_BYTES = 100 * 2**20
MAX_XLSX_BYTES = 100 * 2**20
_MAX_DOCX_CONTENT = 256 * 2**20
_MAX_XLSX_CONTENT = 1024 * 2**20
_MAX_RATIO = 250
_RATIO_FROM = 8 * 2**20
_MAX_PARTS = 10_000
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"


def kind_of_archive(path: Path) -> str | None:
    """ "docx", "xlsx" or "odt" where the file is a ZIP archive with such content, else None."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "content.xml" in names and "mimetype" in names:
                with archive.open("mimetype") as stream:
                    kind = stream.read(100)
                return "odt" if kind.startswith(b"application/vnd.oasis.opendocument.text") else None
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return None
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None


def check_archive(path: Path, kind: str) -> frozenset[str]:
    """The archive's part names, after every part was read once to check it; raises BadInput for what is not safe.

    Refused: no ZIP archive, a damaged one, too many parts, contents out of proportion (zip bombs), and XML with a
    document type or entities, which no office program writes.
    """
    limit = MAX_XLSX_BYTES if kind == "xlsx" else MAX_DOCX_BYTES
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if not head:
        raise BadInput("the file is empty.", file=path.name, advice="Check that the right file was exported.")
    if head.startswith(_OLD_FORMAT):
        what = f"this is an old Office file, or one with a password, not .{kind}."
        raise BadInput(what, file=path.name, advice=f"Save it as .{kind} without a password.")
    if size > limit:
        what = f"the file has {size / 2**20:.0f} MB; the limit for .{kind} is {limit // 2**20} MB."
        raise BadInput(what, file=path.name, advice="Remove pictures, or split it.")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path.name, _MAX_XLSX_CONTENT if kind == "xlsx" else _MAX_DOCX_CONTENT)
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _check_xml(archive, part, path.name)
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        what = f"this is not a readable .{kind} file: its ZIP archive is damaged or protected."
        raise BadInput(what, file=path.name, advice="Open it in the office program and save it anew.") from None


def _check_sizes(archive: zipfile.ZipFile, file: str, limit: int) -> None:
    """zipfile reads no more of a part than its header announces, so the announced sizes can be relied on."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _RATIO_FROM and part.file_size > _MAX_RATIO * max(1, part.compress_size) for part in parts
    )
    if len(parts) > _MAX_PARTS or total > limit or swollen:
        what = f"the archive unpacks to {total / 2**20:.0f} MB in {len(parts)} parts, out of proportion (a zip bomb?)."
        raise BadInput(what, file=file, advice="Open it in the office program and save only the text.")


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file: str) -> None:
    kept = b""
    with archive.open(part) as stream:
        while chunk := stream.read(2**20):
            # Without the zero bytes, so that XML in UTF-16 or UTF-32 is looked through by the same rule.
            window = kept + chunk.replace(b"\x00", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                what = f"its part {part.filename} declares a document type or entities, which no office program writes."
                raise BadInput(what, file=file, advice="Open it in the office program and save it anew.")
            kept = window[-16:]
