"""Textual's driver for a terminal, with the sieve between the terminal and what Textual takes for keys.

It also asks the terminal what kind it is once Textual has asked all it wants to know: as a terminal answers in order,
nothing is owed any more when that answer has come.
"""

from __future__ import annotations

import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from itertools import groupby

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste
from textual.message import Message
from textual.messages import ExitApp

from tui.terminal.messages import Poured
from tui.terminal.sieve import ESC, Keys, Pasted, Sieve, Token

ASK_KIND = f"{ESC}[c"
LOOK = 0.1
"""Seconds after which the thread looks whether the application has ended."""
LOOK_HELD = 0.02
"""The same while something is held."""
TOGETHER = 0.002
"""Keys no further apart are read together: nobody presses so fast."""
PIECE = 4096


class SievedDriver(LinuxDriver):
    """Reads the terminal. The application's `owed` says how many answers were still to come when it began."""

    def start_application_mode(self) -> None:
        """Take the terminal over, and ask one thing behind all that Textual asks."""
        self._sieve = Sieve(constants.ESCAPE_DELAY)
        self._sieve.expect(getattr(self._app, "owed", 0) + 1, time.monotonic())
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(ASK_KIND)
        self.flush()

    def run_input_thread(self) -> None:
        """Hand on what comes until the application ends, or the terminal is gone."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            if not select.select([self.fileno], [], [], LOOK_HELD if self._sieve.waits else LOOK)[0]:
                tokens = self._sieve.tick(time.monotonic())
            elif read := self._read():
                tokens = self._sieve.feed(decode(read), time.monotonic())
            else:
                self._app.post_message(ExitApp())
                return
            for message in messages(parser, tokens):
                self.process_message(message)

    def _read(self) -> bytes:
        """What came together; nothing where the terminal is gone."""
        read = b""
        while not read or (len(read) < PIECE and select.select([self.fileno], [], [], TOGETHER)[0]):
            try:
                piece = os.read(self.fileno, PIECE)
            except OSError:
                piece = b""
            if not piece:
                break
            read += piece
        return read


def messages(parser: XTermParser, tokens: Iterable[Token]) -> Iterator[Message]:
    """What Textual is told of tokens that came together. Several characters at once, not all the same, are `Poured`."""
    for plain, run in groupby(tokens, lambda token: isinstance(token, Keys) and token.plain):
        told = [message for token in run for message in _told(parser, token)]
        keys = [message for message in told if isinstance(message, Key)]
        if plain and len({key.key for key in keys}) > 1:
            yield Poured(tuple(keys))
        else:
            yield from told


def _told(parser: XTermParser, token: Token) -> list[Message]:
    if isinstance(token, Pasted):
        return [Paste(token.text.replace("\x00", ""))]
    if len(token.text) > 2 and not _known(token.text):
        return []
    told = list(parser.feed(token.text))
    if _waits(parser):  # for more of the sequence, but there is no more of it
        parser._timeout_time = 0.0
        told += parser.tick()
    return told


def _known(sequence: str) -> bool:
    """Whether Textual takes this for a whole sequence. What it does not know it would hand out letter by letter."""
    trial = XTermParser()
    list(trial.feed(sequence))
    return not _waits(trial)


def _waits(parser: XTermParser) -> bool:
    return parser._timeout_time is not None
