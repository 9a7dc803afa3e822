"""What a run would do and cost, and the prompt that a model which is asked in words would read. Nothing is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from suggest.engine.context import prompt_for
from suggest.engine.planning import make_plan
from suggest.engine.profiles import find_profile
from suggest.engine.prompts import Prompt, load_prompt
from suggest.engine.tasks import Scope, Selection, TaskReader
from suggest.study.study import Study

PROMPT = "deductive"
NEIGHBOURS = 3


@dataclass(frozen=True)
class DryRun:
    """`segments` selected, of which `resumed` have an answer; `calls` to a host; `cost` in millionths of a US dollar.

    Every profile that there is works on this machine: it makes no call, counts no tokens and costs nothing.
    """

    profile: str
    model: str
    segments: int
    resumed: int
    calls: int
    tokens: tuple[int, int]
    token_method: str
    cost: int | None
    example_prompt: Prompt
    remark: str


def dry_run(study: Study, profile: str, selection: Selection | None = None, *, redo: bool = False) -> DryRun:
    """What `suggest` would do. The example prompt is the deductive template for the first segment selected.

    Works on a study that is open for reading only. BadInput as `suggest`.
    """
    plan = make_plan(study, find_profile(profile, study), selection or Selection(), redo=redo)
    asyncio.run(plan.model.aclose())
    _, task = next(TaskReader(study, Scope(NEIGHBOURS)).tasks(plan.selected[:1]))
    prompt = prompt_for(load_prompt(PROMPT), task, plan.codes, secret=study.secret.encode(), study=study.title)
    return DryRun(
        plan.profile.name,
        plan.model.profile.identity,
        len(plan.selected),
        plan.resumed,
        0,
        (0, 0),
        "none",
        0,
        prompt,
        plan.remark,
    )
