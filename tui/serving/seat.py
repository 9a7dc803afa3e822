"""One browser window's application: a process of its own, started when the window connects and ended when it goes."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from suggest.children import child_environment
from tui.serving import driver

COMMAND = (sys.executable, "-P", "-m", "tui.serving.process")
PATIENCE = 8.0
"""Seconds that the application gets to store what it has and to end, before it is ended by force."""


class Seat(AppService):
    """Textual's own way to run an application for a browser, without a shell, without downloads, without links."""

    def __init__(
        self,
        study: Path,
        coder: str,
        order: str,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(
            "", write_bytes=write_bytes, write_str=write_str, close=close, download_manager=DownloadManager()
        )
        self._ending = asyncio.Lock()
        self._words = (*COMMAND, str(study.resolve()), coder, order)

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), **child_environment(), **_seen(width, height)}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # A session of its own: Ctrl-C in the terminal is for the site, which ends the application in good order.
        self._process = process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=self._build_environment(width, height),
            start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        self._stdin = process.stdin
        # What an application says on standard error would be printed as if it were the site's own output.
        process.stderr = asyncio.StreamReader()
        process.stderr.feed_eof()
        return process

    async def on_meta(self, data: bytes) -> None:
        """The application may end the connection, and nothing else: no address is opened, no file delivered."""
        if json.loads(data).get("type") == "exit":
            await self.remote_close()

    async def on_packed(self, payload: bytes) -> None:
        """Nothing is delivered."""

    async def stop(self, patience: float = PATIENCE) -> None:
        """Ask the application to end and wait until it has; by force, if it does not."""
        async with self._ending:
            process, task = self._process, self._task
            self._process = self._task = None
            if process is None:
                return
            with suppress(OSError, RuntimeError):
                await self.send_meta({"type": "quit"})
                self.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), patience)
            except TimeoutError:
                process.kill()
                await process.wait()
            if task is not None:
                task.cancel()
                await asyncio.wait({task}, timeout=patience)


def _seen(width: int, height: int) -> dict[str, str]:
    """What the driver has to know of the window."""
    return {
        "TEXTUAL_DRIVER": driver.NAME, "TEXTUAL_COLOR_SYSTEM": "truecolor", "TEXTUAL_FPS": "60",
        "COLUMNS": str(width), "ROWS": str(height),
    }  # fmt: skip
