"""Chat models against servers of the test's own on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import pytest

from suggest.engine.checks import parse_chat_answer
from suggest.models.chat.asking import Caller
from suggest.models.chat.calls import Said
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.questions import Question
from suggest.models.chat.suggester import Chat, ChatSuggester
from suggest.models.interface import Outcome, Task, offered_code

CODES = (offered_code("c1", "Trust"), offered_code("c2", "Money"))
SCHEMA = {
    "type": "object",
    "properties": {"suggestions": {"type": "array", "items": {"properties": {"code": {"type": "string"}}}}},
}


def tasks(count: int) -> list[Task]:
    return [Task(f"s{n}", f"what was said in turn {n}", 100 * n) for n in range(count)]


def ask(task: Task) -> Question:
    return Question((Said("system", "code this"), Said("user", task.text)), SCHEMA, (task.segment,))


def chat(endpoint: Endpoint, client: Callable[[Endpoint], Caller] | None = None, **given: Any) -> ChatSuggester:
    made = {"name": "bar", "codes": CODES, "ask": ask, "read": parse_chat_answer, "prompt_version": "p@1", **given}
    return ChatSuggester(Chat(endpoint=endpoint, **made), client)


async def handed(some: Iterable[Task]) -> AsyncIterator[Task]:
    for task in some:
        yield task


async def outcomes(model: ChatSuggester, some: Sequence[Task]) -> list[Outcome]:
    try:
        return [outcome async for outcome in model.suggest(handed(some))]
    finally:
        await model.aclose()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts take no time: how long they would have been is tested with the loop itself."""

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    from suggest.models.chat import asking

    monkeypatch.setattr(asking, "pause", at_once)


Sleep = Callable[[float], Awaitable[None]]
