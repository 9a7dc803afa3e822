"""Storing what a run brings: each outcome once, and only while the text that it speaks of is the study's."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from suggest.engine.checks import MOST_RAW, Checked
from suggest.engine.tasks import TaskReader
from suggest.models.interface import Answer, Failure, Served, Task
from suggest.study.log import Writer
from suggest.study.runs import NewCandidate, store_failure, store_sample, store_set
from suggest.study.segments import segment_number
from suggest.study.selecting import has_answer
from suggest.study.study import Study


@dataclass(slots=True)
class Stored:
    """What was stored in this call, counted as it was stored. `tokens` are those of all outcomes, None if unknown;
    `details` what was said of failures, by kind; `models` what the endpoint called its model, by how often."""

    suggested: int = 0
    no_code: int = 0
    overtaken: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    tokens: tuple[int, int] | None = None
    details: dict[str, Counter[str]] = field(default_factory=dict)
    models: Counter[str] = field(default_factory=Counter)

    @property
    def outcomes(self) -> int:
        return self.suggested + self.no_code + self.overtaken + self.failed.total()

    def add(self, other: Stored) -> None:
        self.suggested += other.suggested
        self.no_code += other.no_code
        self.overtaken += other.overtaken
        self.failed += other.failed
        self.models += other.models
        for kind, found in other.details.items():
            self.details[kind] = self.details.get(kind, Counter()) + found
        if other.tokens is not None:
            self.spend(*other.tokens)

    def spend(self, tokens_in: int, tokens_out: int) -> None:
        before = self.tokens or (0, 0)
        self.tokens = (before[0] + tokens_in, before[1] + tokens_out)


AT_ONCE, PAUSE = 0.012, 0.005
"""Seconds for which storing may keep others from writing at once, and for which it then lets them."""
FIRST, LEAST, MOST = 16, 4, 256
"""How many outcomes are stored at once: in the beginning, at least, at most."""


MOST_RAW_OF_FAILURE, MOST_OF_NAME = 20_000, 100
"""Characters that are kept of an answer that could not be used, and of what an endpoint calls itself."""
_SURROGATES = re.compile("[\ud800-\udfff]")


class Keeper:
    """Stores batches in one run: each outcome once, and only while the text that it speaks of is the study's."""

    def __init__(
        self,
        study: Study,
        actor: str,
        run: str,
        reader: TaskReader,
        *,
        with_context: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._study, self._actor, self.run, self._reader = study, actor, run, reader
        self._with_context = with_context
        self._contexts: dict[str, tuple[str, ...]] = {}
        self._clock, self._portion = clock, FIRST
        self._coming: list[tuple[Task, Answer, asyncio.Future[None]]] = []
        self.stored = Stored()

    def handed_out(self, task: Task) -> Task:
        """Remembers whose words go to the model with a task."""
        if self._with_context:
            turns = (*task.before, *task.after)
            self._contexts[task.segment] = tuple(turn.segment for turn in turns)
        return task

    def let_go(self, segment: str) -> None:
        """A task that has no outcome after all."""
        self._contexts.pop(segment, None)
        self._reader.forget(segment)

    async def keep_sample(self, task: Task, answer: Answer) -> None:
        """Put one of several answers for a segment on record, unless its text has changed: see `keep_samples`.

        On disk when this returns. What comes in the same turn of the event loop, such as all that came while others
        were written, goes together; whoever is cancelled while waiting for that has their sample written all the same.
        """
        loop = asyncio.get_running_loop()
        if not self._coming:
            loop.call_soon(self._keep_what_came)
        written = loop.create_future()
        self._coming.append((task, answer, written))
        await written

    def _keep_what_came(self) -> None:
        some, self._coming = self._coming, []
        try:
            self.keep_samples([(task, answer) for task, answer, _ in some])
        except Exception as error:
            for *_, written in some:
                if not written.done():
                    written.set_exception(error)
        else:
            for *_, written in some:
                if not written.done():
                    written.set_result(None)

    def keep_samples(self, some: Sequence[tuple[Task, Answer]]) -> None:
        """Put samples on record, on disk when this returns, but for those whose text is not the study's any more. What
        they come to is stored as any other answer."""
        if not some:
            return
        with self._study.write(self._actor) as writer:
            for task, answer in some:
                if answer.served is not None and (model := _one_line(answer.served.model)):
                    self.stored.models[model] += 1
                if answer.raw and self._reader.holds(task.segment):
                    store_sample(
                        writer,
                        self.run,
                        task.segment,
                        answer.task_hash,
                        storable(_SURROGATES.sub("\ufffd", answer.raw[:MOST_RAW])),
                        context=self._context(answer, task.segment),
                        tokens=counted(answer),
                        served=told_of(answer.served),
                    )

    def _context(self, said: Answer | Failure, segment: str) -> tuple[str, ...]:
        return said.context if said.context is not None else self._contexts.get(segment, ())

    async def store(self, batch: tuple[Checked | Failure, ...]) -> None:
        """Store a batch: on disk when this returns.

        It goes in portions, each all or nothing and about as long as nobody notices, with pauses between them: whoever
        reviews meanwhile waits for one at most.
        """
        done = 0
        while done < len(batch):
            if done:
                await asyncio.sleep(PAUSE)
            portion = batch[done : done + self._portion]
            began = self._clock()
            counts = Stored()
            with self._study.write(self._actor) as writer:
                for outcome in portion:
                    self._store(writer, outcome, counts)
            self.stored.add(counts)
            done += len(portion)
            self._fit(len(portion), self._clock() - began)

    def _fit(self, size: int, seconds: float) -> None:
        """Make the next portion one that takes about AT_ONCE, growing slowly."""
        fitting = int(size * AT_ONCE / seconds) if seconds > 0 else MOST
        self._portion = max(LEAST, min(MOST, fitting, 2 * self._portion))

    def _store(self, writer: Writer, outcome: Checked | Failure, counts: Stored) -> None:
        said = outcome.answer if isinstance(outcome, Checked) else outcome
        if said.tokens_in is not None or said.tokens_out is not None:
            counts.spend(said.tokens_in or 0, said.tokens_out or 0)
        if said.served is not None and (model := _one_line(said.served.model)):
            counts.models[model] += 1
        context = self._context(said, said.segment)
        self._contexts.pop(said.segment, None)
        number = segment_number(self._study, said.segment)
        if not self._reader.still_holds(said.segment) or number is None:
            return
        if self.answered(number):
            counts.overtaken += 1
        elif isinstance(outcome, Checked):
            self.keep_answer(writer, outcome.answer, context)
            if outcome.answer.fitting or outcome.answer.proposed:
                counts.suggested += 1
            else:
                counts.no_code += 1
        else:
            kind = outcome.kind.value
            detail = storable(outcome.detail)
            raw = None if outcome.raw is None else storable(outcome.raw[:MOST_RAW_OF_FAILURE])
            store_failure(
                writer, self.run, outcome.segment, outcome.task_hash, kind, detail, counted(outcome),
                raw=raw, context=context, served=told_of(outcome.served),
            )  # fmt: skip
            counts.failed[kind] += 1
            counts.details.setdefault(kind, Counter())[detail] += 1

    def answered(self, number: int) -> bool:
        """Whether the run has an answer for the segment."""
        return has_answer(self._study, self.run, number)

    def keep_answer(self, writer: Writer, answer: Answer, context: tuple[str, ...]) -> None:
        """Store an answer that was checked, inside an open transaction."""
        candidates = [
            NewCandidate(
                candidate.code,
                candidate.fits,
                candidate.confidence,
                candidate.confidence_method,
                candidate.evidence,
                candidate.evidence_state,
                storable(candidate.rationale),
                candidate.basis,
                candidate.votes,
            )
            for candidate in answer.candidates
        ]
        store_set(
            writer,
            self.run,
            answer.segment,
            answer.task_hash,
            candidates,
            raw=None if answer.raw is None else storable(answer.raw),
            context=context,
            tokens=None if answer.gathered else counted(answer),
            served=told_of(answer.served),
            offered=answer.offered,
        )


def counted(said: Answer | Failure) -> tuple[int, int] | None:
    """The tokens in and out that an outcome took; None where nobody counted."""
    known = said.tokens_in is not None or said.tokens_out is not None
    return (said.tokens_in or 0, said.tokens_out or 0) if known else None


def told_of(served: Served | None) -> str | None:
    """What an endpoint said of itself, a line each, as `store_set` takes it."""
    if served is None:
        return None
    return "\n".join(
        (
            _one_line(served.model),
            _one_line(served.fingerprint),
            "" if served.milliseconds is None else str(served.milliseconds),
        )
    )


def _one_line(text: str | None) -> str:
    return " ".join(_SURROGATES.sub("\ufffd", storable(text or ""))[:MOST_OF_NAME].split())


def storable(text: str) -> str:
    """A model's words without the one character that no study file holds."""
    return text.replace("\x00", "\ufffd")
