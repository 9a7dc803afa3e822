"""A run that is told to end, by whatever signal, ends as after Ctrl-C: what was received is stored and resumed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, SIGTERM interrupts as SIGINT does, and SIGINT does so even where whoever started us had it ignored."""
    try:
        before = signal.signal(signal.SIGTERM, _interrupt)
    except ValueError:  # not the main thread: whoever runs us there has signals of their own
        yield
        return
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupt(_: int, __: FrameType | None) -> None:
    # asyncio heeds this one signal.
    signal.raise_signal(signal.SIGINT)
