"""Leases: which process works on a run that costs money, so that no two pay for the same questions.

A lease lies outside of the log, the fold and `verify`, holds in this very file, and ends by itself: at once when its
process is gone from this machine, and after a minute wherever it ran.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from suggest.errors import SecondCoderError
from suggest.study.local_state import get_state, set_state
from suggest.study.study import Study

LEASE = 60
"""Seconds that a lease lasts unless it is prolonged."""
BEAT = 20
"""Seconds after which whoever works on a run prolongs it."""


@dataclass(frozen=True)
class Lease:
    """A claim on a run (an id), told from those of others by a token."""

    run: str
    token: str

    def hold(self, study: Study) -> None:
        """Take or prolong it, inside the caller's write transaction. SecondCoderError where another process has it."""
        now, file = self._free(study)
        mine = {"token": self.token, "file": file, "until": now + LEASE, "machine": _machine(), "process": os.getpid()}
        set_state(study.db, self._key, json.dumps(mine))

    def check(self, study: Study) -> None:
        """SecondCoderError where another process has it by now."""
        self._free(study)

    def _free(self, study: Study) -> tuple[int, str]:
        """The time and the file, where nobody else has it."""
        now, file = int(study.sources.now()), _file(study)
        held = json.loads(get_state(study.db, self._key) or "null")
        # No honest lease lasts longer than a minute from now: one that does was made before a clock was set back.
        lasts = held and held["file"] == file and now < held["until"] <= now + LEASE
        if lasts and held["token"] != self.token and (held["machine"] != _machine() or _lives(held["process"])):
            raise SecondCoderError(
                "Another process works on this run just now. Wait until it has ended, or stop it; what it has stored "
                "is not asked again."
            )
        return now, file

    def release(self, study: Study) -> None:
        """Give it back, inside the caller's write transaction."""
        held = json.loads(get_state(study.db, self._key) or "null")
        if held and held["token"] == self.token:
            set_state(study.db, self._key, None)

    @property
    def _key(self) -> str:
        return f"lease {self.run}"


def new_lease(study: Study, run: str) -> Lease:
    """A lease on a run, not taken yet."""
    return Lease(run, study.sources.chance(8).hex())


def _file(study: Study) -> str:
    stat = study.path.stat()
    return f"{stat.st_dev}:{stat.st_ino}"


@cache
def _machine() -> str:
    """Where process numbers mean the same: this machine since it was started, and the same container."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip() + str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return platform.node()


def _lives(process: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
