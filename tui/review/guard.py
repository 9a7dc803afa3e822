"""Keeps keys that nobody meant from deciding: repeats of a held key, pasted text, keys meant for the segment before.

A terminal tells neither when a key is let go nor that it repeats, so all rests on time. The clock is given from
outside: a test moves it by hand.
"""

from __future__ import annotations

from enum import Enum

SETTLE = 0.15
"""Seconds for which a newly painted segment takes no decision."""
BURST = 0.03
"""Keys closer together than this are text that was pasted, not keys that somebody pressed."""
REPEAT = 0.12
"""The same key again within this time is a held key: keyboards repeat every 25 to 90 ms."""
HELD = 0.75
"""A key held down begins to repeat 0.2 to 0.7 s after it was pressed."""


class Verdict(Enum):
    """What may be done with a key that decides."""

    NOW = "now"
    WAIT = "wait"
    DEAD = "dead"


class KeyGuard:
    """Judges each key by the ones before it. Times in seconds on one clock that only runs forward."""

    def __init__(self) -> None:
        self._painted: float | None = None
        self._last: tuple[str, float] | None = None
        self._presses = 0

    def changing(self) -> None:
        """Another segment is on its way: nothing decides until it is painted."""
        self._painted = None

    def painted(self, now: float) -> None:
        """The segment is on screen."""
        self._painted = now

    def press(self, key: str, now: float) -> Verdict:
        """Judge a key; tell it every key, also those that mean nothing.

        WAIT is for the same key pressed twice, which may be the beginning of a repeat: ask `ripe` after REPEAT.
        """
        last, self._last = self._last, (key, now)
        self._presses += 1
        if self._painted is None or now - self._painted < SETTLE:
            return Verdict.DEAD
        if last is None:
            return Verdict.NOW
        gap = now - last[1]
        if gap < (REPEAT if key == last[0] else BURST):
            return Verdict.DEAD
        return Verdict.WAIT if key == last[0] and gap < HELD else Verdict.NOW

    def elsewhere(self, key: str, now: float) -> None:
        """A key was pressed on a page over this screen: held down, it goes on here when the page is gone."""
        self._last = (key, now)
        self._presses += 1

    @property
    def presses(self) -> int:
        """How many keys there were: remember it with a key that waits."""
        return self._presses

    def ripe(self, presses: int) -> bool:
        """Whether a key that waited was meant: no other came since, and its segment is still on screen."""
        return presses == self._presses and self._painted is not None
