"""Where time comes from, so that a test can move it by hand."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from textual.events import Key
from textual.message_pump import MessagePump


class Clock(Protocol):
    """Seconds on a clock that only runs forward."""

    def now(self) -> float:
        """The time."""
        ...

    def at(self, event: Key) -> float:
        """When a key was pressed, which may be before it is handled."""
        ...

    def later(self, pump: MessagePump, seconds: float, do: Callable[[], object]) -> None:
        """Do something after some time."""
        ...


class RealClock:
    """The machine's own clock."""

    def now(self) -> float:
        """The time."""
        return monotonic()

    def at(self, event: Key) -> float:
        """When the terminal's bytes were read."""
        return event.time

    def later(self, pump: MessagePump, seconds: float, do: Callable[[], object]) -> None:
        """Do something after some time, unless the screen is gone by then."""
        pump.set_timer(seconds, lambda: do() and None)
