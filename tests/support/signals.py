"""Signals as a terminal's shell leaves them, however the tests were started."""

from __future__ import annotations

import signal

USUAL = {
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
    signal.SIGQUIT: signal.SIG_DFL,
}
"""What `nohup` and a shell's background jobs have ignored, and what would be done with it otherwise."""


def hear_signals() -> None:
    """Do with each of these signals what is usual where it is ignored. For the main thread."""
    for number, usual in USUAL.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
