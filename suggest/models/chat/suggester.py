"""A chat model as a suggester: a question for each segment, answers checked, and everything that can go wrong typed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from suggest.errors import Refused, SecondCoderError
from suggest.models.chat.asking import Asking, Caller, Leave
from suggest.models.chat.budget import Budget, BudgetReached, Ceiling
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Said, Usage
from suggest.models.chat.counting import PER_MESSAGE, counter, most_tokens, prompt_tokens
from suggest.models.chat.endpoint import Endpoint, same_model
from suggest.models.chat.gate import Gate
from suggest.models.chat.health import Health
from suggest.models.chat.shaping import settings
from suggest.models.interface import (
    Answer,
    Failure,
    Forecast,
    Halted,
    LeftOver,
    Limits,
    ModelProfile,
    OfferedCode,
    Outcome,
    Price,
    Scalar,
    Served,
    Task,
    TaskIdentity,
)

REPAIR = (
    "That was not an answer that can be read: {detail}. Answer the same question again, with the one JSON object that "
    "was asked for and nothing else."
)
VERSION = 1


@dataclass(frozen=True, slots=True)
class Question:
    """What a task is asked with: messages, the answer's JSON schema, and whose words (segment ids) it holds, the task's
    own first; `quoted` are those in the wordings of the codes, which every question has; `offered` the codes (ids) that
    it offers, None for all."""

    messages: tuple[Said, ...]
    schema: dict[str, Any]
    segments: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    offered: tuple[str, ...] | None = None


Ask: TypeAlias = Callable[[Task], Question]
Read: TypeAlias = Callable[[Task, str, str], Answer | Failure]
"""Reads a raw answer to a task, given the task's hash."""


class Withheld(Exception):
    """A question that may not go out any more: it is left over."""


Sending: TypeAlias = Callable[[Question, int], Awaitable[Leave]]
"""Puts on record that a question goes out, with how many characters, before it does; what it gives is called when it
does."""

STORE_EVERY, STORE_WITHIN = 32, 0.05
"""So many answers may wait so many seconds to be stored together: each costs money, and each writing takes its time."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What a chat suggester is made from. `ask` and `read` are the engine's: this room knows no prompts.

    `prompt_version` names the prompt; `parameters` are those of how it is asked, `close` gives back what `ask` needs;
    `price` None is unknown; `spent_before` what the run has cost in earlier calls
    of the command is not known here: a ceiling is for one call of the command.
    """

    name: str
    endpoint: Endpoint
    codes: Sequence[OfferedCode]
    ask: Ask
    read: Read
    prompt_version: str
    price: Price | None = None
    ceiling: Ceiling = field(default_factory=Ceiling)
    training: str = ""
    parameters: tuple[tuple[str, Scalar], ...] = ()
    close: Callable[[], None] = lambda: None


class ChatSuggester:
    """A `Suggester` that asks an endpoint. Its client is made when the first question is asked."""

    def __init__(self, chat: Chat, client: Callable[[Endpoint], Caller] | None = None) -> None:
        """`client` makes what calls the endpoint; by default the `openai` client, imported then."""
        self._chat = chat
        self._make = client or _client
        self._client: Any = None
        endpoint = chat.endpoint
        self._codes = tuple(sorted(chat.codes, key=lambda code: (code.path, code.id)))
        self._ids = [code.id for code in self._codes]
        self._gate, self._health = Gate(endpoint.concurrency), Health()
        self._calling: set[asyncio.Task[Any]] = set()
        self._stopped = False
        self.budget = Budget(chat.ceiling, chat.price, endpoint.most_output)
        self.sending: Sending | None = None
        """Awaited before each attempt: what goes out is on record first. Withheld, from it or as it leaves, where this
        question may not go out, an error for the user where none may."""
        self._profile = ModelProfile(
            name=chat.name,
            kind="chat",
            identity=f"chat-{VERSION}-{endpoint.model}@{endpoint.host}",
            capabilities=frozenset({"evidence", "rationale", "json_schema"}),
            price=chat.price,
            limits=Limits(concurrency=endpoint.concurrency, store_every=STORE_EVERY, store_within=STORE_WITHIN),
            host=endpoint.host if endpoint.leaving else None,
            training=chat.training,
            parameters=(
                ("most_output", endpoint.most_output),
                ("schema", endpoint.schema),
                ("seed", endpoint.seed),
                ("temperature", endpoint.temperature),
                *chat.parameters,
            ),
        )
        self._identity = TaskIdentity(
            self._codes, chat.prompt_version, self._profile.identity, dict(self._profile.parameters)
        )

    @property
    def profile(self) -> ModelProfile:
        return self._profile

    @property
    def codes(self) -> tuple[OfferedCode, ...]:
        return self._codes

    @property
    def most_output(self) -> int:
        """The most tokens that an answer is asked to have."""
        return self._chat.endpoint.most_output

    def offered(self, task: Task) -> tuple[OfferedCode, ...]:
        """The codes that a task is asked about: all, unless these are too many for the model."""
        ids = self._chat.ask(task).offered
        return self._codes if ids is None else tuple(code for code in self._codes if code.id in set(ids))

    def is_asked_for(self, model: str) -> bool:
        """Whether what an endpoint calls its model may be the one that it is asked for: see `same_model`."""
        return same_model(self._chat.endpoint.model, model)

    def task_hash(self, task: Task) -> str:
        """See `TaskIdentity`."""
        return self._identity.of(task)

    def forecast(self, tasks: Iterable[Task]) -> Forecast:
        """What asking these once would come to. Instructions, the same for every segment, are counted once."""
        count, known = counter(), dict[str, int]()
        calls = total = 0
        for task in tasks:
            first, *others = self._chat.ask(task).messages
            if first.content not in known:
                known = {first.content: prompt_tokens([first], count)}
            calls += 1
            total += known[first.content] + sum(count.count(one.content) + PER_MESSAGE for one in others)
        return Forecast(calls, total, self._chat.endpoint.most_output, count.method)

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One outcome for each task, as they come, as many questions at a time as the endpoint bears.

        Halted where every further question would fail as well, might cost more than the ceiling, or may not be sent:
        calls under way are waited for, since they may have been paid for, and the others are left without an outcome.
        """
        asking: set[asyncio.Task[Outcome]] = set()
        waiting = aiter(tasks)
        coming: asyncio.Task[Task] | None = None
        stopped_by: Exception | None = None
        over = self._stopped = False
        try:
            while asking or not over:
                if coming is None and not over and len(asking) < 2 * self._gate.room:
                    coming = asyncio.ensure_future(_next(waiting))
                either: set[asyncio.Future[Any]] = {*asking} | ({coming} if coming is not None and not over else set())
                done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if coming is not None and coming in done:
                    done.discard(coming)
                    try:
                        asking.add(asyncio.create_task(self._outcome(coming.result())))
                    except StopAsyncIteration:
                        over = True
                    coming = None
                for ended in done:
                    asking.discard(ended)
                    if ended.cancelled():
                        continue
                    if (error := ended.exception()) is None:
                        yield ended.result()
                        if self._health.hopeless and stopped_by is None:
                            stopped_by, over = Halted(f"{self._chat.endpoint.host}: {self._health.hopeless}."), True
                            self._stop(asking)
                    elif isinstance(error, Exception):
                        stopped_by, over = stopped_by or error, True
                        self._stop(asking)
                    else:
                        raise error
            if stopped_by is not None:
                raise stopped_by
        finally:
            left = [*asking, *([coming] if coming is not None else [])]
            for one in left:
                one.cancel()
            if left:
                await asyncio.gather(*left, return_exceptions=True)

    def _stop(self, asking: Iterable[asyncio.Task[Outcome]]) -> None:
        """Ask nothing more: whatever is not in the middle of a call is let go."""
        self._stopped = True
        for one in asking:
            if one not in self._calling:
                one.cancel()

    async def aclose(self) -> None:
        """Gives the connections back. Safe to call twice."""
        client, self._client = self._client, None
        self._chat.close()
        if client is not None and hasattr(client, "aclose"):
            await client.aclose()

    def body(self, question: Question) -> Body:
        """What would be sent for a question."""
        ids = self._ids if question.offered is None else question.offered
        return Body(question.messages, settings(self._chat.endpoint, question.schema, ids))

    def request(self, task: Task) -> tuple[Question, dict[str, Any]]:
        """The question for a task, and the JSON object that asks it, for those who send it by themselves."""
        question = self._chat.ask(task)
        return question, self.body(question).as_json(self._chat.endpoint.model)

    def received(self, task: Task, reply: Reply | CallFailed) -> Answer | Failure:
        """What came of a question that somebody else has asked. Nothing is asked again."""
        hash_ = self.task_hash(task)
        if isinstance(reply, CallFailed):
            failure = Failure(task.segment, reply.kind, reply.detail, hash_, reply.raw, sample=task.sample)
            return _counted(failure, [reply.usage])
        served = Served(reply.model, reply.fingerprint)
        read = _offered(self._chat.read(task, reply.content, hash_), self._chat.ask(task))
        return _counted(replace(read, served=served), [reply.usage])

    def charged(self, task: Task, reply: Reply | CallFailed) -> None:
        """Count what such an answer took, or may have taken, with what the run took."""
        if isinstance(reply, Reply) or reply.usage is not None or reply.may_cost:
            most_in = 0 if reply.usage is not None else most_tokens(self._chat.ask(task).messages)
            self.budget.heard(reply.usage, most_in)

    async def _outcome(self, task: Task) -> Outcome:
        outcome = await self._answered(task)
        if not isinstance(outcome, LeftOver):
            self._health.ended(outcome)
        return outcome

    async def _answered(self, task: Task) -> Outcome:
        """Ask, and once more where the answer cannot be read."""
        hash_ = self.task_hash(task)
        question = self._chat.ask(task)
        spent: list[Usage | None] = []
        failed: Failure | None = None
        for repair in (False, True):
            try:
                reply = await self._asked(question, spent)
            except CallFailed as error:
                if error.fatal or (error.passes and self._stopped):
                    raise Halted(f"{self._chat.endpoint.host}: {error.detail}.") from None
                if repair and failed is not None:
                    return _counted(failed, spent)
                return _counted(
                    Failure(task.segment, error.kind, error.detail, hash_, error.raw, sample=task.sample), spent
                )
            except Withheld:
                return LeftOver(task.segment, task.sample)
            served = Served(reply.model, reply.fingerprint, round(reply.seconds * 1000))
            read = replace(_offered(self._chat.read(task, reply.content, hash_), question), served=served)
            if isinstance(read, Answer):
                return _counted(read, spent)
            failed = read
            if repair:
                break
            again = (Said("assistant", reply.content[:20_000]), Said("user", REPAIR.format(detail=read.detail)))
            question = replace(question, messages=(*question.messages, *again))
        assert failed is not None
        return _counted(failed, spent)

    async def _asked(self, question: Question, spent: list[Usage | None]) -> Reply:
        if self._client is None:
            try:
                self._client = self._make(self._chat.endpoint)
            except SecondCoderError as error:
                raise Halted(str(error)) from None

        async def sending(body: Body) -> Leave | None:
            if self.sending is None:
                return None
            return await self.sending(question, sum(len(one.content) for one in body.messages))

        asking = Asking(_Watched(self._client, self._calling), self._gate, self.budget, sending, health=self._health)
        try:
            reply = await asking.ask(self.body(question), most_tokens(question.messages))
        except CallFailed as error:
            spent.append(error.usage)
            raise
        except BudgetReached:
            why = "The ceiling is reached: the next question might cost more than is left."
            raise Halted(why, ceiling=True) from None
        except SecondCoderError as error:
            # It could not be put on record, or may not be sent: nothing was, and nothing else would be.
            raise Halted(str(error), refused=isinstance(error, Refused)) from None
        spent.append(reply.usage)
        return reply


class _Watched:
    """Knows which questions are in the middle of a call, and may be paid for."""

    def __init__(self, client: Caller, calling: set[asyncio.Task[Any]]) -> None:
        self._client, self._calling = client, calling

    async def call(self, body: Body) -> tuple[Reply, Limit]:
        mine = asyncio.current_task()
        assert mine is not None
        self._calling.add(mine)
        try:
            return await self._client.call(body)
        finally:
            self._calling.discard(mine)


def _offered(read: Answer | Failure, question: Question) -> Answer | Failure:
    """The answer with what the question offered, where that were not all codes."""
    if isinstance(read, Failure) or question.offered is None:
        return read
    return replace(read, offered=question.offered)


def _counted(outcome: Answer | Failure, spent: Sequence[Usage | None]) -> Answer | Failure:
    """The outcome with what all its calls were counted at; nothing where the endpoint counts nothing."""
    known = [usage for usage in spent if usage is not None]
    if not known:
        return outcome
    return replace(
        outcome,
        tokens_in=sum(usage.tokens_in for usage in known),
        tokens_out=sum(usage.tokens_out for usage in known),
    )


async def _next(tasks: AsyncIterator[Task]) -> Task:
    return await anext(tasks)


def _client(endpoint: Endpoint) -> Caller:
    from suggest.models.chat.client import Client

    return Client(endpoint)
