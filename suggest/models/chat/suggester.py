"""A chat model as a suggester: a question for each segment, answers checked, and everything that can go wrong typed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from suggest.errors import Refused, SecondCoderError
from suggest.models.chat.agreeing import agreed
from suggest.models.chat.asking import Asking, Caller, Leave
from suggest.models.chat.budget import Budget, BudgetReached, Ceiling
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Said, Usage
from suggest.models.chat.choices import weighed
from suggest.models.chat.counting import PER_MESSAGE, counter, most_tokens, prompt_tokens
from suggest.models.chat.endpoint import Api, Endpoint, same_model
from suggest.models.chat.gate import Gate
from suggest.models.chat.health import Health
from suggest.models.chat.questions import (
    Ask,
    Keep,
    Question,
    Read,
    Recall,
    Sending,
    Withheld,
    from_offered,
    in_order,
    place,
)
from suggest.models.chat.several import besides, divided, shared, together
from suggest.models.chat.shaping import settings
from suggest.models.interface import (
    Answer,
    Capability,
    Failure,
    FailureKind,
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
THRESHOLD = 500_000
"""A code that is decided on fits from this probability (millionths) on: the even odds."""


CAPABILITIES: Mapping[Api, frozenset[Capability]] = {
    "chat": frozenset({"evidence", "rationale", "json_schema"}),
    "decisions": frozenset({"probabilities"}),
}
STORE_EVERY, STORE_WITHIN = 32, 0.05
"""So many answers may wait so many seconds to be stored together: each costs money, and each writing takes its time."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What a chat suggester is made from. `ask` and `read` are the engine's: this room knows no prompts.

    `prompt_version` names the prompt; `parameters` are those of how it is asked, `close` gives back what `ask` needs;
    `price` None is unknown; `spent_before` what the run has cost in earlier calls of the command is not known here: a
    ceiling is for one call of the command. `samples` is how often each question is asked, `examples` how many decided
    segments a question shows at most, `per_call` about how many segments it asks at most; several samples and several
    segments do not go together.
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
    samples: int = 1
    examples: int = 0
    per_call: int = 1
    parameters: tuple[tuple[str, Scalar], ...] = ()
    close: Callable[[], None] = lambda: None


class ChatSuggester:
    """A `Suggester` that asks an endpoint. Its client is made when the first question is asked.

    Where each question is asked several times, what has an answer is the segment: each sample is put on record by
    itself, and a segment's outcome is what all of them come to, or the first failure among them.

    Where a question asks about several segments, each has an outcome of its own; one that has no answer that can be
    read among the others' is asked about by itself.
    """

    def __init__(self, chat: Chat, client: Callable[[Endpoint], Caller] | None = None) -> None:
        """`client` makes what calls the endpoint; by default the `openai` client, imported then."""
        # Of several samples each is one draw, and of several answers in one a code's place says nothing: what their
        # tokens weigh is not asked.
        single = chat.samples == chat.per_call == 1 and chat.endpoint.api == "chat"
        endpoint = chat.endpoint if single else replace(chat.endpoint, logprobs=False)
        self._chat = replace(chat, endpoint=endpoint)
        self._make = client or _client
        self._client: Any = None
        self._codes = tuple(sorted(chat.codes, key=place))
        self._ids = in_order(chat.codes)
        # What is sent of words besides the messages: the questions, where an endpoint decides.
        self._beside = json.dumps(settings(endpoint, {}, self._ids)) if endpoint.api == "decisions" else ""
        self._gate, self._health = Gate(endpoint.concurrency), Health()
        self._calling: set[asyncio.Task[Any]] = set()
        self._stopped = False
        self.budget = Budget(chat.ceiling, chat.price, endpoint.most_output)
        self.sending: Sending | None = None
        """Awaited before each attempt: what goes out is on record first. Withheld, from it or as it leaves, where this
        question may not go out, an error for the user where none may."""
        self.recall: Recall | None = None
        self.keep: Keep | None = None
        asked: dict[str, Scalar] = {"api": "decisions", "threshold": THRESHOLD}
        if endpoint.api == "chat":
            asked = {
                "most_output": endpoint.most_output,
                "schema": endpoint.schema,
                "seed": endpoint.seed,
                "temperature": endpoint.temperature,
                **({"confidence": "probability"} if endpoint.logprobs else {}),
                **({"per_call": chat.per_call} if chat.per_call > 1 else {}),
            }
        if chat.examples:
            asked["examples"] = chat.examples
        asked.update(chat.parameters)
        self._profile = ModelProfile(
            name=chat.name,
            kind=endpoint.api,
            identity=f"{endpoint.api}-{VERSION}-{endpoint.model}@{endpoint.host}"
            + (f"+{chat.training[:16]}" if chat.training else ""),
            capabilities=CAPABILITIES[endpoint.api],
            price=chat.price,
            limits=Limits(concurrency=endpoint.concurrency, store_every=STORE_EVERY, store_within=STORE_WITHIN),
            host=endpoint.host if endpoint.leaving else None,
            training=chat.training,
            parameters=(*asked.items(), *([("samples", chat.samples)] if chat.samples > 1 else [])),
        )
        # How often it is asked is no part of a single question: more samples later go on from those that there are.
        self._single = TaskIdentity(self._codes, chat.prompt_version, self._profile.identity, asked)
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

    @property
    def samples(self) -> int:
        """How often each question is asked."""
        return self._chat.samples

    @property
    def per_call(self) -> int:
        """About how many segments a question asks at most."""
        return self._chat.per_call

    def offered(self, task: Task) -> tuple[OfferedCode, ...]:
        """The codes that a task is asked about: all, unless these are too many for the model."""
        ids = self._chat.ask(task).offered
        return self._codes if ids is None else tuple(code for code in self._codes if code.id in set(ids))

    def is_asked_for(self, model: str) -> bool:
        """Whether what an endpoint calls its model may be the one that it is asked for: see `same_model`."""
        return same_model(self._chat.endpoint.model, model)

    def task_hash(self, task: Task) -> str:
        """See `TaskIdentity`. With several samples this is the hash of all of them together."""
        return self._identity.of(task)

    def call_hash(self, task: Task) -> str:
        """The hash of a single question, with the sample that the task names."""
        return self._single.of(task)

    def calls_of(self, task: Task) -> list[Task]:
        """What has to be asked for a segment: its task, or those of its samples that are not on record."""
        kept = self._kept(task)
        return [sample for sample in self._sampled(task) if self.call_hash(sample) not in kept]

    def gathered(self, task: Task) -> Answer | None:
        """What the samples on record come to; None while one is missing."""
        kept = self._kept(task)
        hashes = [self.call_hash(sample) for sample in self._sampled(task)]
        if not kept.keys() >= set(hashes):
            return None
        read = (self._chat.read(task, kept[hash_], hash_) for hash_ in hashes)
        found = agreed(task, [one for one in read if isinstance(one, Answer)], self.task_hash(task))
        return replace(found, offered=self._chat.ask(task).offered)

    def _sampled(self, task: Task) -> list[Task]:
        return [replace(task, sample=number) for number in range(self._chat.samples)]

    def _kept(self, task: Task) -> Mapping[str, str]:
        if self._chat.samples == 1 or self.recall is None:
            return {}
        found = self.recall(task, [self.call_hash(sample) for sample in self._sampled(task)])
        # What cannot be read any more (it lost words) is asked for again.
        return {hash_: raw for hash_, raw in found.items() if isinstance(self._chat.read(task, raw, hash_), Answer)}

    def forecast(self, tasks: Iterable[Task]) -> Forecast:
        """What asking these would come to, each as often as it has to be. Instructions, the same for every segment, are
        counted once."""
        count, known = counter(), dict[str, int]()
        calls = answers = total = 0
        waiting = iter(tasks)
        while group := [*islice(waiting, self._chat.per_call)]:
            together = self._together(group)
            asked = (
                [(together, 1)] if together else [(self._chat.ask(task), len(self.calls_of(task))) for task in group]
            )
            for question, times in asked:
                first, *others = question.messages
                if first.content not in known:
                    known = {first.content: prompt_tokens([first], count) + count.count(self._beside)}
                calls += times
                answers += times * question.asked
                total += times * (known[first.content] + sum(count.count(one.content) + PER_MESSAGE for one in others))
        return Forecast(calls, answers, total, self._chat.endpoint.most_output, count.method)

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One outcome for each task, as they come, as many questions at a time as the endpoint bears.

        Halted where every further question would fail as well, might cost more than the ceiling, or may not be sent:
        calls under way are waited for, since they may have been paid for, and the others are left without an outcome.
        """
        asking: set[asyncio.Task[_Came]] = set()
        waiting = aiter(tasks)
        coming: asyncio.Task[list[Task]] | None = None
        stopped_by: Exception | None = None
        over = self._stopped = False
        try:
            while asking or not over:
                if coming is None and not over and len(asking) < 2 * self._gate.room:
                    coming = asyncio.ensure_future(_next(waiting, self._chat.per_call))
                either: set[asyncio.Future[Any]] = {*asking} | ({coming} if coming is not None and not over else set())
                done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if coming is not None and coming in done:
                    done.discard(coming)
                    try:
                        asking.add(asyncio.create_task(self._outcomes(coming.result())))
                    except StopAsyncIteration:
                        over = True
                    coming = None
                for ended in done:
                    asking.discard(ended)
                    if ended.cancelled():
                        continue
                    if (error := ended.exception()) is None:
                        came = ended.result()
                        if not self._stopped:
                            asking |= {asyncio.create_task(self._alone(*one)) for one in came.left}
                        for outcome in came.outcomes:
                            yield outcome
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

    def _stop(self, asking: Iterable[asyncio.Task[_Came]]) -> None:
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

    def body(self, question: Question, sample: int = 0) -> Body:
        """What would be sent for a question. Each sample has a seed of its own, where one is set."""
        endpoint = self._chat.endpoint
        if endpoint.seed is not None:
            endpoint = replace(endpoint, seed=endpoint.seed + sample)
        if question.asked > 1:
            endpoint = replace(endpoint, most_output=question.asked * endpoint.most_output)
        return Body(question.messages, settings(endpoint, question.schema, self._ids_of(question)))

    def _ids_of(self, question: Question) -> Sequence[str]:
        return self._ids if question.offered is None else question.offered

    def request(self, task: Task) -> tuple[Question, dict[str, Any]]:
        """The question for a task, and the JSON object that asks it, for those who send it by themselves."""
        question = self._chat.ask(task)
        return question, self.body(question, task.sample).as_json(self._chat.endpoint.model)

    def received(self, task: Task, reply: Reply | CallFailed) -> Answer | Failure:
        """What came of a question that somebody else has asked. Nothing is asked again."""
        hash_ = self.call_hash(task)
        # Without examples a question holds what its task says.
        context = self._chat.ask(task).segments[1:] if self._chat.examples else None
        if isinstance(reply, CallFailed):
            failure = Failure(task.segment, reply.kind, reply.detail, hash_, reply.raw, sample=task.sample)
            return _counted(replace(failure, context=context), [reply.usage])
        served = Served(reply.model, reply.fingerprint)
        read = self._read(self._chat.ask(task), task, reply, hash_)
        return _counted(replace(read, served=served, context=context), [reply.usage])

    def _read(self, question: Question, task: Task, reply: Reply, hash_: str) -> Answer | Failure:
        """What a reply says, with the confidences that its tokens tell where these were asked for."""
        read = from_offered(self._chat.read(task, reply.content, hash_), question)
        if isinstance(read, Answer) and self._chat.endpoint.logprobs:
            return weighed(read, reply.logprobs, self._ids_of(question))
        return read

    def charged(self, task: Task, reply: Reply | CallFailed) -> None:
        """Count what such an answer took, or may have taken, with what the run took."""
        if isinstance(reply, Reply) or reply.usage is not None or reply.may_cost:
            most_in = 0 if reply.usage is not None else most_tokens(self._chat.ask(task).messages)
            self.budget.heard(reply.usage, most_in)

    def _together(self, group: Sequence[Task]) -> Question | None:
        """The question about several segments; None where they have to be asked about one by one."""
        if len(group) == 1:
            return None
        return together([self._chat.ask(task) for task in group], self._ids)

    async def _outcomes(self, group: Sequence[Task]) -> _Came:
        """What comes of a group of segments. Those of which nothing was said, or nothing that can be read, are left to
        be asked about one by one, since one of them may be the reason; what the call took counts as theirs."""
        question = self._together(group)
        if question is None:
            return _Came((), tuple((task, None) for task in group)) if len(group) > 1 else await self._alone(group[0])
        spent: list[Usage | None] = []
        try:
            reply = await self._asked(question, spent, 0)
        except CallFailed as error:
            if error.fatal or (error.passes and self._stopped):
                raise Halted(f"{self._chat.endpoint.host}: {error.detail}.") from None
            shares = shared(error.usage, len(group))
            if error.kind not in (FailureKind.TRANSPORT, FailureKind.TIMEOUT):
                return _Came((), tuple(zip(group, shares, strict=True)))
            failed = tuple(
                _counted(Failure(task.segment, error.kind, error.detail, self.task_hash(task),
                                 context=besides(question, task)), [share])
                for task, share in zip(group, shares, strict=True)
            )  # fmt: skip
            self._health.ended(failed[0])  # one question, whatever it asked about
            return _Came(failed)
        except Withheld:
            return _Came((), tuple((task, None) for task in group))
        served = Served(reply.model, reply.fingerprint, round(reply.seconds * 1000))
        outcomes: list[Outcome] = []
        left: list[tuple[Task, Usage | None]] = []
        parts = divided(reply.content, len(group))
        for task, part, share in zip(group, parts, shared(reply.usage, len(group)), strict=True):
            # Its own words alone are evidence: what stands around it is asked about in the same breath.
            bare = replace(task, before=(), after=())
            read = None if part is None else self._chat.read(bare, part, self.task_hash(task))
            if isinstance(read, Answer):
                self._health.ended(read)
                outcomes.append(_counted(replace(read, served=served, context=besides(question, task)), [share]))
            else:
                left.append((task, share))
        return _Came(tuple(outcomes), tuple(left))

    async def _alone(self, task: Task, before: Usage | None = None) -> _Came:
        """What comes of one segment, with what was spent on it before."""
        outcome = await self._outcome(task)
        if before is not None and not isinstance(outcome, LeftOver):
            spent = Usage(outcome.tokens_in or 0, outcome.tokens_out or 0)
            outcome = _counted(outcome, [before, spent])
        return _Came((outcome,))

    async def _outcome(self, task: Task) -> Outcome:
        """Ask for what has no answer yet. A sample that fails ends its segment: the next call asks for it again."""
        if self._chat.samples == 1:
            return await self._judged(task, self.task_hash(task))
        paid = (0, 0)
        known = {self.call_hash(sample): sample for sample in self.calls_of(task)}
        for hash_, sample in known.items():
            if self._stopped:
                return LeftOver(task.segment, task.sample)
            said = await self._judged(sample, hash_)
            if isinstance(said, LeftOver):
                return LeftOver(task.segment, task.sample)
            if isinstance(said, Failure):
                detail = f"sample {sample.sample + 1} of {self._chat.samples}: {said.detail}"
                return replace(said, detail=detail, task_hash=self.task_hash(task), sample=task.sample)
            paid = (paid[0] + (said.tokens_in or 0), paid[1] + (said.tokens_out or 0))
            await self._put_on_record(sample, said)
        found = self.gathered(task)
        if found is None:
            return LeftOver(task.segment, task.sample)  # its words were withdrawn, or corrected, meanwhile
        return replace(found, tokens_in=paid[0], tokens_out=paid[1]) if any(paid) else found

    async def _put_on_record(self, sample: Task, said: Answer) -> None:
        if self.keep is not None:
            try:
                await self.keep(sample, said)
            except SecondCoderError as error:
                raise Halted(str(error)) from None

    async def _judged(self, task: Task, hash_: str) -> Outcome:
        """What comes of a single question, and what that says of the endpoint."""
        outcome = await self._answered(task, hash_)
        if not isinstance(outcome, LeftOver):
            self._health.ended(outcome)
        return outcome

    async def _answered(self, task: Task, hash_: str) -> Outcome:
        """Ask, and once more where the answer cannot be read."""
        question = self._chat.ask(task)
        spent: list[Usage | None] = []
        context = question.segments[1:]
        failed: Failure | None = None
        for repair in (False, True):
            try:
                reply = await self._asked(question, spent, task.sample)
            except CallFailed as error:
                if error.fatal or (error.passes and self._stopped):
                    raise Halted(f"{self._chat.endpoint.host}: {error.detail}.") from None
                if repair and failed is not None:
                    return _counted(failed, spent)
                failure = Failure(task.segment, error.kind, error.detail, hash_, error.raw, sample=task.sample)
                return _counted(replace(failure, context=context), spent)
            except Withheld:
                return LeftOver(task.segment, task.sample)
            served = Served(reply.model, reply.fingerprint, round(reply.seconds * 1000))
            read = replace(self._read(question, task, reply, hash_), served=served, context=context)
            if isinstance(read, Answer):
                return _counted(read, spent)
            failed = read
            if repair or self._chat.endpoint.api == "decisions":
                break
            again = (Said("assistant", reply.content[:20_000]), Said("user", REPAIR.format(detail=read.detail)))
            question = replace(question, messages=(*question.messages, *again))
        assert failed is not None
        return _counted(failed, spent)

    async def _asked(self, question: Question, spent: list[Usage | None], sample: int) -> Reply:
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
            most_in = most_tokens([*question.messages, Said("", self._beside)])
            reply = await asking.ask(self.body(question, sample), most_in, question.asked)
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


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a question: outcomes, and what is to be asked about by itself, with what was spent on it so far."""

    outcomes: tuple[Outcome, ...]
    left: tuple[tuple[Task, Usage | None], ...] = ()


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


async def _next(tasks: AsyncIterator[Task], most: int) -> list[Task]:
    """The next tasks, at least one and at most so many; StopAsyncIteration after the last."""
    found = [await anext(tasks)]
    while len(found) < most:
        try:
            found.append(await anext(tasks))
        except StopAsyncIteration:
            break
    return found


def _client(endpoint: Endpoint) -> Caller:
    from suggest.models.chat.client import Client

    return Client(endpoint)
