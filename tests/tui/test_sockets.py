"""Which sockets the program opens, as the interpreter itself tells: none without a model behind an endpoint, and with
one that endpoint's alone, whatever the environment says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from endpoint_server import Served, completion, served

HOOK = """
import json, sys
seen = []
def hear(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        seen.append([event, repr(given[1])])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        seen.append([event, repr(given[0])])
sys.addaudithook(hear)
told = sys.argv.pop(1)
from tui.cli import main
try:
    main()
finally:
    open(told, "w").write(json.dumps(seen))
"""
ELSEWHERE = "http://127.0.0.1:9/v1"
TEMPTING = {
    "HTTP_PROXY": ELSEWHERE, "HTTPS_PROXY": ELSEWHERE, "ALL_PROXY": ELSEWHERE, "http_proxy": ELSEWHERE,
    "all_proxy": ELSEWHERE, "OPENAI_BASE_URL": ELSEWHERE, "OPENAI_API_KEY": "sk-hush", "OPENAI_LOG": "debug",
    "PIP_INDEX_URL": ELSEWHERE, "HF_ENDPOINT": ELSEWHERE,
}  # fmt: skip


class Heard:
    """Runs commands on a study and tells what they opened."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.study = folder, folder / "s.db"

    def __call__(self, *arguments: object, expect: int = 0) -> set[str]:
        told = self.folder / "told.json"
        environment = {**os.environ, **TEMPTING, "SECONDCODER_HOME": str(self.folder / "home")}
        environment["SECONDCODER_CODER"] = "anna"
        done = subprocess.run(
            [sys.executable, "-c", HOOK, str(told), *map(str, arguments)], env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == expect, done.stderr
        return {f"{event} {what}" for event, what in json.loads(told.read_text())}


@pytest.fixture
def heard(tmp_path: Path) -> Heard:
    made = Heard(tmp_path)
    talk, codes = tmp_path / "T.txt", tmp_path / "codes.csv"
    talk.write_text("\n".join(f"R{n % 3 + 1}: this is turn {n} of them" for n in range(12)) + "\n")
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\n")
    assert made("new", made.study) == set()
    assert made("add", made.study, talk) == set()
    assert made("codes", made.study, "import", codes) == set()
    return made


def test_without_a_model_behind_an_endpoint_none_is_opened(heard: Heard) -> None:
    study = heard.study
    for arguments in (
        ("suggest", study, "--profile", "lexical"), ("models", study, "list"), ("queue", study, "--json"),
        ("models", study, "add", "far", "--base-url", ELSEWHERE, "--model", "m"),
        ("suggest", study, "--profile", "far", "--dry-run"),
        ("status", study), ("audit", study), ("verify", study), ("log", study),
    ):  # fmt: skip
        assert heard(*arguments) == set(), arguments


def test_with_one_its_own_address_alone_is_spoken_to(heard: Heard) -> None:
    with served(completion()) as server:
        address = f"('127.0.0.1', {server.url.rpartition(':')[2].partition('/')[0]})"
        heard("models", heard.study, "add", "bar", "--base-url", server.url, "--model", "m")
        opened = heard("suggest", heard.study, "--profile", "bar") | heard("models", heard.study, "probe", "bar")
        assert server.asked >= 12
    assert {what for what in opened if "connect" in what} == {f"socket.connect {address}"}
    assert {what for what in opened if "getaddrinfo" in what} <= {"socket.getaddrinfo '127.0.0.1'",
                                                                  "socket.getaddrinfo b'127.0.0.1'"}  # fmt: skip
    assert not [what for what in opened if "bind" in what or "sendto" in what]


def test_nobody_is_sent_on_to_another_address(heard: Heard) -> None:
    with served(completion()) as other, served(Served(307, headers={"location": other.url})) as server:
        heard("models", heard.study, "add", "bar", "--base-url", server.url, "--model", "m")
        opened = heard("suggest", heard.study, "--profile", "bar", expect=1)
        assert (other.asked, server.asked > 0) == (0, True)
    assert len({what for what in opened if "connect" in what}) == 1
