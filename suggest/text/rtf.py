"""RTF, as f4, Word and LibreOffice write it: paragraphs and table rows, read here so that no word is lost or garbled.

The code pages of fonts, Unicode escapes with their fallbacks, deletions and hidden text decide what the words are;
what stands beside the text (notes, comments, boxes, pictures, headers) is left out and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.decoding import settle_line_endings
from suggest.text.pieces import Piece, counted_notice, pieces_document
from suggest.text.transcripts import ReadDocument, Unit

MAX_RTF_BYTES = 100 * 2**20
_DEEPEST = 1_000
_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|"
    rb"(?P<brace>[{}])|(?P<line>[\r\n\x00]+)|(?P<text>[^\\{}\r\n\x00]+)|(?P<stray>\\)"
)
_CODE_PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "tab": "\t", "line": "\n", "lbr": "\n",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "\\": "\\", "{": "{", "}": "}"}
_COUNTED = {
    "footnote": "footnotes", "annotation": "comments", "pict": "pictures", "object": "objects", "shptxt": "text boxes",
    "header": "headers and footers", "headerl": "headers and footers", "headerr": "headers and footers",
    "headerf": "headers and footers", "footer": "headers and footers", "footerl": "headers and footers",
    "footerr": "headers and footers", "footerf": "headers and footers",
}  # fmt: skip
_SKIPPED_LIST = """
info colortbl fldinst listtable listoverridetable revtbl nonshppict sp atnid atnauthor datafield formfield
bkmkstart bkmkend xe tc ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn nextfile template private
"""
_SKIPPED = frozenset(_SKIPPED_LIST.split())


@dataclass(slots=True)
class _State:
    """What holds inside a group; a group inside begins with a copy of it."""

    part: str = "body"
    font: int | None = None
    fallback: int = 1
    bold: bool = False
    deleted: bool = False
    hidden: bool = False
    in_table: bool = False
    outline: bool = False
    style: int = 0


def read_rtf(
    path: Path, *, unit: Unit | None, label: str, language: str | None, named: Collection[str]
) -> ReadDocument:
    """One RTF file as one document; a table row is a paragraph, its cells parted by tabs.

    BadInput for what is no RTF, ends in the middle, is nested too deeply or has no words.
    """
    try:
        if path.stat().st_size > MAX_RTF_BYTES:
            what = f"the file has more than {MAX_RTF_BYTES // 2**20} MB."
            raise BadInput(what, file=path.name, advice="Remove pictures, or split it.")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    if not content.lstrip().startswith(b"{\\rtf"):
        raise BadInput("this is not RTF.", file=path.name, advice="Check that the right file was exported.")
    reading = _Reading(path.name)
    reading.read(content)
    notices = ["Encoding: RTF."]
    if reading.garbled:
        notices.append(f"{reading.garbled} characters are in no known encoding and became U+FFFD.")
    return pieces_document(
        reading.pieces,
        file=path.name,
        unit=unit,
        label=label,
        language=language,
        named=named,
        notices=(*notices, *counted_notice(sorted(reading.left_out.items()))),
    )


@dataclass
class _Reading:
    """One pass over the file's words and signs; `pieces` are its paragraphs."""

    file: str
    pieces: list[Piece] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    garbled: int = 0

    def __post_init__(self) -> None:
        self._state, self._above = _State(), list[_State]()
        self._page, self._default_font = "cp1252", 0
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, str] = {}
        self._defined = 0
        self._bytes = bytearray()
        self._bytes_page = ""
        self._skip = 0
        self._parts: list[str] = []
        self._length = 0
        self._bold, self._leading = 0, True
        self._cells: list[str] = []
        self._number = ""
        self._starred = self._left = False

    def read(self, content: bytes) -> None:
        at, end = content.find(b"{"), len(content)
        while at < end:
            found = _TOKEN.match(content, at)
            assert found is not None  # one of the branches takes any byte
            at = found.end()
            kind = found.lastgroup
            if kind == "brace":
                self._brace(found.group() == b"{")
                if not self._above:
                    break
            elif kind in ("word", "number"):
                number = found["number"]
                if found["word"] == b"bin":
                    at += max(0, int(number or 0))
                self._word(found["word"].decode("ascii"), None if number is None else int(number))
            elif kind == "sign":
                self._sign(found["sign"].decode("latin-1"))
            elif kind == "hex":
                self._raw(bytes([int(found["hex"], 16)]), 1)
            elif kind == "text":
                self._raw(found["text"], len(found["text"]))
        if self._above:
            advice = "Open it in the program that wrote it and save it anew."
            raise BadInput("the file ends in the middle: a group is never closed.", file=self.file, advice=advice)
        if self._length or self._cells:
            self._paragraph()

    def _brace(self, opens: bool) -> None:
        self._flush()
        self._skip = 0
        if opens:
            self._above.append(replace(self._state))
            self._starred = False
            if len(self._above) > _DEEPEST:
                raise BadInput("its groups are nested too deeply.", file=self.file, advice="Save it as .docx or .txt.")
        elif self._above:
            self._state = self._above.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif sign in _SYMBOLS:
            self._put(_SYMBOLS[sign])
        elif sign in "\r\n":
            self._word("par", None)

    def _word(self, word: str, number: int | None) -> None:
        state, starred = self._state, self._starred
        self._starred = False
        if word != "u":
            self._flush()
        if self._skip and word in ("par", "tab", "line"):
            self._skip -= 1
            return
        if word in _COUNTED or word in _SKIPPED or word in ("fonttbl", "stylesheet", "listtext", "pntext"):
            self._destination(word)
        elif word == "ud" and starred and state.part == "upr":
            state.part = "body"
        elif word == "upr" and state.part == "body":
            state.part = "upr"
        elif starred and word not in ("shppict", "shpinst"):
            state.part = "skipped"
        elif word == "u" and number is not None:
            self._flush()
            self._skip = 0
            self._put(chr(number % 65536))
            self._skip = state.fallback
        elif word in _SIGNS:
            self._put(_SIGNS[word])
        elif state.part in ("body", "fonttbl", "stylesheet", "listtext"):
            self._property(word, number)

    def _destination(self, word: str) -> None:
        state = self._state
        if state.part in ("body", "listtext"):
            if (what := _COUNTED.get(word)) is not None:
                self.left_out[what] += 1
            state.part = {"fonttbl": word, "stylesheet": word, "listtext": word, "pntext": "listtext"}.get(
                word, "skipped"
            )
            if state.part == "listtext":
                self._number = ""

    def _property(self, word: str, number: int | None) -> None:
        state = self._state
        on = number != 0
        match word:
            case "par" | "sect" | "row" | "nestrow" | "cell" | "nestcell" if state.part == "body":
                self._end(word)
            case "f" if number is not None:
                state.font = number
            case "fcharset" if number is not None and state.part == "fonttbl":
                self._fonts[state.font or 0] = _CODE_PAGES.get(number, "") if number != 1 else ""
            case "uc" if number is not None:
                state.fallback = max(0, min(number, 100))
            case "b":
                state.bold = on
            case "deleted":
                state.deleted = on
            case "v":
                state.hidden = on
            case "plain":
                state.bold = state.deleted = state.hidden = False
                state.font = None
            case "pard":
                state.in_table, state.outline, state.style = False, False, 0
            case "intbl":
                state.in_table = on
            case "s" if number is not None:
                state.style = self._defined = number
            case "outlinelevel" if number is not None:
                state.outline = 0 <= number < 9
            case "ansicpg" if number is not None:
                self._page = "mac_roman" if number == 10_000 else f"cp{number}" if number != 65_001 else "utf-8"
            case "mac":
                self._page = "mac_roman"
            case "pc":
                self._page = "cp437"
            case "pca":
                self._page = "cp850"
            case "deff" if number is not None:
                self._default_font = number

    def _raw(self, held: bytes, characters: int) -> None:
        """Bytes in the code page of the font; the fallback after a Unicode escape is passed over."""
        self._starred = False
        if self._skip:
            passed = min(self._skip, characters)
            self._skip -= passed
            held = held[passed:]
        if held and self._state.part != "skipped":
            font = self._default_font if self._state.font is None else self._state.font
            page = self._fonts.get(font) or self._page
            if page != self._bytes_page:
                self._flush()
                self._bytes_page = page
            self._bytes += held

    def _flush(self) -> None:
        if not self._bytes:
            return
        held, self._bytes = bytes(self._bytes), bytearray()
        try:
            words = held.decode(self._bytes_page, "replace")
        except LookupError:
            words = held.decode("cp1252", "replace")
        self.garbled += words.count("\ufffd")
        self._put(words)

    def _put(self, words: str) -> None:
        self._flush()
        state = self._state
        if self._skip and len(words) == 1:
            self._skip -= 1
        elif state.part == "stylesheet":
            self._styles[self._defined] = self._styles.get(self._defined, "") + words
        elif state.part == "listtext":
            self._number += words
        elif state.part == "body":
            if state.deleted or state.hidden:
                if not self._left:
                    self.left_out["runs of deleted or hidden text"] += 1
                self._left = True
                return
            self._left = False
            self._parts.append(words)
            self._length += len(words)
            if self._leading and (state.bold or not words.strip()):
                self._bold = self._length
            else:
                self._leading = False

    def _end(self, word: str) -> None:
        """A paragraph, cell or row ends."""
        if word in ("cell", "nestcell"):
            self._cells.append(self._taken().strip("\n"))
        elif word in ("row", "nestrow"):
            self._state.in_table = False
            self._paragraph()
        elif self._state.in_table:
            self._put("\n")
        else:
            self._paragraph()

    def _taken(self) -> str:
        words = "".join(self._parts)
        if any("\ud800" <= character <= "\udfff" for character in words):
            words = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._parts, self._length = [], 0
        return settle_line_endings(words)

    def _paragraph(self) -> None:
        if self._cells:
            rest = self._taken().strip("\n")
            self.pieces.append(Piece("\t".join([*self._cells, *([rest] if rest else [])])))
        else:
            heading = self._state.outline or self._styles.get(self._state.style, "").strip().casefold().startswith(
                ("heading", "title", "subtitle", "überschrift", "titre")
            )
            found = re.fullmatch(r"\s*(\d{1,7})[.)]?\s*", self._number)
            words = self._taken()
            self.pieces.append(Piece(words, heading, int(found[1]) if found else None, min(self._bold, len(words))))
        self._cells, self._number = [], ""
        self._bold, self._leading = 0, True
