"""What a run would do and cost, and the prompt that a model which is asked in words would read. Nothing is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

from suggest.engine.confidence import confidence_method
from suggest.engine.context import prompt_for
from suggest.engine.endpoints import NEIGHBOURS, PROMPT, PROMPTS
from suggest.engine.planning import Plan, make_plan
from suggest.engine.profiles import find_profile
from suggest.engine.prompts import Message, Prompt, load_prompt
from suggest.engine.samples import recalling
from suggest.engine.tasks import Scope, Selection, TaskReader
from suggest.models.chat.budget import cost_of
from suggest.models.chat.suggester import ChatSuggester
from suggest.models.interface import ConfidenceMethod, Forecasting
from suggest.study.runs import runs
from suggest.study.study import Study


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
    samples: int = 1
    confidence: ConfidenceMethod = "none"


def dry_run(
    study: Study, profile: str, selection: Selection | None = None, *, redo: bool = False, samples: int = 1
) -> DryRun:
    """What `suggest` would do. The example prompt is the deductive template for the first segment selected.

    Works on a study that is open for reading only. BadInput as `suggest`.
    """
    plan = make_plan(study, find_profile(profile, study), selection or Selection(), redo=redo, samples=samples)
    try:
        calls, tokens, method, output = _comes_to(study, plan)
    finally:
        asyncio.run(plan.model.aclose())
    price = plan.profile.price
    scope = plan.profile.scope if plan.profile.host is not None else Scope(NEIGHBOURS)
    _, task = next(TaskReader(study, scope).tasks(plan.selected[:1]))
    codes = plan.codes if plan.profile.host is None else plan.model.codes
    template = load_prompt(PROMPTS.get(plan.profile.kind, PROMPT) if plan.profile.host is not None else PROMPT)
    prompt = prompt_for(template, task, codes, secret=study.secret.encode(), study=study.title)
    if isinstance(plan.model, ChatSuggester):
        asked, _ = plan.model.request(task)
        prompt = replace(prompt, messages=tuple(Message(one.role, one.content) for one in asked.messages))
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
        prompt,
        plan.remark,
        samples,
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
