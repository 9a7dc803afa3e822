"""The one place where text from documents, models and people is made safe to show."""

from __future__ import annotations

import re

# C0 without line feed and tab, DEL, C1, bidi controls and isolates, line and paragraph separators,
# byte-order mark, lone surrogates, deprecated format and tag characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code <= 0x9F:
        return f"<{code:02X}>"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"<U+{code:04X}>"


def printable(text: str) -> str:
    """The text with every control, escape and direction-changing character made visible.

    Line feeds and tabs stay. The result is for eyes only: it may be longer than the input, so offsets
    into the stored text do not hold in it. It is never markup; show it through an API that takes none.
    """
    return _UNSAFE.sub(_visible, text)


def one_line(text: str) -> str:
    """`printable` for a table cell or a title: line feeds and tabs become single spaces."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 model", "2 models", "1,000 people"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
