"""A disk that is really full: a clear error, no damage, and the work goes on once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import no_room
import pytest

SCRIPT = """
import json, sys
from pathlib import Path
import kill_checks, kills
folder = Path(sys.argv[1])
bench = kill_checks.Bench(folder)
queue = [json.loads(line) for line in bench.run("queue", bench.base, "--limit", "1", "--json").splitlines()]
line = json.dumps({"segment": queue[0]["segment"], "action": "memo", "text": "m" * 4000}) + "\\n"
with (folder / "filler").open("wb", buffering=0) as filler:
    try:
        while filler.write(b"x" * 4096):
            pass
    except OSError:
        pass
    filler.truncate(filler.tell() - 200_000)
full = kills.run(bench.home, "decide", bench.base, stdin=line * 40)
answers = [json.loads(answer) for answer in full.stdout.splitlines()]
assert len(answers) == 40, full.stderr
refused = [answer for answer in answers if not answer["ok"]]
assert refused and all("room" in answer["error"] for answer in refused), answers[-1]
assert "Traceback" not in full.stderr
kills.check_whole(bench.base)
added = kills.run(bench.home, "add", bench.base, folder / "T1.txt", "--again", "--label", "X")
assert added.returncode == 1 and "room" in added.stderr and "Traceback" not in added.stderr, added.stderr
(folder / "filler").unlink()
kills.check_whole(bench.base)
again = kills.run(bench.home, "decide", bench.base, stdin=line)
assert json.loads(again.stdout)["ok"], again.stdout
held = kill_checks.kinds(bench.base)["memo_written"]
assert held == 1 + sum(answer["ok"] for answer in answers), held
kills.check_whole(bench.base)
"""


REVIEW = """
import os, sys
from pathlib import Path
import no_room
os.environ["SECONDCODER_HOME"] = sys.argv[2]
no_room.on_a_small_disk(Path(sys.argv[1]))
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="mounting a small disk takes root and unshare"
)
@pytest.mark.parametrize("script", [SCRIPT, REVIEW], ids=["line by line", "in a terminal"])
def test_a_full_disk_damages_nothing(tmp_path: Path, script: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    run = f'exec {sys.executable} -c "$SCRIPT" {disk} {tmp_path / "home"}'
    support = Path(__file__).parent.parent / "support"
    shown = subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"mount -t tmpfs -o size=3m tmpfs {disk} && {run}"],
        env={**os.environ, "SCRIPT": script, "PYTHONPATH": os.pathsep.join([str(support), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount" in shown.stderr and "denied" in shown.stderr:
        pytest.skip("mounting is not allowed here")
    assert shown.returncode == 0, shown.stderr


def test_a_file_that_another_program_holds_for_longer_than_we_wait_loses_no_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with no_room.session(tmp_path) as (desk, terminal):
        no_room.keeps_and_goes_on(desk, terminal, *no_room.locked(desk), "another program is writing")
