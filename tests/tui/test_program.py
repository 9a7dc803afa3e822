"""How the command line ends: each error as one message on standard error and its exit code, no traceback."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from suggest.errors import BadInput, CheckFailed, Refused, SecondCoderError, UsageError
from tui.cli import COMMANDS, Program, main

ROOT = Path(__file__).resolve().parents[2]


def run(action: Callable[[], object]) -> Result:
    """What the program shows and returns when its only command does the action."""
    program = Program("secondcoder", entries={})

    @program.command()
    def work() -> None:
        action()

    return CliRunner().invoke(program, ["work"])


def raising(error: BaseException) -> Callable[[], object]:
    def action() -> None:
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (SecondCoderError("The work failed."), 1),
        (BadInput("The work failed."), 1),
        (UsageError("The work failed."), 2),
        (CheckFailed("The work failed."), 3),
        (Refused("The work failed."), 4),
    ],
)
def test_an_error_of_ours_is_its_message_and_its_exit_code(error: SecondCoderError, exit_code: int) -> None:
    result = run(raising(error))
    assert (result.stderr, result.stdout, result.exit_code) == ("Error: The work failed.\n", "", exit_code)


def test_a_message_cannot_steer_the_terminal() -> None:
    result = run(raising(BadInput("bad \x1b]52;c;x\x07 name", file="a\u202eb.txt")))
    assert result.stderr == "Error: a<U+202E>b.txt: bad ␛]52;c;x␇ name\n"


def test_a_usage_error_cannot_steer_the_terminal() -> None:
    result = run(raising(click.BadParameter("no file \x1b[31m\u202e\x07")))
    assert result.exit_code == 2
    assert result.stderr.endswith("no file <U+202E>␇\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_exits_130(error: BaseException) -> None:
    result = run(raising(error))
    assert (result.exit_code, result.stdout) == (130, "")
    assert "Traceback" not in result.stderr


def test_an_error_of_the_system_names_the_file() -> None:
    result = run(raising(PermissionError(errno.EACCES, "Permission denied", "study.db")))
    assert (result.stderr, result.exit_code) == ("Error: study.db: Permission denied\n", 1)


def test_a_fault_of_ours_is_named_by_its_place_and_quotes_nothing() -> None:
    result = run(lambda: {}["words of a participant"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: KeyError in test_program.py, line ")
    assert "participant" not in result.stderr


def test_the_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_DEBUG", "1")
    result = run(raising(Refused("Not allowed.")))
    assert result.exit_code == 4
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.endswith("Error: Not allowed.\n")


def test_a_command_may_choose_its_exit_code() -> None:
    assert run(lambda: click.get_current_context().exit(3)).exit_code == 3


@pytest.mark.parametrize("arguments", [["no-such-command"], ["--no-such-option"], []])
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_that_goes_away_ends_it_quietly(lines: int) -> None:
    script = (
        "import sys\nfrom tui.cli import Program\nprogram = Program('secondcoder', entries={})\n"
        f"@program.command()\ndef work():\n    sys.stdin.read()\n    sys.stdout.write('line\\n' * {lines})\n"
        "program(['work'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_what_the_terminals_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="latin-1")

    def action() -> None:
        monkeypatch.setattr(sys, "stdout", terminal)
        inner = Program("secondcoder", entries={})
        inner.command("say")(lambda: print("BU 10–14"))
        inner.main(["say"], standalone_mode=False)

    run(action)
    assert written.getvalue() == b"BU 10\\u201314\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_loads_under_its_name(name: str) -> None:
    assert COMMANDS[name].load().name == name
    assert COMMANDS[name].help


def test_at_the_end_nothing_that_was_imported_is_looked_through_for_garbage() -> None:
    code = "import atexit, gc, tui.cli; atexit._run_exitfuncs(); print(gc.get_freeze_count() > 10_000)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
