"""The site on a real socket: pages and windows for who knows the token, an application for each window, none left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError, web
from aiohttp.client_ws import ClientWebSocketResponse
from desk import Desk

from suggest.children import child_environment
from suggest.study.study import Study
from tui.serving import driver
from tui.serving.site import Site, listen
from tui.terminal.preferences import Preferences, write_preferences

Opened = tuple[Site, ClientSession, str]


@asynccontextmanager
async def serving(desk: Desk, coder: str | None = None) -> AsyncIterator[Opened]:
    """The site of a study, somebody's browser, and the address without the token."""
    write_preferences(Preferences(toured=True))
    with listen(0) as listening:
        port = listening.getsockname()[1]
        site = Site(desk.study.path, desk.study.title, port, coder=coder)
        runner = web.AppRunner(site.application(), access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        async with ClientSession() as browser:
            yield site, browser, f"http://127.0.0.1:{port}"
        await runner.cleanup()


async def until(window: ClientWebSocketResponse, words: str) -> str:
    """All that the terminal was sent until these words stand in it."""
    shown = ""
    while words not in shown:
        message = await window.receive(timeout=120)
        assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), (message, shown[-300:])
        shown += message.data if isinstance(message.data, str) else message.data.decode("utf-8", "replace")
    return shown


def applications(of: int | None = None) -> list[psutil.Process]:
    """The applications of windows that a process (default: this one) has started."""
    found = psutil.Process(of).children(recursive=True)
    return [child for child in found if "tui.serving.process" in _command(child)]


def _command(process: psutil.Process) -> list[str]:
    """What a process was started with, nothing where it has just ended."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.asyncio
async def test_without_the_token_or_from_elsewhere_nothing_is_given(desk: Desk) -> None:
    async with serving(desk) as (site, browser, base):
        right = site.door.address
        wrong = [
            (base + "/", {}), (f"{base}/{'x' * 43}/", {}), (f"{base}/static/js/textual.js", {}),
            (right, {"Host": "evil.example"}), (right, {"Origin": "http://evil.example"}),
            (f"{right}static/js/textual.js", {"Host": "rebound.example:80"}), (f"{base}/nothing", {}),
        ]  # fmt: skip
        for address, headers in wrong:
            async with browser.get(address, headers=headers) as answer:
                assert (answer.status, "token" in await answer.text()) == (403, False), address
        for path in ("", "own/page.css", "own/page.js", "static/css/xterm.css", "static/js/textual.js"):
            async with browser.get(right + path) as answer:
                assert answer.status == 200, path
                assert answer.headers["Content-Security-Policy"] == site.door.headers["Content-Security-Policy"]
        async with browser.get(right + "own/door.py") as answer:
            assert answer.status == 404
        async with browser.get(right + "static/") as answer:
            assert answer.status in (403, 404)


@pytest.mark.asyncio
async def test_a_socket_needs_the_token_and_no_foreign_origin(desk: Desk) -> None:
    async with serving(desk) as (site, browser, base):
        for address, headers in (
            (f"{base}/{'x' * 43}/seat/anna", {}), (f"{site.door.address}seat/anna", {"Origin": "http://evil.example"}),
            (f"{site.door.address}seat/anna", {"Host": "evil.example"}),
        ):  # fmt: skip
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.ws_connect(address, headers=headers)
            assert refused.value.status == 403
        assert applications() == []


@pytest.mark.asyncio
async def test_who_reviews_is_asked_and_a_name_that_is_none_is_asked_again(desk: Desk) -> None:
    async with serving(desk) as (site, browser, _):
        async with browser.get(site.door.address) as answer:
            assert "Who reviews?" in await answer.text()
        async with browser.get(site.door.address, params={"coder": "a,b"}) as answer:
            assert (answer.status, "no comma" in await answer.text()) == (400, True)
        async with browser.get(site.door.address, params={"coder": "ben"}) as answer:
            assert f'data-session-websocket-url="ws://{site.door.address[7:]}seat/ben"' in await answer.text()
        with pytest.raises(WSServerHandshakeError):
            await browser.ws_connect(f"{site.door.address}seat/a%2Cb")


@pytest.mark.asyncio
async def test_a_window_is_a_review_of_its_own_and_ends_with_it(desk: Desk) -> None:
    async with serving(desk) as (site, browser, _):
        first = await browser.ws_connect(f"{site.door.address}seat/anna?width=90&height=30")
        second = await browser.ws_connect(f"{site.door.address}seat/ben?width=oops&height=99999999999")
        await until(first, "D0 1")
        await until(second, "D0 1")
        assert len(applications()) == 2
        await first.send_str("no JSON")
        await first.send_json(["resize", {"width": "wide"}])
        await first.send_json(["resize", {"width": 100, "height": 40}])
        await first.send_json(["ping", 7])
        await first.send_json(["stdin", "?"])
        await until(first, "Deciding")
        await first.close()
        await second.send_json(["stdin", "q"])
        async with asyncio.timeout(120):
            while not (message := await second.receive()).type.name.startswith("CLOS"):
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)
        await _none_left()
    names = desk.study.contents
    coders = {names.text(name) for (name,) in desk.study.db.execute("SELECT name FROM coder WHERE type = 'person'")}
    assert {"anna", "ben"} <= coders


@pytest.mark.asyncio
async def test_what_keeps_a_review_from_opening_is_told_in_the_browser(desk: Desk, make: Callable[..., Desk]) -> None:
    async with serving(desk, coder="anna") as (_, __, ___):
        pass
    gone = make(sizes=(3,), core="0")
    async with serving(gone) as (site, browser, _):
        gone.study.close()
        gone.study.path.unlink()
        window = await browser.ws_connect(f"{site.door.address}seat/anna")
        assert "no such study file" in await until(window, "load it again")
        await window.close()
        await _none_left()


@pytest.mark.asyncio
async def test_the_end_of_the_site_is_the_end_of_its_windows(desk: Desk) -> None:
    async with serving(desk, coder="anna") as (site, browser, _):
        window = await browser.ws_connect(f"{site.door.address}seat/somebody-else")
        await until(window, "anna")
    assert applications() == []
    assert "somebody-else" not in _names(desk)


def _names(desk: Desk) -> set[str]:
    with Study.open(desk.study.path) as study:
        return {study.contents.text(name) for (name,) in study.db.execute("SELECT name FROM coder")}


async def _none_left() -> None:
    while applications():
        await asyncio.sleep(0.01)


@pytest.mark.asyncio
@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_however_the_command_ends_no_application_outlives_it(desk: Desk, signal_: signal.Signals) -> None:
    command = [sys.executable, "-c", "from tui.cli import main; main()", "serve", str(desk.study.path), "--port", "0"]
    served = subprocess.Popen(
        [*command, "--coder", "anna"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=child_environment(), start_new_session=True,
    )  # fmt: skip
    assert served.stdout is not None and served.stderr is not None
    with served.stdout, served.stderr:
        address = (await asyncio.to_thread(served.stdout.readline)).strip()
        token = address.rstrip("/").rpartition("/")[2]
        async with ClientSession() as browser:
            window = await browser.ws_connect(f"{address}seat/anna")
            await until(window, "D0 1")
            (application,) = applications(served.pid)
            served.send_signal(signal_)
            await asyncio.to_thread(served.wait)
            await asyncio.to_thread(psutil.wait_procs, [application])
            assert not application.is_running() or application.status() == psutil.STATUS_ZOMBIE
        said = served.stderr.read()
    assert token not in said
    assert "Traceback" not in said
    if signal_ != signal.SIGKILL:
        assert (served.returncode, said.splitlines()[-1]) == (0, "Ended. Everything that was acknowledged is stored.")


def test_an_application_whose_site_is_silent_for_good_ends(desk: Desk) -> None:
    """What the application writes still has a reader, so that nothing but the end of its input can tell it."""
    environment = {**child_environment(), "TEXTUAL_DRIVER": driver.NAME, "COLUMNS": "80", "ROWS": "24"}
    command = [sys.executable, "-P", "-m", "tui.serving.process", str(desk.study.path), "anna", "document"]
    application = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert application.stdin is not None and application.stdout is not None
    with application.stdin, application.stdout:
        assert application.stdout.readline() == b"__GANGLION__\n"
        application.stdin.close()
        application.stdout.read()
    assert application.wait() == 0


def test_a_port_that_is_taken_and_a_package_that_is_missing_are_said(desk: Desk, tmp_path: Path) -> None:
    with listen(0) as listening:
        port = str(listening.getsockname()[1])
        ended = _serve(desk, "--port", port)
        assert (ended.returncode, "Name another with --port." in ended.stderr) == (1, True), ended.stderr
    (tmp_path / "aiohttp.py").write_text("raise ModuleNotFoundError(\"No module named 'aiohttp'\", name='aiohttp')")
    without = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = _serve(desk, environment={"PYTHONPATH": without})
    assert (ended.returncode, "pip install 'secondcoder[serve]'" in ended.stderr) == (1, True), ended.stderr


def _serve(desk: Desk, *words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from tui.cli import main; main()", "serve", str(desk.study.path), *words]
    return subprocess.run(
        command, capture_output=True, text=True, env={**child_environment(), **(environment or {})}, check=False
    )


def test_its_help_imports_neither_a_web_server_nor_the_screen() -> None:
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from tui.cli import main; main()", "serve", "--help"],
        capture_output=True, text=True, env=child_environment(), check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert "127.0.0.1" in shown.stdout
    assert not {"aiohttp", "textual", "textual_serve"} & imported
