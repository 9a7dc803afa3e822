"""The chat models against real servers on loopback: `servers.py install NAME`, then `servers.py check NAME`.

`check` starts the server with a tiny random model, asks it single questions and two runs of the example study (as the
preset says, and as a probe found it), and ends with exit code 1 where a segment did not end as suggestions or as a
typed failure. `--record` keeps what was answered for the unit tests, in tests/models/chat/replies/NAME.json.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parents[1])]

import asking_peers  # noqa: E402
from peers import PEERS, PORT, Peer  # noqa: E402

REPLIES = HERE.parent / "models" / "chat" / "replies"
PATIENCE = 180
"""Seconds until a server has to answer."""


@contextmanager
def running(peer: Peer, home: Path) -> Iterator[int]:
    """The server, at a port of its own, until the block ends. What it says goes to NAME.log in `home`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["nice", "-n", "19", *(part.replace(PORT, str(port)) for part in peer.command(home))]
    told = {**os.environ, **peer.environment}
    with (home / f"{peer.name}.log").open("w") as log:
        process = subprocess.Popen(command, cwd=home, env=told, stdout=log, stderr=log, start_new_session=True)
    try:
        began = time.monotonic()
        while not up(f"http://127.0.0.1:{port}{peer.ready}"):
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit(f"{peer.name} did not start: see {home / peer.name}.log")
            time.sleep(0.2)
        print(f"  up after {time.monotonic() - began:.1f} s")
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def check(peer: Peer, home: Path, segments: int, *, record: bool) -> None:
    """Ask the server everything; SystemExit or AssertionError where something did not end as it has to."""
    print(f"{peer.server} {peer.version(home)}")
    if peer.key is not None:
        os.environ[asking_peers.KEY] = peer.key
    keyed = peer.key is not None
    with (
        running(peer, home) as port,
        asking_peers.recording(port, home) as recorder,
        tempfile.TemporaryDirectory() as folder,
    ):
        replies = asking_peers.single_questions(recorder, peer.model, keyed, peer.asked)
        if peer.name == "llama-cpp-python":
            found = asking_peers.controls(recorder, peer.model, keyed)
            assert found is not None, "no answer had raw control characters in it"
            replies["control characters"] = found
        study = asking_peers.Study(Path(folder))
        study.call("hosts", "allow", recorder.url.split("/")[2])
        where = ["--preset", peer.preset, "--base-url", recorder.url, "--max-output", 400,
                 *(["--key-env", asking_peers.KEY] if keyed else [])]  # fmt: skip
        study.call("models", "add", "peer", "--model", peer.run, *where)
        asking_peers.run(study, recorder, segments)
        study.call("models", "add", "word", "--model", peer.model, *where)
        asked = len(recorder.replies)
        probed = study.call("models", "probe", "word", "--json")
        probe = recorder.replies[asked:]
        print(f"  probed: {json.dumps(probed['probed'])}")
        as_found = ["--schema", probed["schema"], "--temperature", 1]
        study.call("models", "add", "peer", "--model", peer.run, *where, *as_found)
        asking_peers.run(study, recorder, segments)
        study.call("verify", "--json")
    if record:
        kept = {
            "server": peer.server, "version": peer.version(home), "preset": peer.preset,
            "recorded": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "model": "mocked answers" if peer.name == "litellm" else "tiny, with random weights: its answers are noise",
            "replies": replies, "probe": probe,
        }  # fmt: skip
        REPLIES.mkdir(exist_ok=True)
        file = REPLIES / f"{peer.name}.json"
        file.write_text(json.dumps(kept, indent=1) + "\n", encoding="ascii")
        print(f"  recorded {file.name}: {file.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["install", "check"])
    parser.add_argument("names", nargs="+", choices=list(PEERS), metavar="NAME", help=", ".join(PEERS))
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "secondcoder-peers",
                        help="where the servers are (default: %(default)s)")  # fmt: skip
    parser.add_argument("--segments", type=int, default=36, help="of the example study, for each run")
    parser.add_argument("--record", action="store_true", help="keep the answers for the unit tests")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    for name in given.names:
        if given.what == "install":
            PEERS[name].install(given.home)
        else:
            check(PEERS[name], given.home, given.segments, record=given.record)


if __name__ == "__main__":
    main()
