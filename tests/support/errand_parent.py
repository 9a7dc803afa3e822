"""An application that starts a run of the lexical profile and waits to be killed: `python -c PARENT STUDY`.

It prints the child's process id first, then a line each time the run has stored something.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

PARENT = """
import sys, time
from pathlib import Path
from tui.errands.errands import Errands, whole_run
errands = Errands(Path(sys.argv[1]), "anna")
def tell(state):
    if state.done or state.ended:
        print(state.ended or "suggesting", flush=True)
errands.told_to(tell)
assert not errands.start(whole_run("lexical", "anna"))
print(errands._children["run"]._process.pid, flush=True)
time.sleep(600)
"""


def gone(pid: int) -> None:
    """Return when a process has ended that is no child of this one."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(6000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if stat.exists() and stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return
        threading.Event().wait(0.01)
    raise AssertionError("the process outlived the application")
