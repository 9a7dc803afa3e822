"""Whether an endpoint is there at all, and whether asking it leads anywhere: what does not is told at once, with its
reason, and not gone on with for hours, or for money."""

from __future__ import annotations

from dataclasses import replace

from suggest.models.chat.calls import CallFailed, Retry
from suggest.models.interface import Answer, Failure, FailureKind

UNREACHED = 8
"""So many connections that failed, and nothing ever answered: there is no endpoint."""
UNHEARD = 4
"""So many calls that took too long, and nothing ever answered: it does not work, or too slowly for the time given."""
BROKEN = 8
"""So many calls that it broke down over (500), and nothing ever answered: it does not work, or not with this model."""
GIVEN_UP = 20
"""So many questions in a row that were given up after all their attempts: it has gone away."""
FRUITLESS = 20
"""So many questions in a row that failed in the same way: the next ones would, too."""

_ADVICE = {
    FailureKind.TRANSPORT: "'models STUDY probe NAME' finds out what the endpoint takes",
    FailureKind.INVALID_ANSWER: "'models STUDY probe NAME' finds out whether the endpoint enforces the shape of an "
    "answer; a model that follows instructions, or --schema, may help",
    FailureKind.CUT_OFF: "'models STUDY add' takes a larger --max-output: a model that reasons before it answers needs "
    "some thousands",
    FailureKind.CONTEXT_OVERFLOW: "the code tree stands in each question: ask about fewer codes (--codes), or have the "
    "server take longer prompts",
}


class Health:
    """Counts what goes wrong between two answers, for all questions of a run."""

    def __init__(self) -> None:
        self._ever = self._useful = False
        self._unreached = self._unheard = self._broken = self._given_up = 0
        self._alike, self._way = 0, ("", "")
        self.hopeless = ""
        """Why no further question should be asked, in a sentence; empty as long as there is hope."""

    def answered(self) -> None:
        """The endpoint gave an answer, of whatever kind."""
        self._ever = True
        self._unreached = self._unheard = self._broken = self._given_up = 0

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
        elif error.status == 500:
            self._broken += 1
            if self._broken >= BROKEN:
                return _fatal(error, f"{error.detail}, {self._broken} times, and nothing was ever answered. It may be "
                              "broken, or not have this model")  # fmt: skip
        elif not error.heard:
            self._unreached += 1
            if self._unreached >= UNREACHED:
                return _fatal(error, f"{error.detail}, tried {self._unreached} times, and nothing was ever answered")
        return error

    def ended(self, outcome: Answer | Failure) -> None:
        """What came of a question in the end. Questions that all fail in the same way cost money and lead nowhere; once
        one was answered, only those that the endpoint does not even take are counted."""
        if isinstance(outcome, Answer):
            self._useful, self._alike = True, 0
            return
        way = (outcome.kind, outcome.detail if outcome.kind is FailureKind.TRANSPORT else "")
        self._alike = self._alike + 1 if way == self._way else 1
        self._way = way
        if self._alike >= FRUITLESS and not (self._useful and outcome.kind is not FailureKind.TRANSPORT):
            what = f"{outcome.detail}, {self._alike} questions in a row"
            advice = _ADVICE.get(outcome.kind)
            self.hopeless = f"{what}. {advice[0].upper()}{advice[1:]}" if advice else what

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
