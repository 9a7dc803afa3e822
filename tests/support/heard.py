"""The states that an errand told, waited for without a clock."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from typing import Any

from tui.errands.state import State


class Heard:
    """Collects them as they are told, in whatever thread."""

    def __init__(self) -> None:
        self.states: Queue[State] = Queue()

    def until(self, wanted: Callable[[State], Any]) -> State:
        """The first state from here on of which that holds."""
        while True:
            state = self.states.get(timeout=120)
            if wanted(state):
                return state

    def end(self) -> State:
        return self.until(lambda state: state.ended)
