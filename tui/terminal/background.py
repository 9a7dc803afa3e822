"""Whether the terminal's background is dark: asked of the terminal itself, before the application takes it over."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Mapping

WAIT = 0.4
"""Seconds for an answer. Whatever does not know the question answers the one behind it at once; what comes later, over
a slow line, is kept from being taken for keys by the driver."""
ASK = b"\x1b]11;?\x1b\\\x1b[c"
"""What is the background's colour, and: what kind of terminal are you (which all of them answer)?"""
_COLOUR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)")
_KIND = re.compile(rb"\x1b\[\?[0-9;]*c")
_PIECE = 1024


def is_dark(environment: Mapping[str, str], answer: bytes | None) -> bool | None:
    """Whether the background is dark, by the terminal's answer; None where it does not say."""
    if (found := _COLOUR.search(answer or b"")) is not None:
        red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
        return bool(0.299 * red + 0.587 * green + 0.114 * blue < 0.5)
    behind = environment.get("COLORFGBG", "").rpartition(";")[2]
    return int(behind) in (0, 1, 2, 3, 4, 5, 6, 8) if behind.isascii() and behind.isdigit() else None


def is_owed(answer: bytes | None) -> bool:
    """Whether a terminal that was asked has not answered to the end: the rest may come at any time."""
    return answer is not None and not _KIND.search(answer)


def answer_of_the_terminal() -> bytes | None:
    """What the terminal answers in time; None where there is none, or where it cannot be asked."""
    try:
        import termios
        import tty

        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except (ImportError, OSError):
        return None
    try:
        before = termios.tcgetattr(terminal)
        try:
            tty.setcbreak(terminal, termios.TCSANOW)
            os.write(terminal, ASK)
            return _read(terminal)
        finally:
            termios.tcsetattr(terminal, termios.TCSANOW, before)
    except (OSError, termios.error):
        return None
    finally:
        os.close(terminal)


def _read(terminal: int) -> bytes:
    """Up to the answer to the second question, which is the end of both."""
    answer, end = b"", time.monotonic() + WAIT
    while not _KIND.search(answer) and (left := end - time.monotonic()) > 0:
        if not select.select([terminal], [], [], left)[0]:
            break
        answer += os.read(terminal, _PIECE)
    return answer
