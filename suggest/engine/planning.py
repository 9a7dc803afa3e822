"""What a call of `suggest` has to do: which run goes on or begins, from what it learned, and who has no answer yet."""

from __future__ import annotations

import asyncio
import hashlib
import json
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from suggest.engine.profiles import Making, Profile
from suggest.engine.sampling import sample
from suggest.engine.tasks import CHUNK, Selection, TaskReader, examples, offered_codes, selected
from suggest.errors import BadInput
from suggest.models.chat.agreeing import MOST_SAMPLES
from suggest.models.chat.budget import UNLIMITED, Ceiling
from suggest.models.hashes import training_hash
from suggest.models.interface import Example, OfferedCode, Preparing, Suggester
from suggest.printable import counted
from suggest.study.canonical import keyed_digest
from suggest.study.cores import newest_draw, runs_too_early
from suggest.study.runs import Run, Training, runs
from suggest.study.selecting import answers_between, tasks_answered
from suggest.study.study import Study
from suggest.study.training import log_head
from suggest.study.vector_store import StudyVectors

OTHER_CODES = "The codes on offer are others than in the runs before: a new run begins."
CHANGED_ALONE = "--changed asks about what has changed alone."
OTHER_PROMPT = "The prompt is another than in the runs before: a new run begins."
CONTINUES = "continues"
AHEAD = "ahead"
PROMPTED = "prompt"
"""A run's parameters name the run that it continues, the size of the window that it was made for (see `ahead`), or the
prompt as people call it."""


@dataclass(frozen=True)
class Plan:
    """A call worked out before anything is stored. `ask` and `selected` are segment numbers in document order.

    `goes_on` is the run to be continued, None where a new one begins with these `parameters` and this `training`;
    `newest` is the profile's newest run when this was worked out, and `drawn` the newest draw of a blind core; `whole`
    that the selection is all of the study; `remark` tells the user why a new run begins; `known` are the runs (ids)
    whose samples count, where a question is asked several times.
    """

    profile: Profile
    model: Suggester
    codes: tuple[OfferedCode, ...]
    limited_to: tuple[str, ...] | None
    goes_on: Run | None
    newest: str | None
    drawn: int
    parameters: Mapping[str, Any]
    training: Training | None
    selected: array[int]
    ask: array[int]
    whole: bool
    remark: str
    known: tuple[str, ...] = ()

    @property
    def resumed(self) -> int:
        """How many of the selection have an answer that holds."""
        return len(self.selected) - len(self.ask)


def make_plan(
    study: Study,
    profile: Profile,
    selection: Selection,
    *,
    redo: bool = False,
    reading: Callable[[int, int], None] | None = None,
    ceiling: Ceiling = UNLIMITED,
    samples: int = 1,
    only: Collection[int] | None = None,
) -> Plan:
    """Work out a call: what there is, in one moment of the study; then the model; then who has an answer.

    The newest run of the profile goes on that was asked about the same wording of the same codes, with the same
    prompt and parameters, as long as what it learned from can be found again: that is frozen with the run. A look
    ahead is never gone on with. Else, and with `redo`, a new run begins and learns from the decisions so far. A
    segment has an answer if the very task that it would be now was answered in the run. Where words were corrected
    since, a new run continues the old one with what that had learned, and asks only what has changed or has no
    answer. A model that learns nothing has an answer wherever any run of the profile has one to the very task.
    With several `samples` a segment has an answer where all of them have one; samples of earlier runs count among
    them, whatever their number. `reading` hears how many texts of how many were read before the first question.
    BadInput as `selected` and `offered_codes`, and for samples of a model that always answers alike.
    """
    _check_samples(profile, samples)
    vectors = StudyVectors(study)
    with study.reading():
        numbers = selected(study, selection, leaving=profile.scope.leaving)
        if only is not None:
            numbers = array("q", (number for number in numbers if number in only))
        codes = offered_codes(study, selection.codes)
        limited = tuple(sorted(code.id for code in codes)) if selection.codes else None
        of_profile = [run for run in reversed(runs(study)) if run.profile == profile.name]
        plain = [run for run in of_profile if AHEAD not in run.parameters]
        question = {"tree": tree_digest(codes), "neighbours": profile.scope.neighbours}
        drawn = newest_draw(study)
        early = runs_too_early(study)
        run, learned, remark = None, list[Example](), ""
        alike = [item for item in plain if _asks_alike(item, profile, question)]
        if not redo and profile.learns:
            run, learned, remark = _to_go_on(study, codes, plain, alike, profile, early)
        elif not redo and plain and not alike:
            remark = _other_question(plain[0], profile)
    making = Making(vectors, progress=reading, ceiling=ceiling, samples=samples)
    # A model may compute long and keep vectors while it is made: neither belongs in one moment of the study.
    model: Suggester | None = None
    if run is not None:
        model = profile.make(codes, learned, replace(making, parameters=run.parameters))
        if not _is_of(model, run, question):
            close(model)
            remark = _other(run, model, samples)
            run = model = None
    before: list[str] = []
    if not profile.learns and not redo:
        model = profile.make(codes, (), making)
        run = next((item for item in alike if _is_of(model, item, question)), None)
        if run is None:
            close(model)
            if alike:
                remark = _other(alike[0], model, samples)
        else:
            before = [item.id for item in of_profile if item.codes == limited]
    known = () if redo or samples == 1 else tuple(item.id for item in of_profile if item.codes == limited)
    training: Training | None
    parameters: dict[str, Any]
    if run is None or model is None:
        learned, training = learn(study, codes, profile)
        model = begin(study, profile, codes, learned, making)
        ask = numbers
        named_prompt = {PROMPTED: profile.prompt} if profile.prompt else {}
        parameters = {**question, **dict(model.profile.parameters), **named_prompt}
    else:
        training, parameters = run.training, dict(run.parameters)
        with closed_on_error(model):
            ask, changed = _without_answer(study, profile, model, numbers, _chain(run, plain, early), before)
            if ask:
                profile.check()
                prepare(model)
        if changed:
            words = f"Words of {counted(changed, 'segment')} have changed"
            remark = f"{words} since run {run.number}: a new run continues it."
            parameters[CONTINUES] = run.id
            run = None
    if run is not None and not remark:
        remark = _hidden(run, plain, limited)
    newest = of_profile[0].id if of_profile else None
    whole = not selection.documents and not selection.segments and selection.limit is None
    return Plan(
        profile, model, codes, limited, run, newest, drawn, parameters, training, numbers, ask, whole, remark, known
    )


def _check_samples(profile: Profile, samples: int) -> None:
    if samples > 1 and profile.kind != "chat":
        raise BadInput(
            "this model answers the same question always alike, so there is nothing to sample.",
            place=profile.name,
            advice="Samples are for chat completions of a model behind an endpoint.",
        )
    if not 1 <= samples <= MOST_SAMPLES:
        raise BadInput(f"a question can be asked 1 to {MOST_SAMPLES} times.")


def _other(run: Run, model: Suggester, samples: int) -> str:
    """Why a run does not go on whose words are the same."""
    if (by := str(run.parameters.get("examples_by", ""))) and by != dict(model.profile.parameters).get("examples_by"):
        here = "cannot be done here" if by.startswith("meaning") else "is done otherwise now"
        return f"Run {run.number} chose its examples by {by.partition('-')[0]}, which {here}: a new run begins."
    before = run.parameters.get("samples", 1)
    if before != samples:
        goes_on = f"--samples {before} goes on with it" if before > 1 else "without --samples it goes on"
        return f"Run {run.number} asked each question {before} times, not {samples}: a new run begins ({goes_on})."
    return f"The model is another than in run {run.number}: a new run begins."


def begin(
    study: Study, profile: Profile, codes: Sequence[OfferedCode], learned: Sequence[Example], making: Making
) -> Suggester:
    """The model of a new run, ready to be asked. Whatever is wrong with it comes to light here."""
    profile.check()
    model = profile.make(codes, learned, replace(making, sample=lambda: sample(study)))
    with closed_on_error(model):
        prepare(model)
    return model


def prepare(model: Suggester) -> None:
    """Let a model do what it has to before the first question."""
    if isinstance(model, Preparing):
        model.prepare()


def close(model: Suggester) -> None:
    """Let a model go that was made and is not asked."""
    asyncio.run(model.aclose())


@contextmanager
def closed_on_error(model: Suggester) -> Iterator[None]:
    """Whatever goes wrong inside, no process of the model is left behind."""
    try:
        yield
    except BaseException:
        close(model)
        raise


def tree_digest(codes: Sequence[OfferedCode]) -> str:
    """SHA-256 (hex) of the codes on offer and their wordings, whatever their order."""
    return hashlib.sha256(json.dumps(sorted([code.id, code.version] for code in codes)).encode()).hexdigest()


def _asks_alike(run: Run, profile: Profile, question: Mapping[str, Any]) -> bool:
    """Whether a run was asked about the same wording of the same codes, with the same prompt and surroundings."""
    return run.prompt == profile.prompt_hash and question.items() <= run.parameters.items()


def _other_question(newest: Run, profile: Profile) -> str:
    """Why no run goes on where none was asked alike."""
    if newest.prompt != profile.prompt_hash:
        return OTHER_PROMPT
    return OTHER_CODES if profile.host is None else f"{OTHER_CODES} {CHANGED_ALONE}"


def _to_go_on(
    study: Study,
    codes: Sequence[OfferedCode],
    of_profile: Sequence[Run],
    alike: Sequence[Run],
    profile: Profile,
    early: Collection[str],
) -> tuple[Run | None, list[Example], str]:
    """The run that may be continued and what it had learned from, or none and what to tell the user."""
    if not alike:
        return None, [], _other_question(of_profile[0], profile) if of_profile else ""
    run = alike[0]
    learned: list[Example] = []
    if run.id in early:
        return None, [], f"A blind core was drawn after run {run.number} had learned: a new run begins."
    if run.training is not None:
        learned = examples(study, run.training.upto, codes, profile.scope)
        if named(study, learned) != run.training.hash:
            return None, [], _changed_since(run)
    return run, learned, ""


def _hidden(run: Run, of_profile: Sequence[Run], limited: tuple[str, ...] | None) -> str:
    """What to tell where a run goes on of which a newer one hides what it suggests; nothing where there is none."""
    newer = [item for item in of_profile if item.number > run.number and item.codes == limited]
    if not any(item.suggested + item.no_code for item in newer):
        return ""
    return (
        f"Run {run.number} asked just this, so it goes on. Where run {newer[0].number} has answered since, its "
        f"suggestions are shown: 'secondcoder settings STUDY set current_runs {run.number}' shows run {run.number}."
    )


def _changed_since(run: Run) -> str:
    return (
        f"What run {run.number} had learned from is not there as it was (something was erased, corrected or merged, or "
        "is in the blind core now): a new run begins."
    )


def _is_of(model: Suggester, run: Run, question: Mapping[str, Any]) -> bool:
    """Whether the model, made anew, is the one that the run began with."""
    stated = {**question, **dict(model.profile.parameters)}
    known = {key: value for key, value in run.parameters.items() if key not in (CONTINUES, PROMPTED)}
    return model.profile.identity == run.identity and stated == known


def learn(study: Study, codes: Sequence[OfferedCode], profile: Profile) -> tuple[list[Example], Training | None]:
    """Everything there is to learn from by now, and how a run names it; nothing for a model that does not learn."""
    if not profile.learns:
        return [], None
    scope = profile.scope
    with study.reading():
        upto = log_head(study)
        learned = examples(study, upto, codes, scope)
    return learned, Training(upto, named(study, learned), len(learned)) if learned else None


def named(study: Study, learned: Sequence[Example]) -> str:
    """How the log names what was learned from: no guess at the words can be tried on it."""
    return keyed_digest(study.secret, training_hash(learned))


def _chain(run: Run, of_profile: Sequence[Run], early: Collection[str]) -> list[str]:
    """The run and those it continues, newest first: their answers count."""
    known = {item.id: item for item in of_profile if item.id not in early}
    chain = [run.id]
    while (before := known[chain[-1]].parameters.get(CONTINUES)) in known and before not in chain:
        chain.append(before)
    return chain


def _without_answer(
    study: Study,
    profile: Profile,
    model: Suggester,
    numbers: array[int],
    chain: Sequence[str],
    before: Sequence[str],
) -> tuple[array[int], int]:
    """The segments without an answer that holds, and how many of these had another task when they were answered.

    An answer is one of the `chain` of runs, the first of them that has any, or one of those `before` to the very task.
    """
    with study.reading():
        return _sorted_out(study, profile, model, numbers, chain, before)


def _sorted_out(
    study: Study,
    profile: Profile,
    model: Suggester,
    numbers: array[int],
    chain: Sequence[str],
    before: Sequence[str],
) -> tuple[array[int], int]:
    reader = TaskReader(study, profile.scope)
    secret = study.secret
    ask: array[int] = array("q")
    changed = 0
    for begin in range(0, len(numbers), CHUNK):
        chunk = numbers[begin : begin + CHUNK]
        answered = answers_between(study, chain, chunk[0], chunk[-1])
        other = tasks_answered(study, before, chunk[0], chunk[-1]) if before else {}
        known = [number for number in chunk if number in answered or number in other]
        same = {
            number
            for number, task in reader.tasks(known)
            if (hash_ := keyed_digest(secret, model.task_hash(task))) == answered.get(number)
            or hash_ in other.get(number, ())
        }
        ask.extend(number for number in chunk if number not in same)
        changed += sum(number in answered and number not in same for number in known)
    return ask, changed
