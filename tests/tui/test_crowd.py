"""Three processes deciding on one file; `make soak` tries eight, for longer."""

from __future__ import annotations

from pathlib import Path

from crowd import decide_together


def test_processes_that_decide_together_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    decide_together(tmp_path, 3, 20)
