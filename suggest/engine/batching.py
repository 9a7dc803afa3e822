"""Questions out to files and answers in from files: for batch endpoints, and for machines that this one cannot reach.

A question is called by the keyed hash of its task, which tells nobody anything and finds its segment again, whenever
and in whatever order results come. The same question is in the files once, however many segments ask it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias, TypeVar

from suggest.engine.checks import Checked, check_answer, check_failure
from suggest.engine.keeping import Keeper
from suggest.engine.pipeline import Progress
from suggest.engine.planning import Plan, close, closed_on_error, make_plan
from suggest.engine.profiles import Profile, find_profile
from suggest.engine.runs import RunReport, begin_planned, nothing_to_do, report_of
from suggest.engine.samples import recalling
from suggest.engine.sending import Outbox, refuse_unless_allowed
from suggest.engine.tasks import CHUNK, Selection, TaskReader
from suggest.engine.wordings import unchanged
from suggest.errors import BadInput, Refused
from suggest.models.chat.batch_files import RequestFiles, Result, Results, read_results
from suggest.models.chat.budget import UNLIMITED, Ceiling, cost_of
from suggest.models.chat.calls import CallFailed, Reply
from suggest.models.chat.counting import most_tokens
from suggest.models.chat.suggester import ChatSuggester
from suggest.models.interface import Answer, Failure, FailureKind, Price, Task
from suggest.study.canonical import keyed_digest
from suggest.study.exports import note_exports
from suggest.study.leases import Lease
from suggest.study.runs import end_run, latest_run
from suggest.study.selecting import has_failed
from suggest.study.study import Study

Item = TypeVar("Item")


@dataclass(frozen=True)
class Written:
    """What was written: `requests` for so many `segments` (fewer where segments ask the same, more where each is asked
    several times), of `resumed` that have an answer already nothing. `most` is the most that the answers can cost, in
    millionths of a US dollar at the profile's price, None where that is unknown; `run` is None where nothing was left
    to ask."""

    run: str | None
    files: tuple[Path, ...]
    requests: int
    segments: int
    resumed: int
    most: int | None
    remark: str


@dataclass(frozen=True)
class ReadIn:
    """What came of files of results: the run's report, how many results there were, how many of them `belong` to what
    has no answer yet, and the places of lines that are no results (the first hundred of `unreadable_count`)."""

    report: RunReport
    results: int
    belong: int
    unreadable: tuple[str, ...]
    unreadable_count: int

    @property
    def strangers(self) -> int:
        """Results of questions that are answered already or that the study would not ask now."""
        return self.results - self.belong


def write_batch(
    study: Study,
    actor: str,
    profile: str,
    path: Path,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    ceiling: Ceiling = UNLIMITED,
    progress: Callable[[Progress], None] | None = None,
    stays: bool = True,
    samples: int = 1,
) -> Written:
    """Write what `suggest` would ask to request files, and put on record that these words go to the profile's host and,
    where the files stay, that they hold words of the study.

    Refused where text would leave for a host that the study does not allow, and where the answers could cost more than
    the ceiling; then no file is there. BadInput as `suggest`, for a model that is not behind an endpoint, and for a
    file that is there already.
    """
    chosen = _chat_profile(study, profile)
    plan = make_plan(study, chosen, selection or Selection(), redo=redo, ceiling=ceiling, samples=samples)
    model = _chat(plan)
    model.recall = recalling(study, plan.known)
    with closed_on_error(model):
        if not plan.ask:
            close(model)
            return Written(None, (), 0, 0, plan.resumed, 0, plan.remark)
        refuse_unless_allowed(study, plan.profile, len(plan.ask))
        most = _refuse_above(ceiling, plan.profile.price, _tokens(study, plan, model))
        with RequestFiles(path) as files:
            with _begun(study, actor, plan) as lease:
                try:
                    segments = _write(study, actor, plan, lease, files, progress)
                finally:
                    end_run(study, actor, lease.run, "stopped")
            with study.write(actor) as writer:
                written = files.finish()
                if stays:
                    note_exports(writer, written)
    close(model)
    return Written(lease.run, written, files.requests, segments, plan.resumed, most, plan.remark)


def read_batch(
    study: Study,
    actor: str,
    profile: str,
    paths: Sequence[Path],
    *,
    progress: Callable[[Progress], None] | None = None,
) -> ReadIn:
    """Take in results for what has no answer yet, checked as any answer; what has no result stays left over.

    They are taken for as many samples of each question as the profile's newest run has asked for. Files may come in
    any order, in parts and again: an answer is stored once. BadInput for files that are no results, and where none of
    them answers anything that the study would ask now; then nothing is stored.
    """
    results = read_results(paths)
    plan = make_plan(study, _chat_profile(study, profile), Selection(), samples=_samples_asked(study, profile))
    _chat(plan).recall = recalling(study, plan.known)
    with closed_on_error(plan.model):
        if plan.goes_on is not None and not plan.ask:
            report = nothing_to_do(study, actor, plan)
            return ReadIn(report, len(results), 0, tuple(results.unreadable), results.bad)
        found, left = _take_in(study, actor, plan, results, progress)
    close(plan.model)
    return ReadIn(found, len(results), left, tuple(results.unreadable), results.bad)


def question_name(study: Study, model: ChatSuggester, task: Task) -> str:
    """What a task's question is called in files: always the same for the same question of the same study."""
    return f"sc-{keyed_digest(study.secret, model.call_hash(task))[:40]}"


def _samples_asked(study: Study, profile: str) -> int:
    """How often the profile's newest run asked each question."""
    newest = latest_run(study, profile)
    return int(newest.parameters.get("samples", 1)) if newest else 1


def _chat_profile(study: Study, name: str) -> Profile:
    profile = find_profile(name, study)
    if profile.kind == "decisions":
        raise BadInput("request files hold chat completions, and this profile asks for decisions.", place=name)
    if profile.kind != "chat":
        raise BadInput(
            "this model works on this machine by itself, so there is nothing to put into request files.",
            place=name,
            advice="Files are for models behind an endpoint: 'secondcoder models STUDY add' keeps one.",
        )
    return profile


def _chat(plan: Plan) -> ChatSuggester:
    assert isinstance(plan.model, ChatSuggester)
    if plan.model.per_call > 1:
        close(plan.model)
        raise BadInput(
            "this profile asks about several segments at once, and request files hold a question for each.",
            place=plan.profile.name,
            advice="Keep another profile without --per-call for them.",
        )
    return plan.model


@contextmanager
def _begun(study: Study, actor: str, plan: Plan) -> Iterator[Lease]:
    """The lease on the run, begun or gone on with, for as long as no other process works on it."""
    lease = begin_planned(study, actor, plan, overtaken=True)
    if lease is None:
        raise BadInput("somebody drew a blind core meanwhile.", advice="Say the same command again.")
    try:
        yield lease
    finally:
        with study.write(actor):
            lease.release(study)


def _tokens(study: Study, plan: Plan, model: ChatSuggester) -> tuple[int, int]:
    """The most tokens in and out that the questions and their answers can come to."""
    names = set[str]()
    tokens_in = 0
    for _, task in TaskReader(study, plan.profile.scope).tasks(plan.ask):
        asked = {question_name(study, model, call): call for call in model.calls_of(task)}
        new = [call for name, call in asked.items() if name not in names]
        names.update(asked)
        if new:
            tokens_in += len(new) * most_tokens(model.request(task)[0].messages)
    return tokens_in, len(names) * model.most_output


def _refuse_above(ceiling: Ceiling, price: Price | None, tokens: tuple[int, int]) -> int | None:
    """What so many tokens cost; Refused where that is above the ceiling, or cannot be known."""
    cost = None if price is None else cost_of(price, *tokens)
    if ceiling.tokens is not None and sum(tokens) > ceiling.tokens:
        raise Refused(
            f"The questions and their answers could take {sum(tokens):,} tokens, which is more than --max-tokens "
            "allows. No file was written."
        )
    if ceiling.cost is not None and (cost is None or cost > ceiling.cost):
        told = "What they cost is not known" if cost is None else f"They could cost {cost / 1_000_000:.2f} US dollars"
        raise Refused(f"{told}, and --max-cost allows {ceiling.cost / 1_000_000:g}. No file was written.")
    return cost


def _write(
    study: Study,
    actor: str,
    plan: Plan,
    lease: Lease,
    files: RequestFiles,
    progress: Callable[[Progress], None] | None,
) -> int:
    """Write the questions, each chunk of them on record first; for how many segments they are."""
    model, began = _chat(plan), time.monotonic()
    reader = TaskReader(study, plan.profile.scope, remembers=True)
    outbox = Outbox(study, actor, lease.run, plan.profile, holds=reader.holds, let_go=reader.forget,
                    still=unchanged(study, plan.codes, plan.limited_to), lease=lease)  # fmt: skip
    names = set[str]()
    segments = 0
    for chunk in _chunks(reader.tasks(plan.ask)):
        asked = {question_name(study, model, call): call for _, task in chunk for call in model.calls_of(task)}
        requests = [(name, *model.request(task)) for name, task in asked.items() if name not in names]
        names.update(asked)
        lengths = [(question, sum(len(one.content) for one in question.messages)) for _, question, _ in requests]
        for (name, _, body), goes in zip(requests, outbox.recorded(lengths), strict=True):
            if goes:
                files.write(name, body)
        for _, task in chunk:
            reader.forget(task.segment)
        segments += len(chunk)
        if progress is not None:
            progress(Progress(segments, len(plan.ask), segments / ((time.monotonic() - began) or 1.0)))
    return segments


def _take_in(
    study: Study, actor: str, plan: Plan, results: Results, progress: Callable[[Progress], None] | None
) -> tuple[RunReport, int]:
    model, began = _chat(plan), time.monotonic()
    reader = TaskReader(study, plan.profile.scope, remembers=True)
    waiting = _with_results(study, model, reader, plan, results)
    first = next(waiting, None)
    if first is None:
        raise BadInput(
            f"none of the {len(results)} results answers a question that has no answer yet.",
            advice="They may have been read in before, or the code tree, the prompt or the words have changed since "
            "the requests were written.",
        )
    with _begun(study, actor, plan) as lease:
        keeper = Keeper(study, actor, lease.run, reader, with_context=plan.profile.reads_aloud)
        model.recall = recalling(study, (*plan.known, lease.run))
        names = set[str]()
        taken = 0
        for chunk in _chunks(chain([first], waiting)):
            with study.write(actor):
                lease.hold(study)
            names.update(name for _, answers in chunk for name, _, _ in answers)
            outcomes = tuple(_new(study, model, lease.run, keeper, chunk))
            asyncio.run(keeper.store(outcomes))
            taken += len(outcomes)
            if progress is not None:
                progress(Progress(taken, None, taken / ((time.monotonic() - began) or 1.0)))
        left = len(plan.ask) - keeper.stored.outcomes
        end_run(study, actor, lease.run, "stopped" if left or not plan.whole else "done")
    return report_of(study, plan, lease.run, keeper.stored, time.monotonic() - began, "done"), len(names)


def _new(
    study: Study, model: ChatSuggester, run: str, keeper: Keeper, chunk: Sequence[Answered]
) -> Iterator[Checked | Failure]:
    """What the results say; a failure where the run holds one already says nothing new, and is not counted again.

    Of several samples those that were answered are on record first; a segment has an outcome once all are there.
    """
    ready: list[tuple[Task, Answer | Failure]] = []
    samples: list[tuple[Task, Answer]] = []
    for task, answers in chunk:
        known, failed = has_failed(study, run, task.segment), None
        keeper.handed_out(task)
        for _, call, result in answers:
            reply = _reply(result)
            said = model.received(call, reply)
            if isinstance(said, Failure) and known:
                continue
            model.charged(call, reply)
            if isinstance(said, Failure):
                failed = failed or said
            elif model.samples > 1:
                samples.append((call, said))
            else:
                ready.append((task, said))
        if failed is not None:
            ready.append((task, replace(failed, task_hash=model.task_hash(task), sample=task.sample)))
    keeper.keep_samples(samples)
    if model.samples > 1:
        failed_ones = {task.segment for task, _ in ready}
        gathered = ((task, model.gathered(task)) for task, _ in chunk if task.segment not in failed_ones)
        ready += [(task, found) for task, found in gathered if found is not None]
    stored = {task.segment for task, _ in ready}
    for task, _ in chunk:
        if task.segment not in stored:
            keeper.let_go(task.segment)
    for task, said in ready:
        if isinstance(said, Failure):
            yield check_failure(said, model.task_hash(task))
        else:
            yield check_answer(task, said, model.codes)


Answered: TypeAlias = tuple[Task, tuple[tuple[str, Task, Result], ...]]
"""A segment's task, and for each of its questions that has a result the name, the single task and the result."""


def _with_results(
    study: Study, model: ChatSuggester, reader: TaskReader, plan: Plan, results: Results
) -> Iterator[Answered]:
    for _, task in reader.tasks(plan.ask):
        named = ((question_name(study, model, call), call) for call in model.calls_of(task))
        found = tuple((name, call, result) for name, call in named if (result := results.get(name)) is not None)
        if found:
            yield task, found
        else:
            reader.forget(task.segment)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    return iter(lambda: list(islice(waiting, CHUNK)), [])


_KINDS = {
    "content_filter": (FailureKind.CONTENT_FILTER, "the endpoint's content filter held the question back"),
    "context_length_exceeded": (
        FailureKind.CONTEXT_OVERFLOW,
        "the prompt is longer than what the model takes at once",
    ),
}


def _reply(result: Result) -> Reply | CallFailed:
    from suggest.models.chat.client import reply_of

    if not result.answered:
        kind, detail = _KINDS.get(result.error, (FailureKind.TRANSPORT, ""))
        status = f" {result.status}" if result.status else ""
        return CallFailed(kind, detail or f"the batch tells of an error{status} {result.error}".rstrip())
    assert result.body is not None
    try:
        return reply_of(result.body, 0.0)
    except CallFailed as failed:
        return failed
