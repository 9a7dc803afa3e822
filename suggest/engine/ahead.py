"""Looking ahead while somebody reviews: what comes next for a coder is suggested anew with all that was decided."""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Sequence
from typing import Any

from suggest.engine.pipeline import Progress
from suggest.engine.planning import AHEAD, Plan, begin, close, closed_on_error, learn, named, prepare, tree_digest
from suggest.engine.profiles import Making, Profile, find_profile
from suggest.engine.runs import RunReport, carry_through
from suggest.engine.tasks import TaskReader, offered_codes
from suggest.errors import UsageError
from suggest.models.interface import Suggester
from suggest.study.canonical import keyed_digest
from suggest.study.cores import newest_draw, runs_too_early
from suggest.study.runs import Run, runs
from suggest.study.selecting import current_tasks, is_codable
from suggest.study.study import Study
from suggest.study.vector_store import StudyVectors

WINDOW = 200
"""So many segments of a queue are looked ahead, if nobody says otherwise."""


def suggest_ahead(
    study: Study,
    actor: str,
    profile: str,
    window: Sequence[int],
    *,
    progress: Callable[[Progress], None] | None = None,
    reading: Callable[[int, int], None] | None = None,
) -> RunReport | None:
    """Suggest anew for the segments (numbers) that come next for a coder; None where nothing was learned since.

    `window` is for the caller to say, who knows the queue; blind segments belong in it, since a set has to stand
    beside their answers. The run learns from everything decided so far, has the window's size among its parameters
    as "ahead", and is never gone on with: neither by `suggest`, which goes on with the newest run of the whole study,
    nor by the next look ahead. Left out are segments whose current suggestions are what the model would be asked for
    again: the same words, codes and lessons. Returns when all is on disk. `progress`, `reading` and BadInput as
    `suggest`; UsageError for a model that does not learn.
    """
    chosen = find_profile(profile, study)
    if not chosen.learns or chosen.host is not None:
        raise UsageError(
            f"The model of {profile} learns nothing from decisions by itself, so looking ahead would only ask anew. "
            "'secondcoder suggest STUDY --profile' asks it about all that has no answer."
        )

    def plan() -> Plan | None:
        return _plan(study, chosen, window, reading)

    return carry_through(study, actor, plan, regardless=True, progress=progress)


def _plan(
    study: Study, profile: Profile, window: Sequence[int], reading: Callable[[int, int], None] | None
) -> Plan | None:
    vectors = StudyVectors(study)
    with study.reading():
        leaving = profile.scope.leaving
        numbers = array("q", (number for number in sorted(set(window)) if is_codable(study, number, leaving=leaving)))
        codes = offered_codes(study)
        of_profile = [run for run in reversed(runs(study)) if run.profile == profile.name]
        drawn = newest_draw(study)
    question = {"tree": tree_digest(codes), "neighbours": profile.scope.neighbours}
    learned, training = learn(study, codes, profile)
    lessons = named(study, learned) if training else None
    alike = (
        run
        for run in of_profile
        if run.prompt == profile.prompt_hash
        and question.items() <= run.parameters.items()
        and (run.training.hash if run.training else None) == lessons
    )
    before: Run | None = next(alike, None)
    model: Suggester | None = None
    if before is not None:
        model = profile.make(codes, learned, Making(vectors, before.parameters, progress=reading))
        if model.profile.identity != before.identity or not stated(model) <= before.parameters.items():
            close(model)
            model = None
    known = model is not None
    if model is None:
        model = begin(study, profile, codes, learned, Making(vectors, progress=reading))
    with closed_on_error(model):
        ask = _to_be_asked(study, profile, model, numbers)
        if ask and known:
            profile.check()
            prepare(model)
    if not ask:
        close(model)
        return None
    parameters = {**question, **dict(stated(model)), AHEAD: len(window)}
    newest = of_profile[0].id if of_profile else None
    return Plan(profile, model, codes, None, None, newest, drawn, parameters, training, numbers, ask, False, "")


def stated(model: Suggester) -> ItemsView[str, Any]:
    """The parameters that the model states."""
    return dict(model.profile.parameters).items()


def _to_be_asked(study: Study, profile: Profile, model: Suggester, numbers: array[int]) -> array[int]:
    """The segments whose current set does not answer the very task that they would be now."""
    with study.reading():
        early = runs_too_early(study)
        secret = study.secret
        known = current_tasks(study, profile.name, numbers)
        same = {
            number
            for number, task in TaskReader(study, profile.scope).tasks(numbers)
            if number in known
            and known[number][0] not in early
            and known[number][1] == keyed_digest(secret, model.task_hash(task))
        }
    return array("q", (number for number in numbers if number not in same))
