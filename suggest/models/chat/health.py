"""Whether an endpoint is there at all: one that is not is told at once, with its reason, and not asked for hours."""

from __future__ import annotations

from dataclasses import replace

from suggest.models.chat.calls import CallFailed, Retry
from suggest.models.interface import FailureKind

UNREACHED = 8
"""So many connections that failed, and nothing ever answered: there is no endpoint."""
UNHEARD = 4
"""So many calls that took too long, and nothing ever answered: it does not work, or too slowly for the time given."""
GIVEN_UP = 20
"""So many questions in a row that were given up after all their attempts: it has gone away."""


class Health:
    """Counts what goes wrong between two answers, for all questions of a run."""

    def __init__(self) -> None:
        self._ever = False
        self._unreached = self._unheard = self._given_up = 0

    def answered(self) -> None:
        """The endpoint gave an answer, of whatever kind."""
        self._ever = True
        self._unreached = self._unheard = self._given_up = 0

    def failed(self, error: CallFailed) -> CallFailed:
        """An attempt failed: how that is to be taken, now that it is known how the others went."""
        if error.retry is Retry.NO:
            if not error.fatal:
                self.answered()
            return error
        if not error.passes or self._ever:
            return error
        if error.kind is FailureKind.TIMEOUT:
            self._unheard += 1
            if self._unheard >= UNHEARD:
                return _fatal(error, f"{error.detail}, {self._unheard} times, and nothing was ever answered. "
                              "'models STUDY add' takes a longer --timeout")  # fmt: skip
        elif not error.heard:
            self._unreached += 1
            if self._unreached >= UNREACHED:
                return _fatal(error, f"{error.detail}, tried {self._unreached} times, and nothing was ever answered")
        return error

    def given_up(self, error: CallFailed) -> CallFailed:
        """A question was given up after its last attempt."""
        if not error.passes:
            return error
        self._given_up += 1
        if self._given_up >= GIVEN_UP:
            return _fatal(error, f"{error.detail}; {self._given_up} questions in a row were given up")
        return error


def _fatal(error: CallFailed, detail: str) -> CallFailed:
    return replace(error, detail=detail, fatal=True)
