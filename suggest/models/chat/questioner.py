"""What a chat model is asked about segments and what its answers say, apart from asking it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from suggest.models.chat.agreeing import agreed
from suggest.models.chat.budget import Budget
from suggest.models.chat.calls import Body, CallFailed, Reply, Said, Usage
from suggest.models.chat.choices import weighed
from suggest.models.chat.counting import PER_MESSAGE, counter, most_tokens, prompt_tokens
from suggest.models.chat.endpoint import same_model
from suggest.models.chat.identity import Chat, asked_with, profile_of, settled
from suggest.models.chat.questions import Keep, Question, Recall, Sending, from_offered, in_order, place
from suggest.models.chat.several import together
from suggest.models.chat.shaping import settings
from suggest.models.hashes import TaskIdentity
from suggest.models.interface import Answer, Failure, Forecast, ModelProfile, OfferedCode, Served, Task


class Questioner:
    """Knows the question for each segment, its hash, and how an answer to it is read. It asks nothing itself, so that
    others may (a batch, which is answered a day later), and what it would come to is known before."""

    def __init__(self, chat: Chat) -> None:
        self.chat = settled(chat)
        endpoint = self.chat.endpoint
        self._codes = tuple(sorted(chat.codes, key=place))
        self._ids = in_order(chat.codes)
        # What is sent of words besides the messages: the questions, where an endpoint decides.
        self._beside = json.dumps(settings(endpoint, {}, self._ids)) if endpoint.api == "decisions" else ""
        self.budget = Budget(chat.ceiling, chat.price, endpoint.most_output)
        self.sending: Sending | None = None
        """Awaited before each attempt: what goes out is on record first. Withheld, from it or as it leaves, where this
        question may not go out, an error for the user where none may."""
        self.recall: Recall | None = None
        self.keep: Keep | None = None
        self._profile = profile_of(self.chat)
        # How often it is asked is no part of a single question: more samples later go on from those that there are.
        model = self._profile.identity
        self._single = TaskIdentity(self._codes, chat.prompt_version, model, asked_with(self.chat))
        self._whole = TaskIdentity(self._codes, chat.prompt_version, model, dict(self._profile.parameters))

    @property
    def profile(self) -> ModelProfile:
        return self._profile

    @property
    def codes(self) -> tuple[OfferedCode, ...]:
        return self._codes

    @property
    def most_output(self) -> int:
        """The most tokens that an answer is asked to have."""
        return self.chat.endpoint.most_output

    @property
    def samples(self) -> int:
        """How often each question is asked."""
        return self.chat.samples

    @property
    def per_call(self) -> int:
        """About how many segments a question asks at most."""
        return self.chat.per_call

    def offered(self, task: Task) -> tuple[OfferedCode, ...]:
        """The codes that a task is asked about: all, unless these are too many for the model."""
        ids = self.chat.ask(task).offered
        return self._codes if ids is None else tuple(code for code in self._codes if code.id in set(ids))

    def is_asked_for(self, model: str) -> bool:
        """Whether what an endpoint calls its model may be the one that it is asked for: see `same_model`."""
        return same_model(self.chat.endpoint.model, model)

    def task_hash(self, task: Task) -> str:
        """See `TaskIdentity`. With several samples this is the hash of all of them together."""
        return self._whole.of(task)

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
        read = (self.chat.read(task, kept[hash_], hash_) for hash_ in hashes)
        found = agreed(task, [one for one in read if isinstance(one, Answer)], self.task_hash(task))
        return replace(found, offered=self.chat.ask(task).offered)

    def _sampled(self, task: Task) -> list[Task]:
        return [replace(task, sample=number) for number in range(self.chat.samples)]

    def _kept(self, task: Task) -> Mapping[str, str]:
        if self.chat.samples == 1 or self.recall is None:
            return {}
        found = self.recall(task, [self.call_hash(sample) for sample in self._sampled(task)])
        # What cannot be read any more (it lost words) is asked for again.
        return {hash_: raw for hash_, raw in found.items() if isinstance(self.chat.read(task, raw, hash_), Answer)}

    def forecast(self, tasks: Iterable[Task]) -> Forecast:
        """What asking these would come to, each as often as it has to be. Instructions, the same for every segment, are
        counted once."""
        count, known = counter(), dict[str, int]()
        calls = answers = total = 0
        waiting = iter(tasks)
        while group := [*islice(waiting, self.chat.per_call)]:
            together = self.together(group)
            asked = [(together, 1)] if together else [(self.chat.ask(task), len(self.calls_of(task))) for task in group]
            for question, times in asked:
                first, *others = question.messages
                if first.content not in known:
                    known = {first.content: prompt_tokens([first], count) + count.count(self._beside)}
                calls += times
                answers += times * question.asked
                total += times * (known[first.content] + sum(count.count(one.content) + PER_MESSAGE for one in others))
        return Forecast(calls, answers, total, self.chat.endpoint.most_output, count.method)

    def body(self, question: Question, sample: int = 0) -> Body:
        """What would be sent for a question. Each sample has a seed of its own, where one is set."""
        endpoint = self.chat.endpoint
        if endpoint.seed is not None:
            endpoint = replace(endpoint, seed=endpoint.seed + sample)
        if question.asked > 1:
            endpoint = replace(endpoint, most_output=question.asked * endpoint.most_output)
        return Body(question.messages, settings(endpoint, question.schema, self._ids_of(question)))

    def most_in(self, question: Question) -> int:
        """The most tokens that what is sent for a question may come to."""
        return most_tokens([*question.messages, Said("", self._beside)])

    def _ids_of(self, question: Question) -> Sequence[str]:
        return self._ids if question.offered is None else question.offered

    def request(self, task: Task) -> tuple[Question, dict[str, Any]]:
        """The question for a task, and the JSON object that asks it, for those who send it by themselves."""
        question = self.chat.ask(task)
        return question, self.body(question, task.sample).as_json(self.chat.endpoint.model)

    def received(self, task: Task, reply: Reply | CallFailed) -> Answer | Failure:
        """What came of a question that somebody else has asked. Nothing is asked again."""
        hash_ = self.call_hash(task)
        # Without examples a question holds what its task says.
        context = self.chat.ask(task).segments[1:] if self.chat.examples else None
        if isinstance(reply, CallFailed):
            failure = Failure(task.segment, reply.kind, reply.detail, hash_, reply.raw, sample=task.sample)
            return counted(replace(failure, context=context), [reply.usage])
        served = Served(reply.model, reply.fingerprint)
        read = self.read(self.chat.ask(task), task, reply, hash_)
        return counted(replace(read, served=served, context=context), [reply.usage])

    def read(self, question: Question, task: Task, reply: Reply, hash_: str) -> Answer | Failure:
        """What a reply says, with the confidences that its tokens tell where these were asked for."""
        read = from_offered(self.chat.read(task, reply.content, hash_), question)
        if isinstance(read, Answer) and self.chat.endpoint.logprobs:
            return weighed(read, reply.logprobs, self._ids_of(question))
        return read

    def charged(self, task: Task, reply: Reply | CallFailed) -> None:
        """Count what such an answer took, or may have taken, with what the run took."""
        if isinstance(reply, Reply) or reply.usage is not None or reply.may_cost:
            most_in = 0 if reply.usage is not None else self.most_in(self.chat.ask(task))
            self.budget.heard(reply.usage, most_in)

    def together(self, group: Sequence[Task]) -> Question | None:
        """The question about several segments; None where they have to be asked about one by one."""
        if len(group) == 1:
            return None
        return together([self.chat.ask(task) for task in group], self._ids)


def counted(outcome: Answer | Failure, spent: Sequence[Usage | None]) -> Answer | Failure:
    """The outcome with what all its calls were counted at; nothing where the endpoint counts nothing."""
    known = [usage for usage in spent if usage is not None]
    if not known:
        return outcome
    return replace(
        outcome,
        tokens_in=sum(usage.tokens_in for usage in known),
        tokens_out=sum(usage.tokens_out for usage in known),
    )
