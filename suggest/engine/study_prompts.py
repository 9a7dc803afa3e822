"""The prompts that a study can be suggested with: those that come with the program and those of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from suggest.engine.prompt_rules import remarks
from suggest.engine.prompts import PromptTemplate, load_prompt, parse_prompt, prompt_text, shipped_prompts
from suggest.errors import BadInput
from suggest.study.kept_prompts import keep_prompt, kept_prompts
from suggest.study.runs import runs
from suggest.study.study import Study


@dataclass(frozen=True)
class StudyPrompt:
    """A version of a prompt, with its text as it was written. `origin` says whose it is; `by` (a coder's id) and `at`
    who kept it and when; `runs` are the numbers of the runs that used it; `offered`: it was not put away."""

    template: PromptTemplate
    text: str
    origin: Literal["program", "study"]
    by: str | None = None
    at: str | None = None
    offered: bool = True
    runs: tuple[int, ...] = ()


def study_prompts(study: Study) -> list[StudyPrompt]:
    """Every version that there is: the program's by name, then the study's, oldest first. A text that an erasure has
    made unreadable is left out."""
    used: dict[str, list[int]] = {}
    for run in runs(study):
        if run.prompt is not None:
            used.setdefault(run.prompt, []).append(run.number)
    found = [_shipped(name, used) for name in shipped_prompts()]
    for kept in kept_prompts(study):
        try:
            template = parse_prompt(kept.text)
        except BadInput:
            continue
        numbers = tuple(used.get(kept.sha256, ()))
        found.append(StudyPrompt(template, kept.text, "study", kept.actor, kept.at, kept.offered, numbers))
    return found


def _shipped(name: str, used: dict[str, list[int]]) -> StudyPrompt:
    template = load_prompt(name)
    return StudyPrompt(template, prompt_text(name), "program", runs=tuple(used.get(template.sha256, ())))


def find_prompt(study: Study, ref: str, *, any_state: bool = False) -> StudyPrompt:
    """The prompt that NAME (its newest version), NAME@VERSION or NAME@VERSION+HASH means. BadInput where none is meant,
    or one that was put away, unless `any_state`."""
    known = study_prompts(study)
    name, _, version = ref.partition("@")
    number, _, digest = version.partition("+")
    meant = [
        one
        for one in known
        if one.template.name == name
        and (not number or str(one.template.version) == number)
        and (not digest or one.template.sha256.startswith(digest))
    ]
    open_to = [one for one in meant if one.offered or any_state]
    if open_to:
        return open_to[-1]
    if meant:
        raise BadInput("this prompt was put away.", place=ref, advice="Bring it back with 'prompts STUDY add FILE'.")
    names = ", ".join(dict.fromkeys(one.template.name for one in known if one.offered))
    raise BadInput("there is no prompt of this name and version.", place=ref, advice=f"There are: {names}.")


def add_prompt(study: Study, actor: str, text: str, *, file: str = "") -> tuple[StudyPrompt, tuple[str, ...]]:
    """Keep a prompt of the study's own, and remarks on it. BadInput, with the line, for what is no prompt; for a name
    of the program's, and for a version that there is with other words."""
    template = parse_prompt(text, file=file)
    if template.name in shipped_prompts():
        raise BadInput(
            f"'{template.name}' is a prompt that comes with the program.",
            file=file,
            place=_line(text, "name"),
            advice="Give yours a name of its own.",
        )
    same = [one for one in study_prompts(study) if one.template.name == template.name]
    held = [one for one in same if one.template.version == template.version]
    if any(one.template.sha256 == template.sha256 for one in held if one.offered):
        raise BadInput(f"this is {template.name}@{template.version} as it is kept already; nothing was stored.")
    if held and all(one.template.sha256 != template.sha256 for one in held):
        newest = max(one.template.version for one in same)
        raise BadInput(
            f"there is a version {template.version} of '{template.name}' already, with other words.",
            file=file,
            place=_line(text, "version"),
            advice=f"Write 'version: {newest + 1}'.",
        )
    keep_prompt(study, actor, template.name, template.sha256, text)
    return find_prompt(study, f"{template.name}@{template.version}"), remarks_on(template)


def remarks_on(template: PromptTemplate) -> tuple[str, ...]:
    """What is worth saying of a prompt that can be used."""
    return remarks(template.system, template.user, template.variables)


def named(study: Study) -> dict[str, str]:
    """NAME@VERSION of every prompt that can be told by its SHA-256, which is what runs and the log name it by."""
    return {one.template.sha256: f"{one.template.name}@{one.template.version}" for one in study_prompts(study)}


def _line(text: str, key: str) -> str:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(f"{key}:"):
            return f"line {number}"
    return ""
