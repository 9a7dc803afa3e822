"""The application of one browser window: `python -P -m tui.serving.process STUDY CODER ORDER`, started by `Seat` only.

What keeps the review from opening is shown in the browser, where its user looks, and not on standard error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from suggest.errors import SecondCoderError
from suggest.printable import printable

GREETING = b"__GANGLION__\n"
"""What the site waits for before it takes packets."""


def packet(kind: bytes, payload: bytes) -> bytes:
    """A packet as Textual's driver writes it: D for what the terminal shows, M for a message to the site."""
    return kind + len(payload).to_bytes(4, "big") + payload


def told(sentence: str) -> bytes:
    """The packets that show a sentence instead of a review."""
    words = f"\r\n {printable(sentence)}\r\n\r\n Close the window, or load it again.\r\n".replace("\n", "\r\n")
    return GREETING + packet(b"D", words.replace("\r\r", "\r").encode("utf-8"))


def main() -> None:
    """Review until the user leaves or the browser does."""
    _, study, coder, order = sys.argv
    from tui.commands.review import open_review

    try:
        open_review(Path(study), coder, order)
    except SecondCoderError as error:
        os.write(1, told(str(error)))
        # The site lets go of us when the window is closed.
        while os.read(0, 1024):
            pass
        os.write(1, packet(b"M", json.dumps({"type": "exit"}).encode()))


if __name__ == "__main__":
    main()
