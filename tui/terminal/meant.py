"""Keeps a page that has just opened from taking keys that were meant for the screen before it.

Who holds a key down opens a page with it, and the repeats of the key would be its first answers. Time is all there is
to tell them by, as in the guard of the review.
"""

from __future__ import annotations

from tui.review.guard import HELD, REPEAT, SETTLE


class Meant:
    """Judges each key by the one before it and by the page that it meets. Times as for the guard."""

    def __init__(self) -> None:
        self._key, self._time = "", 0.0
        self._where: object = None

    def press(self, key: str, now: float, where: object, opened: float | None) -> bool:
        """Whether a key was meant for the page `where`, which was painted at `opened` (None: it is not yet). Tell it
        every key, whatever it meets."""
        new = where is not self._where
        again = key == self._key and now - self._time < (HELD if new else REPEAT)
        early = new and (opened is None or now - opened < SETTLE)
        self._key, self._time = key, now
        if not (again or early):
            self._where = where
        return not (again or early)

    def elsewhere(self, key: str, now: float, where: object) -> None:
        """A key met a screen that judges for itself, or was typed."""
        self._key, self._time, self._where = key, now, where
