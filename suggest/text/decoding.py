"""From the bytes of a file to stored text: encodings, byte-order marks and line endings, settled once and for ever."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from suggest.errors import BadInput, UsageError

MAX_PROSE_BYTES = 50 * 2**20
MAX_TABLE_BYTES = 300 * 2**20
MAX_LINE_BYTES = 4 * 2**20
MAX_CELL_CHARACTERS = 2**20
_CHUNK = 2**20

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = (
    (b"%PDF-", "a PDF", "Save its text as .txt or .docx."),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file, or one with a password", "Save it as .docx or .xlsx, without."),
    (b"{\\rtf", "rich text (RTF)", "Save it as .docx or .txt."),
    (b"PK\x03\x04", "a ZIP archive", "If it is a Word or Excel file, give it the ending .docx or .xlsx."),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Stored text and what was settled on the way to it."""

    text: str
    notices: tuple[str, ...]


def read_text(
    path: Path, *, encoding: str | None = None, limit: int = MAX_PROSE_BYTES, longest: int = MAX_LINE_BYTES
) -> Decoded:
    """The file's text with LF line endings and without its byte-order mark, else untouched; a line is of `longest`
    bytes at most.

    Raises BadInput for a file that is missing, empty, too large, not text, of unknown encoding (with the byte at
    which UTF-8 fails), or that holds a NUL; UsageError for an `encoding` that Python does not know.
    """
    content = _read_bytes(path, limit, longest)
    for signature, what, advice in _NOT_TEXT:
        if content.startswith(signature):
            raise BadInput(f"this is {what}, not a text file.", file=path.name, advice=advice)
    decoded, notice = _decode(content, path.name, encoding)
    notices = [notice]
    if decoded.startswith("\ufeff"):
        decoded = decoded[1:]
        notices.append("A byte-order mark at the start was removed.")
    text = decoded
    if "\r" in decoded:
        text = settle_line_endings(decoded)
        notices.append("Line endings were settled to LF (line feed).")
    refuse_nul(text, path.name)
    if not text.strip():
        raise BadInput("the file holds no words.", file=path.name, advice="Check that the right file was exported.")
    return Decoded(text, tuple(notices))


def settle_line_endings(text: str) -> str:
    """The text with CRLF and lone CR turned into LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def refuse_nul(text: str, file: str, place: str = "") -> None:
    """Raises BadInput with line and character of the first NUL; every other control character may stay."""
    at = text.find("\x00")
    if at < 0:
        return
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    where = ", ".join(part for part in (place, f"line {line}, character {column}") if part)
    advice = "Remove it; if the file is UTF-16 or UTF-32, name its encoding with --encoding."
    raise BadInput("a NUL character (U+0000) cannot be stored.", file=file, place=where, advice=advice)


def _read_bytes(path: Path, limit: int, longest: int) -> bytes:
    """The file's bytes; stops early at the size limit and at a line that is no line."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise _too_large(path, size, limit)
        with path.open("rb") as stream:
            content = b"".join(_checked_chunks(stream, path, limit, longest))
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if not content:
        raise BadInput("the file is empty.", file=path.name, advice="Check that the right file was exported.")
    return content


def _checked_chunks(stream: BinaryIO, path: Path, limit: int, longest: int) -> Iterator[bytes]:
    total = without_break = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > limit:
            raise _too_large(path, total, limit)
        first = min((at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0), default=-1)
        length = without_break + (len(chunk) if first < 0 else first)
        if length > longest:
            what = f"a single line is longer than {longest // 2**20} MB; that is not a transcript."
            advice = "Check the export, or break the text into paragraphs."
            raise BadInput(what, file=path.name, place=f"byte {total - len(chunk)}", advice=advice)
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        without_break = length if last < 0 else len(chunk) - last - 1
        yield chunk


def _too_large(path: Path, size: int, limit: int) -> BadInput:
    what = f"the file has {size / 2**20:.0f} MB; the limit for this format is {limit // 2**20} MB."
    return BadInput(what, file=path.name, advice="Split it into several documents.")


def _decode(content: bytes, file: str, encoding: str | None) -> tuple[str, str]:
    if encoding is not None:
        return _decode_as(content, file, encoding), f"Read as {encoding}, as asked."
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_as(content, file, name), f"Encoding: {name} (byte-order mark)."
    if (utf16 := _utf16_without_mark(content)) is not None:
        return _decode_as(content, file, utf16), f"Encoding: {utf16} (recognised by its zero bytes)."
    try:
        return content.decode("utf-8"), "Encoding: utf-8."
    except UnicodeDecodeError as error:
        legacy = None if _is_damaged_utf8(content, error.start) else _legacy_encoding(content)
        if legacy is None:
            what = "the text is not UTF-8 and its encoding cannot be told with confidence."
            advice = "Save the file as UTF-8, or name its encoding, for example --encoding cp1252."
            raise BadInput(what, file=file, place=f"byte {error.start}", advice=advice) from None
        return content.decode(legacy), f"Encoding: {legacy} (guessed from the text: check accented letters)."


def _decode_as(content: bytes, file: str, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise UsageError(
            f"'{encoding}' is not a text encoding that can be read. Try utf-8, cp1252 or utf-16."
        ) from None
    except UnicodeDecodeError as error:
        what = f"the text is not valid {encoding}."
        advice = "Save the file as UTF-8, or name another encoding."
        raise BadInput(what, file=file, place=f"byte {error.start}", advice=advice) from None
    except UnicodeError:
        raise BadInput(f"the text is not valid {encoding}.", file=file, advice="Name another encoding.") from None


def _utf16_without_mark(content: bytes) -> str | None:
    """utf-16-le or -be when zero bytes stand on one side of the byte pairs only, as in text of mostly Latin letters."""
    sample = content[:65536]
    pairs = len(sample) // 2
    if pairs < 2 or len(content) % 2:
        return None
    even, odd = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if odd > pairs * 0.4 and even == 0:
        return "utf-16-le"
    if even > pairs * 0.4 and odd == 0:
        return "utf-16-be"
    return None


def _is_damaged_utf8(content: bytes, at: int) -> bool:
    """Whether valid multi-byte characters outnumber broken ones around byte `at`: a legacy guess would garble them."""
    lenient = content[max(0, at - _CHUNK) : at + _CHUNK].decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    valid = sum(1 for character in lenient if character > "\x7f") - broken
    return valid >= broken


def _legacy_encoding(content: bytes) -> str | None:
    """A legacy encoding only where the guess is clean, speaks a language, and every rival as good reads the same."""
    from charset_normalizer import from_bytes

    sample = content[: 2**20]
    matches = list(from_bytes(sample, cp_isolation=None))
    if not matches or b"\x00" in sample:
        return None
    best = matches[0]
    if best.chaos > 0.05 or best.coherence < 0.4:
        return None
    for rival in matches[1:]:
        if rival.chaos <= best.chaos + 0.01 and rival.coherence >= best.coherence - 0.05 and str(rival) != str(best):
            return None
    try:
        content.decode(best.encoding)
    except UnicodeDecodeError:
        return None
    return str(best.encoding)


def decode_content(content: bytes, file: str) -> str:
    """The text of a file's bytes with its byte-order mark, if it has one, and its line ends; BadInput for an encoding
    that cannot be told."""
    return _decode(content, file, None)[0]
