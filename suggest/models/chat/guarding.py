"""What passes between this machine and an endpoint: only the headers that we mean, and no answer without end."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import httpx2

from suggest.models.chat.endpoint import Endpoint

MOST_BYTES = 4_000_000
"""A longer answer is no answer to our question: reading it on would only fill memory."""
KEPT = ("host", "content-length", "content-type", "transfer-encoding")
"""The headers of a request that go out as they were made. All others are ours: the client would fill some from the
environment, and what is meant for one endpoint would go to any."""


class NotRead(httpx2.TransportError):
    """An answer that is not read on. The message says why, in no words of it."""


class Guarded(httpx2.AsyncBaseTransport):
    """Sends requests to one endpoint with the key of that endpoint, and reads no more of an answer than it may be."""

    def __init__(self, endpoint: Endpoint, key: str, most_bytes: int | None = None) -> None:
        self._most_bytes = MOST_BYTES if most_bytes is None else most_bytes
        self._lanes = _Lanes(endpoint)
        self._own = {
            "authorization": f"Bearer {key}",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "secondcoder",
        }

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        kept = {name: request.headers[name] for name in KEPT if name in request.headers}
        # The client reads its own request's headers again, so what goes out is another one.
        out = httpx2.Request(
            request.method, request.url, headers={**kept, **self._own}, stream=request.stream,
            extensions=request.extensions,
        )  # fmt: skip
        lane = self._lanes.take()
        try:
            response = await lane.handle_async_request(out)
        except BaseException:
            self._lanes.give_back(lane)
            raise
        response.stream = _Bounded(response.stream, self._most_bytes, lambda: self._lanes.give_back(lane))  # type: ignore[arg-type]
        if response.headers.get("content-encoding", "identity").strip().casefold() not in ("", "identity"):
            # A few bytes may unfold to any number of them.
            await response.aclose()
            raise NotRead("the answer is compressed, which was not asked for")
        return response

    async def aclose(self) -> None:
        await self._lanes.aclose()


class _Lanes:
    """Transports with a connection each. One with many looks through all of them at the beginning and the end of every
    call, which in the end is most of what a call costs."""

    def __init__(self, endpoint: Endpoint) -> None:
        secure = endpoint.base_url.startswith("https://")
        # Reading the certificates that are trusted takes long: once, and only where there is something to secure.
        self._context = httpx2.create_ssl_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._secure, self._proxy = secure, proxy_for(endpoint)
        self._free: list[httpx2.AsyncHTTPTransport] = []
        self._all: list[httpx2.AsyncHTTPTransport] = []

    def take(self) -> httpx2.AsyncHTTPTransport:
        """One that nobody uses, the last one used first: its connection is the most likely to be open still."""
        if self._free:
            return self._free.pop()
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=1)
        made = httpx2.AsyncHTTPTransport(
            verify=self._context, limits=limits, trust_env=self._secure, proxy=self._proxy
        )  # fmt: skip
        self._all.append(made)
        return made

    def give_back(self, lane: httpx2.AsyncHTTPTransport) -> None:
        self._free.append(lane)

    async def aclose(self) -> None:
        for lane in self._all:
            await lane.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, most_bytes: int, over: Callable[[], None]) -> None:
        self._inner, self._most_bytes, self._over = inner, most_bytes, over
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > self._most_bytes:
                raise NotRead(f"the answer is longer than {self._most_bytes:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._inner.aclose()
        finally:
            if not self._closed:
                self._closed = True
                self._over()


def proxy_for(endpoint: Endpoint) -> str | None:
    """The proxy that HTTPS_PROXY names, unless NO_PROXY excepts the host; None without.

    A proxy is another host: it is asked only where it sees nothing but encrypted bytes, and never for this machine.
    """
    parts = urlsplit(endpoint.base_url)
    if parts.scheme != "https" or endpoint.on_this_machine or proxy_bypass(parts.hostname or ""):
        return None
    found = getproxies_environment().get("https")
    return None if not found else found if "://" in found else f"http://{found}"
