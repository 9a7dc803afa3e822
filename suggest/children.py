"""Child processes of this program: the environment in which they find this very package."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path


def child_environment(**more: str) -> dict[str, str]:
    """This process's environment and `more`, so that a child imports the same `suggest` and `tui` as this process."""
    environment = {**os.environ, **more}
    source = str(Path(__file__).resolve().parents[1])
    # Run from a source tree, the package may be on the parent's path only. Site packages are on every path, and put
    # before the standard library they could hide a part of it.
    if source not in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join((source, before)) if before else source
    return environment
