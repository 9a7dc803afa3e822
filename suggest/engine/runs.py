"""A run: from the study through a model into the study, stored batch by batch, so that it can be ended at any time
and goes on where it was."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from suggest.engine.confidence import confidence_method
from suggest.engine.keeping import Keeper, Stored
from suggest.engine.pipeline import Progress, RunTally, run_tasks
from suggest.engine.planning import Plan, close, closed_on_error, make_plan
from suggest.engine.profiles import Profile, find_profile
from suggest.engine.samples import recalling
from suggest.engine.sending import Outbox, refuse_unless_allowed
from suggest.engine.spending import Spending, spending
from suggest.engine.tasks import Selection, TaskReader, undefined
from suggest.engine.wordings import unchanged
from suggest.errors import BadInput, SecondCoderError
from suggest.models.chat.budget import UNLIMITED, Ceiling
from suggest.models.chat.suggester import ChatSuggester
from suggest.models.interface import ConfidenceMethod, Price, Scalar, Suggester, Task
from suggest.printable import counted
from suggest.study.cores import draw_before_learning, newest_draw
from suggest.study.leases import BEAT, Lease, new_lease
from suggest.study.runs import begin_run, end_run, latest_run, runs
from suggest.study.selecting import has_answer
from suggest.study.study import Study

Ended = Literal["done", "stopped", "failed", "halted", "ceiling", "refused"]


@dataclass(frozen=True)
class RunReport:
    """What a call of `suggest` did. `segments` = suggested + no_code + the failed + resumed, always.

    `model` is the model's identity; `resumed` had an answer already; `failed` counts by reason; `left` is what was
    selected and not come to; `cost`, `tokens` and `token_method` are those of `spent`, which also tells what was not
    counted; `details` is what was said most often of each kind of failure, `answered_as` what the endpoint calls the
    models that answered where that is not what was asked for. `ended` is "failed" where the model broke down time and
    again, "halted" where it said why it cannot go on (`why`), "ceiling" where the most that was to be spent is reached,
    "refused" where the study's own rules forbid to go on. `began` tells a new run; `remark` why, and
    `learned` from how many lessons: what one coder said of one code on one segment, or that a segment has no code.
    `warnings` are sentences about what makes the answers worse than they could be. Each question is asked `samples`
    times; `confidence` is how the confidences come about.
    """

    run: str
    number: int
    profile: str
    model: str
    suggested: int
    no_code: int
    failed: dict[str, int]
    resumed: int
    left: int
    tokens: tuple[int, int]
    token_method: str
    cost: int | None
    seconds: float
    ended: Ended
    began: bool
    learned: int
    remark: str
    why: str = ""
    warnings: tuple[str, ...] = ()
    spent: Spending = field(default_factory=Spending)
    details: dict[str, str] = field(default_factory=dict)
    answered_as: tuple[str, ...] = ()
    samples: int = 1
    confidence: ConfidenceMethod = "none"

    @property
    def segments(self) -> int:
        return self.suggested + self.no_code + sum(self.failed.values()) + self.resumed


def suggest(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    progress: Callable[[Progress], None] | None = None,
    reading: Callable[[int, int], None] | None = None,
    ceiling: Ceiling = UNLIMITED,
    prompt: str | None = None,
    samples: int = 1,
) -> RunReport:
    """Suggest codes for what has no answer yet in the current run of a profile; with `redo` begin a new run.

    Which run goes on and what counts as answered is said at `make_plan`. Failures are missing, so they are asked
    again; decisions made since a run began teach only the next one, which `redo`, a changed tree or a changed text
    begins. Answers are stored as they come, with several `samples` each of these: what is on disk when a process dies
    is not asked again. An interruption
    (SIGINT) stores what was received and ends the run "stopped". Several processes may work on one run, but for a model
    that is asked through an endpoint; a segment is stored once, by whoever is first. `actor` is a coder's id; `reading`
    hears how many texts of how many were read before the first question. BadInput for an unknown profile, an empty
    tree, or a selection that names what is not there.
    """
    chosen = priced_profile(study, profile, prompt, ceiling)

    def plan() -> Plan:
        return make_plan(
            study, chosen, selection or Selection(), redo=redo, reading=reading, ceiling=ceiling, samples=samples
        )

    report = carry_through(study, actor, plan, regardless=redo, progress=progress)
    assert report is not None
    return report


def priced_profile(study: Study, name: str, prompt: str | None, ceiling: Ceiling) -> Profile:
    """The profile of that name, asked with its own prompt or this one. BadInput as `find_profile`, and where what it
    costs cannot be limited."""
    chosen = find_profile(name, study, prompt=prompt)
    if ceiling.cost is not None and not isinstance(chosen.price, Price):
        raise BadInput(
            "the price of this model is not known, so what it costs cannot be limited.",
            place=name,
            advice="Say its price with 'secondcoder models STUDY add', or limit the tokens with --max-tokens.",
        )
    return chosen


def carry_through(
    study: Study,
    actor: str,
    make: Callable[[], Plan | None],
    *,
    regardless: bool,
    progress: Callable[[Progress], None] | None,
) -> RunReport | None:
    """Plan and run, and plan again where the study moved on in between; None where there is no plan.

    A run that is about to learn has the blind core drawn first, so that nothing in it is learned from. `regardless`:
    a run begins even if another process has begun one since.
    """
    drawn = 0
    while True:
        plan = make()
        if plan is None:
            return None
        if drawn:
            note = f"The blind core of {counted(drawn, 'document')} was drawn first: nothing in it is learned from."
            plan = replace(plan, remark=f"{note} {plan.remark}".strip())
        if plan.goes_on is not None and not plan.ask:
            return nothing_to_do(study, actor, plan)
        lease = None
        with closed_on_error(plan.model):
            refuse_unless_allowed(study, plan.profile, len(plan.ask))
            if plan.goes_on is None and plan.training is not None and (made := draw_before_learning(study, actor)):
                drawn += made
            else:
                lease = begin_planned(study, actor, plan, overtaken=regardless)
        if lease is not None:
            return _carry_out(study, actor, plan, lease, progress)
        close(plan.model)


def begin_planned(study: Study, actor: str, plan: Plan, *, overtaken: bool) -> Lease | None:
    """Log the run's beginning, unless one goes on, and take the lease on it where its questions may cost something.

    None if since the plan another process has begun one or a core was drawn; SecondCoderError where another process
    works on the run.
    """
    if plan.goes_on is not None:
        lease = new_lease(study, plan.goes_on.id)
        if isinstance(plan.model, ChatSuggester):
            with study.write(actor):
                lease.hold(study)
        return lease
    stated = plan.model.profile
    with study.write(actor) as writer:
        newest = latest_run(study, plan.profile.name)
        if not overtaken and (newest.id if newest else None) != plan.newest:
            return None
        if newest_draw(study) != plan.drawn:
            return None  # what is in a core now may be among what the plan has learned
        threshold = dict(stated.parameters).get("threshold")
        run = begin_run(
            study,
            writer,
            profile=plan.profile.name,
            identity=stated.identity,
            parameters=plan.parameters,
            prompt=plan.profile.prompt_hash,
            threshold=threshold if isinstance(threshold, int) else None,
            training=plan.training,
            codes=plan.limited_to,
            segments=len(plan.selected),
            baseline=plan.profile.baseline,
        )
        lease = new_lease(study, run)
        if isinstance(plan.model, ChatSuggester):
            lease.hold(study)
        return lease


def nothing_to_do(study: Study, actor: str, plan: Plan) -> RunReport:
    """The report of a run that goes on and has nothing left to ask; its model is let go."""
    assert plan.goes_on is not None
    close(plan.model)
    # A process that died after its last answer left the run open. A part of the segments says nothing about a run.
    if plan.whole and plan.goes_on.state != "done":
        end_run(study, actor, plan.goes_on.id, "done")
    return report_of(study, plan, plan.goes_on.id, Stored(), 0.0, "done")


def _carry_out(
    study: Study, actor: str, plan: Plan, lease: Lease, progress: Callable[[Progress], None] | None
) -> RunReport:
    run = lease.run
    reader = TaskReader(study, plan.profile.scope, remembers=True)
    keeper = Keeper(study, actor, run, reader, with_context=plan.profile.reads_aloud)

    def tasks() -> Iterator[Task]:
        for number, task in reader.tasks(plan.ask):
            if has_answer(study, run, number):
                keeper.stored.overtaken += 1
                reader.forget(task.segment)
            else:
                yield keeper.handed_out(task)

    def priced(state: Progress) -> None:
        if progress is not None:
            spent = spending(plan.model, (state.tokens_in, state.tokens_out))
            progress(replace(state, tokens_in=spent.tokens[0], tokens_out=spent.tokens[1], cost=spent.cost))

    if isinstance(plan.model, ChatSuggester):
        plan.model.recall, plan.model.keep = recalling(study, (*plan.known, run)), keeper.keep_sample
        plan.model.sending = Outbox(study, actor, run, plan.profile, holds=reader.holds, let_go=keeper.let_go,
                                    still=unchanged(study, plan.codes, plan.limited_to), lease=lease)  # fmt: skip
    began = time.monotonic()
    try:
        beat = prolonging(study, actor, lease) if isinstance(plan.model, ChatSuggester) else None
        tally = asyncio.run(drive(plan.model, tasks(), keeper, len(plan.ask), priced, beat))
    finally:
        if isinstance(plan.model, ChatSuggester):
            with suppress(SecondCoderError), study.write(actor):
                lease.release(study)
    ended, why = ending(tally, keeper.stored.outcomes < len(plan.ask))
    end_run(study, actor, run, ended if ended in ("done", "failed") else "stopped")
    return report_of(study, plan, run, keeper.stored, time.monotonic() - began, ended, why)


def ending(tally: RunTally | None, something_left: bool) -> tuple[Ended, str]:
    """How a call ended, and why; `tally` is None where it was interrupted."""
    if tally is None:
        return ("stopped" if something_left else "done"), ""
    if tally.halted is not None:
        kind: Ended = "ceiling" if tally.halted.ceiling else "refused" if tally.halted.refused else "halted"
        return kind, str(tally.halted)
    return ("failed" if tally.ended == "broken" else "done"), ""


async def drive(
    model: Suggester,
    tasks: Iterator[Task],
    keeper: Keeper,
    total: int,
    progress: Callable[[Progress], None] | None,
    beat: Coroutine[Any, Any, None] | None,
) -> RunTally | None:
    """Run the tasks, with what goes on beside them; None if interrupted, with what was received on disk."""
    beating = None if beat is None else asyncio.create_task(beat)
    try:
        return await run_tasks(model, tasks, store=keeper.store, progress=progress, total=total)
    except asyncio.CancelledError:
        # asyncio.run turns SIGINT into this. The interruption ends here: the run is closed and reported.
        return None
    finally:
        if beating is not None:
            beating.cancel()
        await model.aclose()


async def prolonging(study: Study, actor: str, lease: Lease) -> None:
    """Prolong the lease while answers are waited for. Where that fails the next question finds out."""
    while True:
        await asyncio.sleep(BEAT)
        with suppress(SecondCoderError), study.write(actor):
            lease.hold(study)


def report_of(
    study: Study, plan: Plan, run: str, stored: Stored, seconds: float, ended: Ended, why: str = ""
) -> RunReport:
    """What a call that carried this plan out into this run has done."""
    number = next(item.number for item in runs(study) if item.id == run)
    spent = spending(plan.model, stored.tokens)
    return RunReport(
        run,
        number,
        plan.profile.name,
        plan.model.profile.identity,
        stored.suggested,
        stored.no_code,
        dict(sorted(stored.failed.items())),
        plan.resumed + stored.overtaken,
        len(plan.ask) - stored.outcomes,
        spent.tokens,
        spent.method,
        spent.cost,
        seconds,
        ended,
        plan.goes_on is None,
        plan.training.count if plan.training else 0,
        plan.remark,
        why,
        _warnings(study, plan, number),
        spent,
        {kind: found.most_common(1)[0][0] for kind, found in sorted(stored.details.items())},
        tuple(model for model in sorted(stored.models) if not _is_asked_for(plan.model, model)),
        int(plan.parameters.get("samples", 1)),
        confidence_method(plan.parameters),
    )


def narrowed_by(model: Suggester) -> Scalar:
    """What finds the codes that each segment is asked about; None where it is asked about all."""
    return dict(model.profile.parameters).get("narrowed_by")


def _is_asked_for(model: Suggester, said: str) -> bool:
    return not isinstance(model, ChatSuggester) or model.is_asked_for(said)


def _warnings(study: Study, plan: Plan, number: int) -> tuple[str, ...]:
    found = []
    if by := narrowed_by(plan.model):
        found.append(
            "The code tree is larger than the model's context, so each segment is asked about the nearest codes alone, "
            f"found by {str(by).partition('-')[0]}. What was not offered counts as missing, never as a no."
        )
    if bare := len(undefined(plan.codes)):
        found.append(
            f"{bare} of {len(plan.codes)} codes have no definition: until enough is decided the model knows them by "
            "name alone. 'secondcoder codes STUDY define CODE --definition TEXT' gives one."
        )
    if int(plan.parameters.get("samples", 1)) > 1 and plan.parameters.get("temperature") == 0:
        found.append(
            "The temperature is 0, so the samples differ little: their agreement tells how repeatable the answers are, "
            "and not how sure the model is. 'secondcoder models STUDY add' takes another --temperature."
        )
    if plan.profile.baseline and any(run.profile != plan.profile.name and run.codes is None for run in runs(study)):
        found.append(
            f"Where another model has answered, what the {plan.profile.name} baseline suggests is not shown. "
            f"'secondcoder settings STUDY set current_runs {number}' shows this run."
        )
    return tuple(found)
