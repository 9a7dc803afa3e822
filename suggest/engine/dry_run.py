"""What a run would do and cost, and the prompt that a model which is asked in words would read. Nothing is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

from suggest.engine.confidence import confidence_method
from suggest.engine.context import prompt_for
from suggest.engine.endpoints import NEIGHBOURS, PROMPT
from suggest.engine.planning import Plan, make_plan
from suggest.engine.profiles import find_profile
from suggest.engine.prompts import Message, Prompt
from suggest.engine.runs import narrowed_by
from suggest.engine.samples import recalling
from suggest.engine.study_prompts import find_prompt
from suggest.engine.tasks import Scope, Selection, TaskReader
from suggest.models.chat.budget import cost_of
from suggest.models.chat.suggester import ChatSuggester
from suggest.models.interface import ConfidenceMethod, Forecasting
from suggest.study.runs import runs
from suggest.study.study import Study


@dataclass(frozen=True)
class Narrowed:
    """A tree too large for the model's context: the first segment is asked about `codes` of all the codes, and `by` is
    what finds them."""

    codes: int
    of: int
    by: str


@dataclass(frozen=True)
class DryRun:
    """`segments` selected, of which `resumed` have an answer; `calls` to a host; `cost` in millionths of a US dollar,
    None where the price is unknown. With several `samples` a segment takes as many calls as it has no sample of yet.

    Tokens are in and out. Those in are counted by `token_method`; those out are as many for an answer as in earlier
    runs of the profile (`output` is "as_before"), or the most that an answer may be long ("at_most"). A model that
    works on this machine by itself makes no call, counts no tokens and costs nothing.
    """

    profile: str
    model: str
    segments: int
    resumed: int
    calls: int
    tokens: tuple[int, int]
    token_method: str
    output: Literal["none", "as_before", "at_most"]
    cost: int | None
    host: str | None
    example_prompt: Prompt
    remark: str
    narrowed: Narrowed | None = None
    samples: int = 1
    confidence: ConfidenceMethod = "none"


def dry_run(
    study: Study,
    profile: str,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    prompt: str | None = None,
    samples: int = 1,
) -> DryRun:
    """What `suggest` would do. The example prompt is the profile's, or the deductive one for a model that reads none,
    for the first segment selected.

    Works on a study that is open for reading only. BadInput as `suggest`.
    """
    chosen = find_profile(profile, study, prompt=prompt)
    return dry_run_of(study, make_plan(study, chosen, selection or Selection(), redo=redo, samples=samples))


def dry_run_of(study: Study, plan: Plan) -> DryRun:
    """What carrying out a plan would do; its model is let go."""
    scope = plan.profile.scope if plan.profile.host is not None else Scope(NEIGHBOURS)
    try:
        calls, tokens, method, output = _comes_to(study, plan)
        _, task = next(TaskReader(study, scope).tasks(plan.selected[:1]))
        chat = plan.model if isinstance(plan.model, ChatSuggester) else None
        codes = plan.codes if chat is None else chat.offered(task)
        asked = None if chat is None else chat.request(task)[0]
    finally:
        asyncio.run(plan.model.aclose())
    price = plan.profile.price
    template = find_prompt(study, plan.profile.prompt or PROMPT).template
    shown = prompt_for(template, task, codes, secret=study.secret.encode(), study=study.title)
    if asked is not None:
        messages = tuple(Message(one.role, one.content) for one in asked.messages)
        shown = replace(shown, messages=messages, segments=asked.segments)
    return DryRun(
        plan.profile.name,
        plan.model.profile.identity,
        len(plan.selected),
        plan.resumed,
        calls,
        tokens,
        method,
        output,
        cost_of(price, *tokens),
        plan.profile.host,
        shown,
        plan.remark,
        None if len(codes) == len(plan.codes) else Narrowed(len(codes), len(plan.codes), str(narrowed_by(plan.model))),
        int(plan.parameters.get("samples", 1)),
        confidence_method(plan.parameters),
    )


def _comes_to(study: Study, plan: Plan) -> tuple[int, tuple[int, int], str, Literal["none", "as_before", "at_most"]]:
    if not isinstance(plan.model, Forecasting):
        return 0, (0, 0), "none", "none"
    if isinstance(plan.model, ChatSuggester):
        plan.model.recall = recalling(study, plan.known)
    reader = TaskReader(study, plan.profile.scope)
    with study.reading():
        forecast = plan.model.forecast(task for _, task in reader.tasks(plan.ask))
        mean = _mean_output(study, plan.profile.name)
    out = forecast.most_out if mean is None else mean
    known: Literal["as_before", "at_most"] = "at_most" if mean is None else "as_before"
    return forecast.calls, (forecast.tokens_in, forecast.answers * out), forecast.method, known


def _mean_output(study: Study, profile: str) -> int | None:
    """How many tokens an answer came to in the profile's newest run that counted any, rounded up."""
    for run in reversed(runs(study)):
        outcomes = run.suggested + run.no_code + run.failed
        if run.profile == profile and outcomes and run.tokens[1]:
            return -(-run.tokens[1] // (outcomes * int(run.parameters.get("samples", 1))))
    return None
