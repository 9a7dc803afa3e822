"""How one question is answered: asked, read, asked again where it has to be, and every way in which that can fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suggest.errors import Refused, SecondCoderError
from suggest.models.chat.asking import Asking, Caller, Leave
from suggest.models.chat.budget import BudgetReached
from suggest.models.chat.calls import Body, CallFailed, Limit, Reply, Said, Usage
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.gate import Gate
from suggest.models.chat.health import Health
from suggest.models.chat.questioner import Questioner, counted
from suggest.models.chat.questions import Question, Withheld
from suggest.models.chat.several import besides, divided, shared
from suggest.models.interface import Answer, Failure, FailureKind, Halted, LeftOver, Outcome, Served, Task

REPAIR = (
    "That was not an answer that can be read: {detail}. Answer the same question again, with the one JSON object that "
    "was asked for and nothing else."
)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a question: outcomes, and what is to be asked about by itself, with what was spent on it so far."""

    outcomes: tuple[Outcome, ...]
    left: tuple[tuple[Task, Usage | None], ...] = ()


class Answering:
    """Answers what a questioner knows the questions of. The client is made when the first of them is asked.

    All go through one gate and count for one health, and what they cost for the questioner's budget. Halted where
    nothing else would be answered either.
    """

    def __init__(self, questioner: Questioner, make: Callable[[Endpoint], Caller], gate: Gate, health: Health) -> None:
        self._questioner, self._chat = questioner, questioner.chat
        self._make, self._gate, self._health = make, gate, health
        self._client: Any = None
        self._calling: set[asyncio.Task[Any]] = set()
        self.stopped = False
        """Whether nothing more is to be asked."""

    def stop(self, asking: Iterable[asyncio.Task[Came]]) -> None:
        """Ask nothing more: whatever is not in the middle of a call is let go."""
        self.stopped = True
        for one in asking:
            if one not in self._calling:
                one.cancel()

    async def aclose(self) -> None:
        """Gives the connections back. Safe to call twice."""
        client, self._client = self._client, None
        if client is not None and hasattr(client, "aclose"):
            await client.aclose()

    async def outcomes(self, group: Sequence[Task]) -> Came:
        """What comes of a group of segments. Those of which nothing was said, or nothing that can be read, are left to
        be asked about one by one, since one of them may be the reason; what the call took counts as theirs."""
        question = self._questioner.together(group)
        if question is None:
            return Came((), tuple((task, None) for task in group)) if len(group) > 1 else await self.alone(group[0])
        spent: list[Usage | None] = []
        try:
            reply = await self._asked(question, spent, 0)
        except CallFailed as error:
            if error.fatal or (error.passes and self.stopped):
                raise Halted(f"{self._chat.endpoint.host}: {error.detail}.") from None
            shares = shared(error.usage, len(group))
            if error.kind not in (FailureKind.TRANSPORT, FailureKind.TIMEOUT):
                return Came((), tuple(zip(group, shares, strict=True)))
            failed = tuple(
                counted(Failure(task.segment, error.kind, error.detail, self._questioner.task_hash(task),
                                 context=besides(question, task)), [share])
                for task, share in zip(group, shares, strict=True)
            )  # fmt: skip
            self._health.ended(failed[0])  # one question, whatever it asked about
            return Came(failed)
        except Withheld:
            return Came((), tuple((task, None) for task in group))
        served = Served(reply.model, reply.fingerprint, round(reply.seconds * 1000))
        outcomes: list[Outcome] = []
        left: list[tuple[Task, Usage | None]] = []
        parts = divided(reply.content, len(group))
        for task, part, share in zip(group, parts, shared(reply.usage, len(group)), strict=True):
            # Its own words alone are evidence: what stands around it is asked about in the same breath.
            bare = replace(task, before=(), after=())
            read = None if part is None else self._chat.read(bare, part, self._questioner.task_hash(task))
            if isinstance(read, Answer):
                self._health.ended(read)
                outcomes.append(counted(replace(read, served=served, context=besides(question, task)), [share]))
            else:
                left.append((task, share))
        return Came(tuple(outcomes), tuple(left))

    async def alone(self, task: Task, before: Usage | None = None) -> Came:
        """What comes of one segment, with what was spent on it before."""
        outcome = await self._outcome(task)
        if before is not None and not isinstance(outcome, LeftOver):
            spent = Usage(outcome.tokens_in or 0, outcome.tokens_out or 0)
            outcome = counted(outcome, [before, spent])
        return Came((outcome,))

    async def _outcome(self, task: Task) -> Outcome:
        """Ask for what has no answer yet. A sample that fails ends its segment: the next call asks for it again."""
        if self._chat.samples == 1:
            return await self._judged(task, self._questioner.task_hash(task))
        paid = (0, 0)
        known = {self._questioner.call_hash(sample): sample for sample in self._questioner.calls_of(task)}
        for hash_, sample in known.items():
            if self.stopped:
                return LeftOver(task.segment, task.sample)
            said = await self._judged(sample, hash_)
            if isinstance(said, LeftOver):
                return LeftOver(task.segment, task.sample)
            if isinstance(said, Failure):
                detail = f"sample {sample.sample + 1} of {self._chat.samples}: {said.detail}"
                return replace(said, detail=detail, task_hash=self._questioner.task_hash(task), sample=task.sample)
            paid = (paid[0] + (said.tokens_in or 0), paid[1] + (said.tokens_out or 0))
            await self._put_on_record(sample, said)
        found = self._questioner.gathered(task)
        if found is None:
            return LeftOver(task.segment, task.sample)  # its words were withdrawn, or corrected, meanwhile
        return replace(found, tokens_in=paid[0], tokens_out=paid[1]) if any(paid) else found

    async def _put_on_record(self, sample: Task, said: Answer) -> None:
        if self._questioner.keep is not None:
            try:
                await self._questioner.keep(sample, said)
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
                if error.fatal or (error.passes and self.stopped):
                    raise Halted(f"{self._chat.endpoint.host}: {error.detail}.") from None
                if repair and failed is not None:
                    return counted(failed, spent)
                failure = Failure(task.segment, error.kind, error.detail, hash_, error.raw, sample=task.sample)
                return counted(replace(failure, context=context), spent)
            except Withheld:
                return LeftOver(task.segment, task.sample)
            served = Served(reply.model, reply.fingerprint, round(reply.seconds * 1000))
            read = replace(self._questioner.read(question, task, reply, hash_), served=served, context=context)
            if isinstance(read, Answer):
                return counted(read, spent)
            failed = read
            if repair or self._chat.endpoint.api == "decisions":
                break
            again = (Said("assistant", reply.content[:20_000]), Said("user", REPAIR.format(detail=read.detail)))
            question = replace(question, messages=(*question.messages, *again))
        assert failed is not None
        return counted(failed, spent)

    async def _asked(self, question: Question, spent: list[Usage | None], sample: int) -> Reply:
        if self._client is None:
            try:
                self._client = self._make(self._chat.endpoint)
            except SecondCoderError as error:
                raise Halted(str(error)) from None

        async def sending(body: Body) -> Leave | None:
            if self._questioner.sending is None:
                return None
            return await self._questioner.sending(question, sum(len(one.content) for one in body.messages))

        asking = Asking(
            _Watched(self._client, self._calling), self._gate, self._questioner.budget, sending, health=self._health
        )
        try:
            most_in = self._questioner.most_in(question)
            reply = await asking.ask(self._questioner.body(question, sample), most_in, question.asked)
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
