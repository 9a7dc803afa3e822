"""Running the site until Ctrl-C, and leaving no application behind."""

from __future__ import annotations

import asyncio
import signal
import socket

from aiohttp import web

from tui.serving.site import Site


def run_until_interrupted(site: Site, listening: socket.socket) -> None:
    """Serve on a socket until SIGINT or SIGTERM; returns when every window's application has ended."""
    asyncio.run(_serve(site, listening))


async def _serve(site: Site, listening: socket.socket) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    # No log of requests: their paths hold the token.
    runner = web.AppRunner(site.application(), access_log=None, handle_signals=False, shutdown_timeout=20.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        await ended.wait()
    finally:
        await runner.cleanup()
