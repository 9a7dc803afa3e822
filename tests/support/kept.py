"""Short words for a study with a profile of a chat model on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from endpoint_server import Served, completion

from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.models.chat import asking
from suggest.models.chat import endpoint as places
from suggest.models.chat.endpoint import Endpoint
from suggest.study.study import Study


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waits between attempts take no time."""

    async def at_once(seconds: float) -> None: ...

    monkeypatch.setattr(asking, "pause", at_once)
    yield


def keep(bench: Any, url: str, name: str = "bar", **given: Any) -> None:
    """Keep a profile for that endpoint."""
    prices = given.pop("prices", (1.0, 1.0))
    keep_endpoint(bench.study, bench.anna, KeptEndpoint(name, Endpoint(url, "m", **given), prices))


def told(body: dict[str, Any]) -> str:
    """All words of a request."""
    return "\n".join(message["content"] for message in body["messages"])


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback counts as another machine, so that what leaves can be seen."""
    monkeypatch.setattr(places, "is_loopback", lambda host: False)


def once_asked(bench: Any, act: Callable[[Study], object]) -> Callable[[int, dict[str, Any]], Served]:
    """A server that, before it answers the first question, does something to the study as another program would."""
    first = threading.Lock()

    def script(number: int, body: dict[str, Any]) -> Served:
        if first.acquire(blocking=False):
            with Study.open(bench.study.path, write=True, sources=bench.study.sources) as other:
                act(other)
        return completion()

    return script
