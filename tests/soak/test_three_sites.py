"""Three sites that come together in every order and along every way, by many more random histories."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1] / "study" / "test_three_sites.py"
SEEDS = 60


def test_sixty_histories_of_three_sites() -> None:
    command = [sys.executable, "-P", "-m", "pytest", "-x", str(TESTS)]
    environment = {**os.environ, "THREE_SITES_SEEDS": str(SEEDS)}
    shown = subprocess.run(command, cwd=TESTS.parents[2], env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout[-4_000:]
