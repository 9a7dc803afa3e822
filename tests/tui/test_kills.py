"""SIGKILL at a few places in each writing command; `make soak` tries 300."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import kill_checks
import pytest


@pytest.mark.parametrize("check", kill_checks.CHECKS, ids=lambda check: check.__name__)
def test_a_kill_loses_nothing_and_leaves_nothing_half_done(
    check: Callable[[Path, int, int], None], tmp_path: Path
) -> None:
    check(tmp_path, 2, 3)
