"""A run that proposes new codes: a model behind an endpoint reads the segments beside the tree and says what it lacks.

Apart from the runs that suggest: nothing of it is a coding, and it goes to a worklist where people make codes of it.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from suggest.engine.endpoints import KeptEndpoint, asking, profile_of, prompt_of
from suggest.engine.keeping import Keeper, counted, storable, told_of
from suggest.engine.meanings import read_meanings
from suggest.engine.narrowing import encoder_here
from suggest.engine.own_profiles import usable_endpoints
from suggest.engine.pipeline import Progress
from suggest.engine.planning import PROMPTED, close, closed_on_error, tree_digest
from suggest.engine.profiles import PROFILES, Profile
from suggest.engine.prompts import PromptTemplate
from suggest.engine.proposed import parse_proposals
from suggest.engine.runs import Ended, drive, ending, prolonging
from suggest.engine.sending import Outbox, refuse_unless_allowed
from suggest.engine.spending import Spending, spending
from suggest.engine.tasks import Selection, TaskReader, offered_codes, selected
from suggest.engine.wordings import readable
from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.models.chat.budget import UNLIMITED, Ceiling, cost_of
from suggest.models.chat.questions import Ask, Question
from suggest.models.chat.suggester import Chat, ChatSuggester
from suggest.models.interface import Answer, Failure, OfferedCode, Price, Scalar, Task
from suggest.study.canonical import keyed_digest
from suggest.study.codes import load_tree
from suggest.study.leases import new_lease
from suggest.study.log import Writer
from suggest.study.proposals import (
    NewProposal,
    ProposalRun,
    has_proposed,
    proposal_runs,
    proposed_for,
    store_proposals,
)
from suggest.study.quoting import erasures_so_far
from suggest.study.runs import begin_run, end_run
from suggest.study.study import Study

PROMPT = "inductive"


@dataclass(frozen=True)
class ProposalReport:
    """What a call did. `segments` = proposed + nothing + the failed + resumed; `proposals` is how many codes were
    proposed in it. The rest as in `RunReport`."""

    run: str
    number: int
    profile: str
    model: str
    prompt: str
    proposed: int
    nothing: int
    proposals: int
    failed: dict[str, int]
    resumed: int
    left: int
    spent: Spending
    seconds: float
    ended: Ended
    began: bool
    why: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def segments(self) -> int:
        return self.proposed + self.nothing + sum(self.failed.values()) + self.resumed


@dataclass(frozen=True)
class ProposingPlan:
    """A call worked out before anything is stored: as `Plan`."""

    profile: Profile
    template: PromptTemplate
    model: ChatSuggester
    codes: tuple[OfferedCode, ...]
    selected: array[int]
    ask: array[int]
    goes_on: ProposalRun | None
    narrowed: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True)
class ProposingDryRun:
    """What a call would do and cost: as `DryRun`."""

    profile: str
    segments: int
    resumed: int
    calls: int
    tokens: tuple[int, int]
    token_method: str
    cost: int | None
    host: str
    messages: tuple[tuple[str, str], ...]
    prompt_version: str


def codes_so_far(study: Study) -> tuple[OfferedCode, ...]:
    """The codes of the tree; none where it is empty, since that is where one may begin."""
    return offered_codes(study) if load_tree(study).live() else ()


def plan_proposing(
    study: Study,
    profile: str,
    selection: Selection,
    *,
    redo: bool = False,
    prompt: str | None = None,
    ceiling: Ceiling = UNLIMITED,
) -> ProposingPlan:
    """Who is to be asked, and who has an answer: to the same words with the same prompt by the same model. That the
    tree has grown since asks nobody again, since every code that is made would; `redo` does.

    BadInput for a model that cannot be asked in words, a prompt for something else, and as `selected`.
    """
    kept = usable_endpoints(study).get(profile)
    if kept is None:
        what = "this model proposes no codes" if profile in PROFILES else "there is no such model profile"
        raise BadInput(f"{what}: a model behind an endpoint does.", place=profile,
                       advice="'secondcoder models STUDY list' names those that the study keeps.")  # fmt: skip
    if kept.endpoint.api == "decisions":
        raise BadInput("a model that is asked for decisions proposes nothing.", place=profile,
                       advice="Take a profile that is asked for chat completions.")  # fmt: skip
    template = prompt_of(study, prompt or PROMPT, "propose")
    if "beside" not in template.variables:
        kept = replace(kept, beside=False)  # else what is never shown would count as part of the question
    asked = profile_of(study, kept)
    if ceiling.cost is not None and not isinstance(asked.price, Price):
        raise BadInput("the price of this model is not known, so what it costs cannot be limited.", place=profile)
    with study.reading():
        numbers = selected(study, selection, leaving=asked.scope.leaving)
        codes = codes_so_far(study)
    model, narrowed = _model(study, kept, template, codes, ceiling)
    with closed_on_error(model):
        alike = [run for run in reversed(proposal_runs(study)) if _asks_alike(run, profile, template, model)]
        known = {} if redo else proposed_for(study, [run.id for run in alike])
        ask = _without_answer(study, asked, model, numbers, known)
    goes_on = None if redo or not alike else alike[0]
    named = replace(asked, prompt_hash=template.sha256, prompt=f"{template.name}@{template.version}")
    return ProposingPlan(named, template, model, codes, numbers, ask, goes_on, narrowed)


def _model(
    study: Study, kept: KeptEndpoint, template: PromptTemplate, codes: tuple[OfferedCode, ...], ceiling: Ceiling
) -> tuple[ChatSuggester, tuple[tuple[str, Scalar], ...]]:
    """The model, and how it is told which codes there are, where they are too many for it."""
    shown, quoted = readable(study, codes, leaving=kept.endpoint.leaving) if codes else ((), ())
    encoder = None if kept.endpoint.context is None else encoder_here()
    ask, two_steps = asking(study, kept, template, shown, quoted, encoder=encoder)

    def read(task: Task, raw: str, task_hash: str) -> Answer | Failure:
        return parse_proposals(task, raw, task_hash, shown)

    chat = Chat(
        kept.name,
        replace(kept.endpoint, logprobs=False),  # a proposal has no confidence
        (),  # what is asked does not hang on the codes there are, nor on how many: see `plan_proposing`
        _naming(ask, shown),
        read,
        template.prompt_version,
        kept.price,
        ceiling,
        close=encoder.close if encoder else lambda: None,
    )
    return ChatSuggester(chat), () if two_steps is None else two_steps.parameters


def _naming(ask: Ask, codes: Sequence[OfferedCode]) -> Ask:
    """The question with the codes that it lists, so that a place in the tree can be one of these alone."""
    ids = tuple(code.id for code in codes)

    def question(task: Task) -> Question:
        found = ask(task)
        return found if found.offered is not None else replace(found, offered=ids)

    return question


def _asks_alike(run: ProposalRun, profile: str, template: PromptTemplate, model: ChatSuggester) -> bool:
    same = (run.profile, run.prompt, run.identity) == (profile, template.sha256, model.profile.identity)
    return same and dict(model.profile.parameters).items() <= run.parameters.items()


def _without_answer(
    study: Study, profile: Profile, model: ChatSuggester, numbers: array[int], known: dict[int, set[str]]
) -> array[int]:
    reader, secret = TaskReader(study, profile.scope), study.secret
    answered = {
        number
        for number, task in reader.tasks(number for number in numbers if number in known)
        if keyed_digest(secret, model.task_hash(task)) in known[number]
    }
    return array("q", (number for number in numbers if number not in answered))


def dry_run_proposing(
    study: Study, profile: str, selection: Selection, *, redo: bool = False, prompt: str | None = None
) -> ProposingDryRun:
    """What `propose` would do. Nothing is stored."""
    plan = plan_proposing(study, profile, selection, redo=redo, prompt=prompt)
    try:
        reader = TaskReader(study, plan.profile.scope)
        forecast = plan.model.forecast(task for _, task in reader.tasks(plan.ask))
        _, first = next(TaskReader(study, plan.profile.scope).tasks(plan.selected[:1]))
        question, _ = plan.model.request(first)
    finally:
        close(plan.model)
    tokens = forecast.tokens_in, forecast.calls * forecast.most_out
    return ProposingDryRun(
        profile, len(plan.selected), len(plan.selected) - len(plan.ask), forecast.calls, tokens, forecast.method,
        cost_of(plan.profile.price, *tokens), plan.profile.host or "",
        tuple((one.role, one.content) for one in question.messages), plan.template.prompt_version,
    )  # fmt: skip


def propose(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    prompt: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    ceiling: Ceiling = UNLIMITED,
) -> ProposalReport:
    """Have a model propose codes for the segments that it was not asked about yet; see `plan_proposing`.

    Stored, resumed, interrupted, recorded and limited as `suggest` is.
    """
    plan = plan_proposing(study, profile, selection or Selection(), redo=redo, prompt=prompt, ceiling=ceiling)
    if plan.goes_on is not None and not plan.ask:
        close(plan.model)
        return _report(study, plan, plan.goes_on.id, None, 0.0, "done", "")
    with closed_on_error(plan.model):
        refuse_unless_allowed(study, plan.profile, len(plan.ask))
        with study.write(actor) as writer:
            run = _begin(study, writer, plan) if plan.goes_on is None else plan.goes_on.id
            lease = new_lease(study, run)
            lease.hold(study)
    reader = TaskReader(study, plan.profile.scope, remembers=True)
    keeper = ProposalKeeper(study, actor, run, reader, with_context=True)
    plan.model.sending = Outbox(study, actor, run, plan.profile, holds=reader.holds, let_go=keeper.let_go,
                                still=_unchanged(study, plan.codes), lease=lease)  # fmt: skip

    def tasks() -> Iterator[Task]:
        for _, task in reader.tasks(plan.ask):
            yield keeper.handed_out(task)

    def priced(state: Progress) -> None:
        if progress is not None:
            progress(replace(state, cost=spending(plan.model, (state.tokens_in, state.tokens_out)).cost))

    began = time.monotonic()
    try:
        beat = prolonging(study, actor, lease)
        tally = asyncio.run(drive(plan.model, tasks(), keeper, len(plan.ask), priced, beat))
    finally:
        with suppress(SecondCoderError), study.write(actor):
            lease.release(study)
    ended, why = ending(tally, keeper.stored.outcomes < len(plan.ask))
    end_run(study, actor, run, ended if ended in ("done", "failed") else "stopped")
    if keeper.proposals:
        read_meanings(study)
    return _report(study, plan, run, keeper, time.monotonic() - began, ended, why)


def _begin(study: Study, writer: Writer, plan: ProposingPlan) -> str:
    stated = plan.model.profile
    return begin_run(
        study,
        writer,
        profile=plan.profile.name,
        identity=stated.identity,
        parameters={**dict(stated.parameters), **dict(plan.narrowed), PROMPTED: plan.profile.prompt},
        prompt=plan.template.sha256,
        threshold=None,
        training=None,
        codes=None,
        segments=len(plan.selected),
        proposes=True,
    )


class ProposalKeeper(Keeper):
    """Stores what a model proposes: see `Keeper`."""

    proposals = 0

    def answered(self, number: int) -> bool:
        """Whether the run has an answer for the segment."""
        return has_proposed(self._study, self.run, number)

    def keep_answer(self, writer: Writer, answer: Answer, context: tuple[str, ...]) -> None:
        """Store what was proposed, inside an open transaction."""
        found = [
            NewProposal(one.name, one.definition, one.rationale, one.under, one.evidence, one.evidence_state)
            for one in answer.proposed
        ]
        raw = None if answer.raw is None else storable(answer.raw)
        store_proposals(
            writer, self.run, answer.segment, answer.task_hash, found, raw=raw, context=context,
            tokens=counted(answer), served=told_of(answer.served),
        )  # fmt: skip
        self.proposals += len(found)


def _unchanged(study: Study, codes: tuple[OfferedCode, ...]) -> Callable[[], None]:
    """What raises Refused once an erasure has taken words out of the codes that stand in every question."""
    planned, seen = tree_digest(codes), -1

    def check() -> None:
        nonlocal seen
        now = erasures_so_far(study)
        if now != seen and tree_digest(codes_so_far(study)) != planned:
            raise Refused("Wordings of the code tree have changed since this was planned. Say the same command again.")
        seen = now

    return check


def _report(
    study: Study,
    plan: ProposingPlan,
    run: str,
    keeper: ProposalKeeper | None,
    seconds: float,
    ended: Ended,
    why: str,
) -> ProposalReport:
    held = next(one for one in proposal_runs(study) if one.id == run)
    stored = keeper.stored if keeper is not None else None
    done = 0 if stored is None else stored.outcomes
    details = {} if stored is None else {kind: found.most_common(1)[0][0] for kind, found in stored.details.items()}
    return ProposalReport(
        run, held.number, plan.profile.name, held.identity, f"{plan.template.name}@{plan.template.version}",
        stored.suggested if stored else 0, stored.no_code if stored else 0, keeper.proposals if keeper else 0,
        dict(sorted(stored.failed.items())) if stored else {}, len(plan.selected) - len(plan.ask), len(plan.ask) - done,
        spending(plan.model, stored.tokens if stored else None), seconds, ended, plan.goes_on is None, why, details,
    )  # fmt: skip
