"""Learning while somebody reviews: after every so many decisions what comes next is suggested anew, unasked."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.study.run_facts import decisions_since, newest_run
from suggest.study.settings import get_setting
from suggest.study.study import Study
from suggest.study.suggestion_sets import current_runs
from tui.errands.errands import Errands, look_ahead
from tui.errands.state import State

USUAL = 20
"""How often it is asked what the study says, where that is never."""


@dataclass(frozen=True)
class Rules:
    """What the study says of it: after how many decisions (0: never), with which profile (None: none that learns here
    was used), and how many the coder has made since the newest run began, as far as that matters."""

    every: int
    profile: str | None
    waiting: int = 0


def rules(study: Study, coder: str) -> Rules:
    """What holds for a coder (an id). Only a study that has suggestions is looked ahead in, and only with a model
    that computes on this machine, since nobody is asked. Where the study names the runs that are shown, a look ahead
    would not be among them."""
    from suggest.engine.profiles import PROFILES

    with study.reading():
        every = int(get_setting(study, "learn_every"))
        newest = newest_run(study, [name for name, profile in PROFILES.items() if profile.baseline])
        if not every or newest is None or newest.profile not in PROFILES or current_runs(study):
            return Rules(every, None)
        profile = PROFILES[newest.profile]
        if not profile.learns_here or profile.available():
            return Rules(every, None)
        return Rules(every, profile.name, decisions_since(study, coder, newest.id, every))


class Learning:
    """Counts decisions, and says when it is time. One look ahead at a time, and none beside a run."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._rules = Rules(0, None)
        self._stored = 0
        self._told = False

    def known(self, found: Rules) -> None:
        """What the study says, told at the beginning: decisions of earlier days count."""
        self._rules, self._stored = found, self._stored + found.waiting

    def decided(self, count: int) -> bool:
        """Count decisions that are on disk; whether it is time to ask for the rules and begin."""
        self._stored += count
        return self._stored >= (self._rules.every or USUAL) and self._errands.under_way("run", "ahead") is None

    def begin(self, found: Rules, order: str) -> bool:
        """Begin by the rules as they are now; whether a look ahead began."""
        self._rules = found
        if self._errands.under_way("run", "ahead") is not None:
            return False
        self._stored = 0
        if found.profile is None or not found.every:
            return False
        return not self._errands.start(look_ahead(found.profile, self._errands.coder, order))

    def failed(self, state: State) -> str:
        """What to tell of a look ahead that has ended: its failure, the first time."""
        if state.ended != "failed" or self._told:
            return ""
        self._told = True
        return f"Learning failed, and the review goes on as it is: {state.error}"
