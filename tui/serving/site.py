"""The site: a page that asks who reviews, a page with a terminal, and the socket between that and the review."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.typedefs import Handler, Middleware

from suggest.errors import BadInput
from suggest.printable import one_line
from suggest.study.people import check_name
from tui.serving import pages
from tui.serving.door import HOST, Door, new_token
from tui.serving.seat import Seat

STATIC = Path(textual_serve.__file__).parent / "static"
MOST = 12
"""So many windows at once: each is an application of its own."""
REFUSED = "Not let in: open the address that 'secondcoder serve' has printed.\n"
WIDEST, TALLEST = 1000, 500


def listen(port: int) -> socket.socket:
    """A socket on the loopback address; port 0 takes a free one. BadInput where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen()
    except OSError as error:
        found.close()
        raise BadInput(
            f"cannot be listened on: {error.strerror}.", place=f"port {port}", advice="Name another with --port."
        ) from None
    return found


class Site:
    """Serves one study. Everything stands below the token, and everything is refused to who does not know it."""

    def __init__(
        self, study: Path, title: str, port: int, *, coder: str | None = None, order: str = "document"
    ) -> None:
        """`coder` is who reviews, whoever opens a window; None: each window asks."""
        self.door = Door(new_token(), port)
        self._study, self._title, self._coder, self._order = study, one_line(title), coder, order
        self._windows: dict[web.WebSocketResponse, Seat] = {}

    def application(self) -> web.Application:
        """The site as aiohttp serves it."""
        made = web.Application(middlewares=[self._guarded])
        made.router.add_get("/{token}/", self._page)
        made.router.add_get("/{token}/own/{name}", self._own)
        made.router.add_get("/{token}/seat/{coder}", self._window)
        made.router.add_static(f"/{self.door.token}/static", STATIC)
        made.on_shutdown.append(self._close)
        return made

    @property
    def _guarded(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self.door.lets_in(request.path, request.headers.get("Host"), request.headers.get("Origin")):
                return web.Response(status=403, text=REFUSED, headers=self.door.headers)
            try:
                answer = await handler(request)
            except web.HTTPException as error:
                error.headers.update(self.door.headers)
                raise
            if not answer.prepared:
                answer.headers.update(self.door.headers)
            return answer

        return guard

    async def _page(self, request: web.Request) -> web.StreamResponse:
        coder = self._coder or request.query.get("coder")
        token = self.door.token
        if coder is None:
            return _html(pages.coder_page(token, self._title))
        try:
            check_name(coder)
        except BadInput as error:
            return _html(pages.coder_page(token, self._title, one_line(coder)[:200], str(error)), 400)
        host = request.headers["Host"]
        return _html(pages.terminal_page(token, self._title, coder, host, _size(request)))

    async def _own(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in pages.OWN:
            raise web.HTTPNotFound()
        return web.Response(text=pages.own_file(name), content_type=pages.OWN[name], charset="utf-8")

    async def _window(self, request: web.Request) -> web.StreamResponse:
        """A window that has connected: its application runs until either of them goes."""
        coder = self._coder or request.match_info["coder"]
        try:
            check_name(coder)
        except BadInput as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        if len(self._windows) >= MOST:
            raise web.HTTPServiceUnavailable(text=f"There are {MOST} windows open already: close one first.")
        window = web.WebSocketResponse(heartbeat=15, max_msg_size=1_000_000)
        await window.prepare(request)

        async def close() -> None:
            await window.close()

        seat = Seat(self._study, coder, self._order, window.send_bytes, window.send_str, close)
        self._windows[window] = seat
        try:
            await seat.start(_number(request, "width", 80, WIDEST), _number(request, "height", 24, TALLEST))
            await _pass_on(window, seat)
        finally:
            # Where this is cut short, at the end of the site, `_close` goes on with it.
            await asyncio.shield(seat.stop())
            self._windows.pop(window, None)
        return window

    async def _close(self, _: web.Application) -> None:
        """Let all windows go, and wait until their applications have ended."""
        leaving = list(self._windows.items())
        await asyncio.gather(*(seat.stop() for _, seat in leaving))
        await asyncio.gather(*(window.close(code=WSCloseCode.GOING_AWAY) for window, _ in leaving))


async def _pass_on(window: web.WebSocketResponse, seat: Seat) -> None:
    """What the browser says, to the application; what is not of the expected shape is passed over."""
    async for message in window:
        if message.type != WSMsgType.TEXT:
            continue
        try:
            kind, *rest = json.loads(message.data)
            given = rest[0] if rest else None
            if kind == "stdin":
                await seat.send_bytes(str(given).encode("utf-8", "replace"))
            elif kind == "resize" and isinstance(given, dict):
                await seat.set_terminal_size(_within(given["width"], WIDEST), _within(given["height"], TALLEST))
            elif kind == "ping":
                await window.send_json(["pong", given])
            elif kind == "blur":
                await seat.blur()
            elif kind == "focus":
                await seat.focus()
        except (ValueError, TypeError, KeyError):
            continue


def _within(value: object, most: int) -> int:
    return max(1, min(most, int(str(value))))


def _number(request: web.Request, name: str, usual: int, most: int) -> int:
    given = request.query.get(name, "")
    return _within(given, most) if given.isascii() and given.isdigit() and len(given) < 9 else usual


def _size(request: web.Request) -> int:
    """The size of the letters, in pixels."""
    return max(6, _number(request, "fontsize", pages.FONT_SIZE, 60))


def _html(page: str, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", charset="utf-8", status=status)
