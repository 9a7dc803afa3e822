"""The default model: sentence vectors and runs of characters, compared with the codes' wordings and with what was
decided, by a head that is fitted once for a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy

from suggest.models.embedded.comparing import Compared, Teaching
from suggest.models.embedded.encoding import DIMENSIONS, Encoder, Numbers, Vectors
from suggest.models.embedded.evidence import Evidence
from suggest.models.embedded.fitting import DEFAULT_THRESHOLD, LEAST_SAMPLE, SURE_LESSONS, strength, untaught_threshold
from suggest.models.embedded.grams import Grams
from suggest.models.embedded.head import READINGS, Head, families
from suggest.models.embedded.judging import Judgement, Judgements, frozen, halves, judge
from suggest.models.embedded.lessons import chosen, gather, targets
from suggest.models.embedded.likeness import Reading, wordings
from suggest.models.embedded.parts import parts
from suggest.models.embedded.reading import Texts
from suggest.models.embedded.talk import Talk, as_task, texts_of
from suggest.models.embedded.vectors import VectorStore
from suggest.models.embedded.wording import Wording, rationale, wording_of
from suggest.models.hashes import TaskIdentity, training_hash
from suggest.models.interface import (
    MILLION,
    Answer,
    Candidate,
    Example,
    ModelProfile,
    OfferedCode,
    Outcome,
    Price,
    Scalar,
    Task,
)
from suggest.models.wordings import Wordings
from suggest.models.words import features, words

VERSION = 2
MOST_CANDIDATES = 8
LEAST_CANDIDATES = 5
MOST_BASIS, WEAK_BASIS = 5, 2
"""So many segments at most speak for a candidate that fits, and for one that does not."""

BATCH = 64
"""So many tasks are worked on together. An interruption waits for one batch."""

MOST_ROWS = 512
"""So many texts and parts of texts are compared with all that was learned at a time."""

ENCODE_AT_ONCE = 256
MOST_IN_FULL = 2_000
"""In larger trees the wording of a code is one text, not three and its examples."""


class EmbeddedSuggester:
    """A `Suggester` that computes on this machine, frozen at construction: the same task gets the same answer, but for
    rounding in the sixth decimal by what is asked together.

    `examples` teach by likeness. What was decided on the segment that is asked about changes nothing in its answer:
    see `Head.scores` and `Judgements`.
    """

    def __init__(
        self,
        codes: Sequence[OfferedCode],
        examples: Iterable[Example],
        encoder: Encoder,
        *,
        vectors: VectorStore | None = None,
        parameters: Mapping[str, Scalar] | None = None,
        sample: Callable[[], Sequence[Task]] | None = None,
        name: str = "embedded",
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`parameters` are those of the run that the model is made again for: how to read and what fits stand in them,
        and nothing is computed before `prepare`. Without them both are learned here from the examples; where they are
        few, what fits is read off how the segments of `sample` score by the wordings alone. `progress` hears how many
        texts of how many have been read before the first answer. Raises ValueError for two codes of one id or a
        threshold out of range."""
        self._codes = tuple(sorted(codes, key=lambda code: (code.path, code.id)))
        positions = {code.id: position for position, code in enumerate(self._codes)}
        if len(positions) != len(self._codes):
            raise ValueError("two of the codes have the same id")
        learned_from = tuple(examples)
        self._encoder, self._sample, self._progress = encoder, sample, progress
        self._texts = Texts(encoder, vectors)
        self._lessons = chosen(gather(learned_from, positions))
        self._rows = {lesson.example.segment: row for row, lesson in enumerate(self._lessons)}
        self._half = halves(self._lessons)
        self._heads: dict[Reading, Head] = {}
        known = frozen(parameters or {}, halved=bool(self._lessons))
        if known is not None and not 0 <= known.whole.threshold <= MILLION:
            raise ValueError("a threshold lies between 0 and 1,000,000 millionths")
        self._judgements = known or self._judged()
        training = training_hash(learned_from)
        self._profile = ModelProfile(
            name=name,
            kind="embedded",
            identity=f"embedded-{VERSION}-{encoder.identity}" + (f"+{training[:16]}" if training else ""),
            capabilities=frozenset({"evidence", "rationale", "learns"}),
            price=Price(0, 0),
            training=training,
            parameters=self._judgements.parameters(),
        )
        self._identity = TaskIdentity(self._codes, "", self._profile.identity, dict(self._profile.parameters))

    @property
    def profile(self) -> ModelProfile:
        return self._profile

    @property
    def codes(self) -> tuple[OfferedCode, ...]:
        return self._codes

    def task_hash(self, task: Task) -> str:
        """See `TaskIdentity`; there is no prompt."""
        return self._identity.of(task)

    async def suggest(self, tasks: AsyncIterable[Task]) -> AsyncIterator[Outcome]:
        """One answer for each task, in the order of the tasks, some at a time."""
        self.prepare()
        batch: list[Task] = []
        async for task in tasks:
            batch.append(task)
            if len(batch) == BATCH:
                for answer in await self._answers(batch):
                    yield answer
                batch = []
        for answer in await self._answers(batch):
            yield answer

    async def aclose(self) -> None:
        """Ends the encoder. Safe to call twice."""
        self._encoder.close()

    async def _answers(self, tasks: Sequence[Task]) -> list[Answer]:
        texts = texts_of(tasks)
        missing = self._texts.wanting(texts)
        if missing:
            # The store belongs to this thread, the encoder waits for its process: only the latter goes elsewhere.
            self._texts.keep(await asyncio.to_thread(self._texts.encoded, missing), texts)
        answers = await asyncio.to_thread(self.answers_at_hand, tasks)
        self._texts.trim()
        return answers

    def answers(self, tasks: Sequence[Task]) -> list[Answer]:
        """What `suggest` gives, for callers without an event loop."""
        texts = texts_of(tasks)
        self.prepare()
        self._texts.keep(self._texts.encoded(self._texts.wanting(texts)), texts)
        return self.answers_at_hand(tasks)

    def answers_at_hand(self, tasks: Sequence[Task]) -> list[Answer]:
        """The ranked candidates for each segment, up to eight, or every code of a smaller tree. The vectors of all
        their texts are at hand."""
        found: dict[int, Answer] = {}
        rows = [self._rows.get(task.segment) for task in tasks]
        judged = [self._judgements.of_row(None if row is None else int(self._half[row])) for row in rows]
        for reading in dict.fromkeys(judgement.reading for judgement in judged):
            head = self._head(reading)
            alike_read = [n for n, judgement in enumerate(judged) if judgement.reading == reading]
            for some in _in_batches(alike_read, [1 + len(parts(tasks[n].text)) for n in alike_read]):
                alike = head.contributions(self._talk.with_parts([tasks[n] for n in some]))
                scores = head.scores(alike)
                first = 0
                for n in some:
                    last = first + 1 + len(parts(tasks[n].text))
                    row = rows[n]
                    own = scores[first:last] if row is None else head.scores(alike[first:last], row)
                    found[n] = self._answer(tasks[n], own, alike[first], row, judged[n])
                    first = last
        return [found[n] for n in range(len(tasks))]

    def _answer(self, task: Task, scores: Numbers, alike: Vectors, row: int | None, judgement: Judgement) -> Answer:
        threshold, head = judgement.threshold, self._head(judgement.reading)
        ranked = [int(code) for code in numpy.argsort(-scores[0], kind="stable")[:MOST_CANDIDATES]]
        fitting = [code for code in ranked if 0 < round(float(scores[0][code]) * MILLION) >= threshold]
        ranked = ranked[: max(len(fitting), LEAST_CANDIDATES)]
        told = list(dict.fromkeys(word.surface for word in words(task.text)))
        query = list(dict.fromkeys(feature for surface in told for feature in features(surface)))
        shared = self._words.weights(self._words.telling(query), fitting)
        places, least = Evidence(task), threshold / MILLION
        candidates = []
        for code in ranked:
            score = round(float(scores[0][code]) * MILLION)
            fits = code in fitting
            own, by_talk = head.shares(alike, code, row)
            evidence = places.best(scores[:, code], self._of_turn(task, code, row, head) if fits else None, least)
            named = self._words.named(code, shared[code], told) if fits else []
            candidates.append(
                Candidate(
                    code=self._codes[code].id,
                    fits=fits,
                    confidence=strength(score, threshold),
                    confidence_method="rank",
                    evidence=None if evidence is None else (evidence.start, evidence.end),
                    evidence_state="none" if evidence is None else "exact",
                    rationale=rationale(score, fits, own, float(by_talk.clip(0).sum()), named),
                    basis=self._basis(head, code, by_talk, MOST_BASIS if fits else WEAK_BASIS) if score > 0 else (),
                )
            )
        return Answer(task.segment, tuple(candidates), self.task_hash(task), sample=task.sample)

    def _basis(self, head: Head, code: int, by_talk: Numbers, most: int) -> tuple[str, ...]:
        """The segments whose codings speak loudest for a code, the loudest first."""
        loudest = numpy.argsort(-by_talk, kind="stable")[:most]
        rows = head.given[code][loudest[by_talk[loudest] > 0]]
        return tuple(self._lessons[row].example.segment for row in rows)

    def _of_turn(self, task: Task, code: int, row: int | None, head: Head) -> Callable[[str], Numbers]:
        """What a neighbouring turn and its parts would score for a code if they stood where the segment does."""

        def scored(text: str) -> Numbers:
            turn = self._talk.with_parts([task], text)
            return head.scores(head.contributions(turn), row)[:, code]

        return scored

    def prepare(self) -> None:
        """Read what there is to learn from and fit the head, unless that was done. In the thread that the store of
        the vectors belongs to. Raises SecondCoderError where the encoder cannot be run."""
        self._head(self._judgements.whole.reading)

    def _head(self, reading: Reading) -> Head:
        if reading not in self._heads:
            self._heads[reading] = Head(self._compared, reading)
        return self._heads[reading]

    def _judged(self) -> Judgements:
        untaught = self._untaught() if len(self._lessons) < SURE_LESSONS else DEFAULT_THRESHOLD
        found, head = judge(self._compared, self._half, untaught)
        self._heads[head.reading] = head
        return found

    def _untaught(self) -> int:
        """The threshold (millionths) that would hold had nothing been decided."""
        sample = [] if self._sample is None else [replace(task, before=(), after=()) for task in self._sample()]
        if len(sample) < LEAST_SAMPLE:
            return DEFAULT_THRESHOLD
        head = Head(Compared(self._compared.teaching.untaught()), READINGS[0])
        self._read(texts_of(sample))
        return untaught_threshold(head.scores(head.contributions(self._talk.whole(sample))))

    @cached_property
    def _words(self) -> Wordings:
        return Wordings(self._codes)

    @cached_property
    def _wording(self) -> list[Wording]:
        return [wording_of(code, brief=len(self._codes) > MOST_IN_FULL) for code in self._codes]

    @cached_property
    def _compared(self) -> Compared:
        """All that there is to learn from, read."""
        lessons = [as_task(lesson.example) for lesson in self._lessons]
        of_codes = dict.fromkeys(text for wording in self._wording for text in wording.texts)
        self._read({**texts_of(lessons), **of_codes})
        grams = Grams([wording.whole for wording in self._wording] + [task.text for task in lessons])
        labels = dict.fromkeys(task.speaker.casefold() for task in lessons if task.speaker)
        self._talk = Talk(self._texts, grams, {label: number for number, label in enumerate(labels)})
        of_code = numpy.repeat(numpy.arange(len(self._codes)), [len(wording.texts) for wording in self._wording])
        documents = {document: number for number, document in enumerate(dict.fromkeys(x.document for x in lessons))}
        vectors = [self._texts.whole(text) for wording in self._wording for text in wording.texts]
        teaching = Teaching(
            wordings(
                numpy.array(vectors, numpy.float32).reshape(-1, DIMENSIONS), grams.own[: len(self._codes)], of_code
            ),
            of_code,
            self._talk.whole(lessons, grams.own[len(self._codes) :]),
            targets(self._lessons, len(self._codes)),
            numpy.array([documents[task.document] for task in lessons], numpy.int64),
            families([code.path for code in self._codes]),
        )
        self._texts.trim()
        return Compared(teaching)

    def _read(self, texts: Mapping[str, str | None]) -> None:
        missing = self._texts.wanting(texts)
        for first in range(0, len(missing), ENCODE_AT_ONCE):
            self._texts.keep(self._texts.encoded(missing[first : first + ENCODE_AT_ONCE]), texts)
            if self._progress is not None:
                self._progress(min(first + ENCODE_AT_ONCE, len(missing)), len(missing))


def _in_batches(numbers: Sequence[int], rows: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in order, together for as long as their rows are not too many."""
    batch: list[int] = []
    held = 0
    for number, count in zip(numbers, rows, strict=True):
        if batch and held + count > MOST_ROWS:
            yield batch
            batch, held = [], 0
        batch.append(number)
        held += count
    if batch:
        yield batch
