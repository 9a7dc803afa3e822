"""Notes that a copy of the study keeps for its users and outside of the log: how somebody likes to work, never data."""

from __future__ import annotations

from suggest.study.connect import immediate
from suggest.study.local_state import get_state, set_state
from suggest.study.study import Study


def get_note(study: Study, coder: str, key: str) -> str | None:
    """A coder's note of that name; None if there is none."""
    return get_state(study.db, f"{key}:{coder}")


def keep_note(study: Study, coder: str, key: str, value: str | None) -> None:
    """Keep a note in the place of the one before; None forgets it."""
    with immediate(study.db, study.path):
        set_state(study.db, f"{key}:{coder}", value)
