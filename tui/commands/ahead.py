"""Looking ahead for a coder from the command line: what comes next is suggested anew with all that was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suggest.errors import SecondCoderError
from tui.commands.common import say
from tui.commands.progress import Form, run_progress

if TYPE_CHECKING:
    from suggest.engine.runs import RunReport
    from suggest.review.decisions import Reviewer
    from suggest.study.study import Study


def look_ahead(
    study: Study,
    reviewer: Reviewer,
    actor: str,
    profile: str,
    size: int,
    order: str = "document",
    *,
    form: Form = "bar",
) -> tuple[int, RunReport | None]:
    """How many of the next `size` segments in the coder's queue were not seen yet, and what was done for them."""
    from suggest.engine.ahead import suggest_ahead
    from suggest.review.queue import Queue

    window = Queue(study, actor, reviewer.round(), order).unseen(size)
    if not window:
        return 0, None
    telling = run_progress(form, f"looking ahead ({profile})")
    try:
        return len(window), suggest_ahead(
            study, actor, profile, window, progress=telling.suggesting, reading=telling.reading
        )
    finally:
        telling.close()


def nothing_new(profile: str, window: int) -> dict[str, Any]:
    """The report, under the keys of the contract, where there was nothing to suggest anew."""
    return {
        "run": None,
        "profile": profile,
        "model": None,
        "segments": window,
        "suggested": 0,
        "no_code": 0,
        "failed": {},
        "resumed": window,
        "tokens": {"input": 0, "output": 0, "method": "none"},
        "cost": 0.0,
        "seconds": 0.0,
        "new_run": False,
        "warnings": [],
    }


def _profile_in_use(study: Study) -> str:
    """The profile of the newest run that can be used here, else the default: the coder goes on with what is there."""
    from suggest.engine.profiles import PROFILES, default_profile
    from suggest.study.runs import runs

    used = (run.profile for run in reversed(runs(study)) if run.profile in PROFILES)
    return next((name for name in used if not PROFILES[name].available()), default_profile().name)


class Learner:
    """Looks ahead after every so many decisions of a coder who decides line by line."""

    def __init__(self, study: Study, reviewer: Reviewer, actor: str, every: int) -> None:
        from suggest.engine.ahead import WINDOW

        self._study, self._reviewer, self._actor = study, reviewer, actor
        self._every, self._stored, self._window = every, 0, WINDOW
        self._profile = _profile_in_use(study)

    def answered(self, answer: dict[str, Any]) -> None:
        """Count an answer that is printed already; look ahead when it is time. What goes wrong in that is said, and
        nothing of the deciding depends on it."""
        if not answer["ok"] or answer.get("repeated"):
            return
        self._stored += 1
        if self._stored % self._every:
            return
        try:
            _, report = look_ahead(self._study, self._reviewer, self._actor, self._profile, self._window, form="none")
        except SecondCoderError as error:
            say(f"Looking ahead failed, and the deciding goes on: {error}")
            return
        if report is not None and report.ended == "stopped":
            raise KeyboardInterrupt  # the run took the signal that was meant for the whole command
