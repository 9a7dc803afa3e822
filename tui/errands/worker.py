"""The child process of an errand: `python -P -m tui.errands.worker NICE COMMAND STUDY ...`, started by `Child` only.

It is the command line and nothing more, at a lower priority, but for one thing: when its standard input ends, because
the application let go of it or is no more, it interrupts itself as Ctrl-C would, and what was answered is stored.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

PATIENCE = 5.0
"""Seconds between the first interruption, a second one, and the end without tidying up."""

INTERRUPTED = 130


def watch(descriptor: int, interrupt: Callable[[], object], leave: Callable[[], object], patience: float) -> None:
    """Read until the input ends; then interrupt, once more after some time, and leave if even that was not heeded."""
    try:
        while os.read(descriptor, 1024):
            pass
    except OSError:
        pass  # gone is gone
    over = threading.Event()
    for _ in range(2):
        interrupt()
        over.wait(patience)
    leave()


def interrupt_main() -> None:
    """SIGINT in the main thread, where a wait for the network or the model wakes up by it."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Run the command line of this process's arguments."""
    _, step, *arguments = sys.argv
    if int(step) and hasattr(os, "nice"):
        os.nice(int(step))
    # A terminal in the background, or nohup, may have had it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    watched = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    try:
        threading.Thread(
            target=watch, args=(watched, interrupt_main, lambda: os._exit(INTERRUPTED), PATIENCE), daemon=True
        ).start()
        from tui.cli import main as program

        program(arguments, prog_name="secondcoder")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
