"""From a terminal's bytes to what Textual is told: the sieve first, then Textual's own knowledge of keys.

It reads nothing and waits for nothing; time is given from outside, so that a test moves it by hand.
"""

from __future__ import annotations

import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from textual import constants
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.message import Message

from tui.terminal.messages import Poured
from tui.terminal.sieve import ESC, Keys, Pasted, Sieve, Token


class Intake:
    """`now` gives seconds on a clock that only runs forward; `debug` has Textual write down what comes."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, debug: bool = False) -> None:
        self._now = now
        self._sieve = Sieve(constants.ESCAPE_DELAY)
        self._parser = XTermParser(debug)
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    def expect(self, answers: int) -> None:
        """The terminal was asked so many times what kind it is."""
        self._sieve.expect(answers, self._now())

    @property
    def waits(self) -> bool:
        """Whether something is held that the time may decide about."""
        return self._sieve.waits

    def came(self, read: bytes) -> list[Message]:
        """What these bytes, which came together, tell."""
        return [*self._messages(self._sieve.feed(self._decode(read), self._now()))]

    def silent(self) -> list[Message]:
        """What the passing of time tells."""
        return [*self._messages(self._sieve.tick(self._now()))]

    def _messages(self, tokens: Iterable[Token]) -> Iterator[Message]:
        """Several characters at once, not all the same, are `Poured`."""
        for plain, run in groupby(tokens, lambda token: isinstance(token, Keys) and token.plain):
            told = [message for token in run for message in self._told(token)]
            keys = [message for message in told if isinstance(message, Key)]
            if plain and len({key.key for key in keys}) > 1:
                yield Poured(tuple(keys))
            else:
                yield from told

    def _told(self, token: Token) -> list[Message]:
        if isinstance(token, Pasted):
            return [Paste(token.text.replace("\x00", ""))]
        if token.plain:
            return list(self._parser.feed(token.text))
        begun, ended = _alone(token.text)
        if len(token.text) <= len(ESC) + 1:  # Escape, or a key with alt
            return begun + ended
        # What Textual does not know, it would hand out letter by letter at the end.
        return [] if ended else list(self._parser.feed(token.text))


def _alone(sequence: str) -> tuple[list[Message], list[Message]]:
    """What Textual makes of a sequence, and what more when it hears that this was all: nothing, if it was whole."""
    trial = XTermParser()
    return list(trial.feed(sequence)), list(trial.feed(""))
