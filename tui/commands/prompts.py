"""`prompts`: the prompt templates that come with the program, and those of the study's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import BadInput
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.engine.study_prompts import StudyPrompt

MOST_BYTES = 1_000_000
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def prompts(context: click.Context, study: Path) -> None:
    """Prompts: what a chat model is told. Some come with the program; a study can keep its own, in versions.

    NAME is the newest version of a prompt, NAME@VERSION a certain one.
    """
    from suggest.study.study import Study

    Study.open(study).close()
    context.obj = study


@prompts.command("list")
@JSON
@click.pass_obj
def list_(study: Path, as_json: bool) -> None:
    """All prompts, with their versions and the runs that used them."""
    from suggest.engine.study_prompts import study_prompts
    from suggest.study.people import coders
    from suggest.study.study import Study

    with Study.open(study) as opened:
        held = study_prompts(opened)
        names = {coder.id: coder.name for coder in coders(opened)}
    if as_json:
        print_json([{**_facts(one), "by": names.get(one.by or "")} for one in held])
        return
    rows = [
        (
            one.template.name,
            one.template.version,
            one.template.task,
            "the program" if one.origin == "program" else f"the study, {names.get(one.by or '', one.by)}",
            ", ".join(str(number) for number in one.runs),
            "" if one.offered else "put away",
            one.template.sha256[:12],
        )
        for one in held
    ]
    show_table(("name", "version", "for", "from", "runs", "", "sha256"), rows, right=(1,))


def _facts(one: StudyPrompt) -> dict[str, Any]:
    template = one.template
    return {"name": template.name, "version": template.version, "sha256": template.sha256, "task": template.task,
            "prompt_version": template.prompt_version, "origin": one.origin, "offered": one.offered, "at": one.at,
            "runs": list(one.runs)}  # fmt: skip


@prompts.command("show")
@click.argument("name")
@JSON
@click.pass_obj
def show_(study: Path, name: str, as_json: bool) -> None:
    """One prompt as it is written."""
    found = _found(study, name)
    template = found.template
    if not as_json:
        show(found.text.rstrip("\n"))
        return
    print_json(
        {
            **_facts(found),
            "variables": sorted(template.variables),
            "system": template.system,
            "user": template.user,
            "schema": template.schema,
            "defaults": dict(template.defaults),
        }
    )


def _found(study: Path, ref: str) -> StudyPrompt:
    from suggest.engine.study_prompts import find_prompt
    from suggest.study.study import Study

    with Study.open(study) as opened:
        return find_prompt(opened, ref, any_state=True)


@prompts.command("copy")
@click.argument("name")
@click.argument("file", type=FILE)
@click.option("--as", "own", metavar="OWN", help="Call the copy so, as its version 1: a prompt of the study's own.")
@click.pass_obj
def copy(study: Path, name: str, file: Path, own: str | None) -> None:
    """Write a prompt to FILE, to be changed there and brought in with `add`. Never overwrites a file."""
    from suggest.engine.prompts import parse_prompt

    text = _found(study, name).text
    if own is not None:
        text = re.sub(r"(?m)^name:.*$", lambda _: f"name: {own}", text, count=1)
        text = re.sub(r"(?m)^version:.*$", "version: 1", text, count=1)
        parse_prompt(text, file=file.name)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise BadInput("exists already; nothing was written.", file=file.name, advice="Name another file.") from None
    say(f"{name} was written to {file}.")
    if own is not None:
        say("Change it there; 'secondcoder prompts STUDY add FILE' makes it a prompt of the study.")


@prompts.command("add")
@click.argument("file", type=FILE)
@CODER
@JSON
@click.pass_obj
def add(study: Path, file: Path, coder: str, as_json: bool) -> None:
    """Keep the prompt in FILE in the study, under the name and version that it says. It is checked first."""
    from suggest.engine.study_prompts import add_prompt
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    text = _read(file)
    with Study.open(study, write=True) as opened:
        kept, remarks = add_prompt(opened, ensure_coder(opened, coder), text, file=file.name)
    named = f"{kept.template.name}@{kept.template.version}"
    if as_json:
        print_json({**_facts(kept), "remarks": list(remarks)})
    else:
        show(f"Kept: {named}.")
    for remark in remarks:
        say(remark)
    say(f"'secondcoder suggest STUDY --profile P --prompt {kept.template.name}' asks with it.")


@prompts.command("check")
@click.argument("file", type=FILE)
@JSON
def check(file: Path, as_json: bool) -> None:
    """Whether FILE is a prompt that can be used, and what is worth a second look. Nothing is stored."""
    from suggest.engine.prompts import parse_prompt
    from suggest.engine.study_prompts import remarks_on

    template = parse_prompt(_read(file), file=file.name)
    remarks = remarks_on(template)
    if as_json:
        print_json({"name": template.name, "version": template.version, "sha256": template.sha256,
                    "task": template.task, "variables": sorted(template.variables),
                    "remarks": list(remarks)})  # fmt: skip
        return
    show(f"{template.name}@{template.version} can be used.")
    for remark in remarks:
        show(remark)


@prompts.command("remove")
@click.argument("name")
@CODER
@click.pass_obj
def remove(study: Path, name: str, coder: str) -> None:
    """Offer a prompt of the study's own no more. Its versions stay on record for the runs that used them."""
    from suggest.study.kept_prompts import put_away
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        put_away(opened, ensure_coder(opened, coder), name)
    say(f"Put away: {name}.")


@prompts.command("diff")
@click.argument("name")
@click.argument("other", metavar="FILE|NAME")
@click.pass_obj
def diff(study: Path, name: str, other: str) -> None:
    """How FILE, or another prompt, differs from a prompt, line by line. FILE is checked first."""
    import difflib

    from suggest.engine.prompts import parse_prompt

    ours = _found(study, name)
    file = Path(other)
    if file.is_file():
        theirs, called = _read(file), other
        changed = parse_prompt(theirs, file=file.name)
    else:
        found = _found(study, other)
        theirs, changed, called = found.text, found.template, _called(found)
    lines = difflib.unified_diff(ours.text.splitlines(), theirs.splitlines(), _called(ours), called, lineterm="")
    for line in lines:
        show(line)
    if changed.sha256 == ours.template.sha256:
        say("A model would be told the same.")


def _called(one: StudyPrompt) -> str:
    whose = "with the program" if one.origin == "program" else "of the study"
    return f"{one.template.name}@{one.template.version} ({whose})"


def _read(file: Path) -> str:
    with file.open("rb") as stream:
        held = stream.read(MOST_BYTES)
    try:
        return held.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadInput("is not text in UTF-8.", file=file.name, place=f"byte {error.start + 1}") from None
