"""Two and eight processes deciding on one file: nothing lost, nothing double."""

from __future__ import annotations

from pathlib import Path

import pytest
from crowd import decide_together


@pytest.mark.parametrize("processes", [2, 8])
def test_processes_that_decide_together_lose_nothing_and_double_nothing(processes: int, tmp_path: Path) -> None:
    decide_together(tmp_path, processes, 400)
