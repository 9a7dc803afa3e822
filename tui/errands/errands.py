"""What goes on beside the review: at most one run and one look ahead at a time, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tui.errands.child import Child
from tui.errands.state import Errand, Kind, State

WINDOW = 200
"""So many segments of the queue are looked ahead."""


def whole_run(profile: str, coder: str, *, redo: bool = False) -> Errand:
    """Suggest for all that has no answer yet; with `redo` anew, with what was learned since."""
    title = "A new run" if redo else "The run"
    return Errand("run", (*_by(profile, coder), *(("--redo",) if redo else ())), title)


def document_run(profile: str, coder: str, label: str) -> Errand:
    """Suggest for what has no answer yet in one document."""
    return Errand("run", (*_by(profile, coder), f"--documents={label}"), f"The run over {label}")


def look_ahead(profile: str, coder: str, order: str = "document", *, asked: bool = False) -> Errand:
    """Learn from all decisions and suggest anew for what comes next in a coder's queue. `asked` for by somebody, it
    counts as a run; otherwise it is the learning that goes on by itself."""
    words = (*_by(profile, coder), f"--ahead={WINDOW}", f"--order={order}")
    return Errand("run" if asked else "ahead", words, "The look ahead")


def counting(errand: Errand) -> Errand:
    """What a run would do, counted beforehand."""
    return Errand("count", (*errand.words, "--dry-run"), errand.title)


def verifying() -> Errand:
    """Check the whole study against its log."""
    return Errand("verify", (), "Verifying", "verify")


def auditing(words: Sequence[str], coder: str) -> Errand:
    """An audit, told in full; `words` are options of the command."""
    return Errand("audit", (*words, "--sections", f"--coder={coder}"), "The audit", "audit")


def _by(profile: str, coder: str) -> tuple[str, ...]:
    return f"--profile={profile}", f"--coder={coder}"


class Errands:
    """Starts errands, knows how they stand, and ends them with the application.

    `tell` hears each new state, in a thread of the errand's own. `command` stands in for the child's in tests.
    """

    def __init__(self, study: Path, coder: str, *, command: Sequence[str] | None = None) -> None:
        self.coder = coder
        self._study, self._command = study, command
        self._children: dict[Kind, Child] = {}
        self._tell: Callable[[State], object] = lambda state: None

    def told_to(self, tell: Callable[[State], object]) -> None:
        """Say who hears of the states."""
        self._tell = tell

    def start(self, errand: Errand) -> str:
        """Begin an errand; the sentence why it cannot begin, "" where it did."""
        if self.under_way(errand.kind):
            return "Another one is under way: it has to end first, or be stopped with c."
        try:
            self._children[errand.kind] = Child(errand, self._study, self._tell, self._command)
        except OSError as error:
            return f"Its process cannot be started: {error.strerror or type(error).__name__}."
        return ""

    def state(self, kind: Kind) -> State | None:
        """How the newest errand of a kind stands; None where there was none."""
        child = self._children.get(kind)
        return None if child is None else child.state

    def under_way(self, *kinds: Kind) -> State | None:
        """The first errand of these kinds that goes on."""
        states = (self.state(kind) for kind in kinds)
        return next((state for state in states if state is not None and not state.ended), None)

    def stop(self, kind: Kind) -> None:
        """Let an errand store what it has and end."""
        child = self._children.get(kind)
        if child is not None:
            child.stop()

    def close(self) -> State | None:
        """End all of them; the run that was stopped by that, if there was one."""
        running = self._children.get("run") if self.under_way("run") else None
        for child in self._children.values():
            child.stop()
        for child in self._children.values():
            child.end()
        return None if running is None else running.state
