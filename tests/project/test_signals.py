"""Tests that hang up or interrupt a program mean the same thing in a terminal, in the background and under nohup."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from signals import USUAL, hear_signals


@pytest.mark.parametrize("number", USUAL)
def test_what_was_ignored_at_the_start_is_heard(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        hear_signals()
        assert signal.getsignal(number) == USUAL[number]
    finally:
        signal.signal(number, before)


def test_a_program_that_a_test_starts_hears_them() -> None:
    told = "import signal; print(*(signal.getsignal(n).name for n in (signal.SIGHUP, signal.SIGQUIT)))"
    shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["SIG_DFL", "SIG_DFL"]
