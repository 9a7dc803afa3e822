"""`prompts`: the prompt templates that come with the program."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.common import JSON, STUDY, print_json, say, show, show_table


@click.group()
@STUDY
@click.pass_context
def prompts(context: click.Context, study: Path) -> None:
    """Prompt templates: what a chat model is told. They come with the program and are the same for every study."""
    from suggest.study.study import Study

    Study.open(study).close()
    context.obj = study


@prompts.command("list")
@JSON
def list_(as_json: bool) -> None:
    """The templates there are."""
    from suggest.engine.prompts import load_prompt, shipped_prompts

    held = [load_prompt(name) for name in shipped_prompts()]
    if as_json:
        print_json([{"name": item.name, "version": item.version, "sha256": item.sha256} for item in held])
        return
    show_table(("name", "version", "sha256"), [(item.name, item.version, item.sha256) for item in held], right=(1,))


@prompts.command("show")
@click.argument("name")
@JSON
def show_(name: str, as_json: bool) -> None:
    """One template as it is written."""
    from suggest.engine.prompts import load_prompt, prompt_text

    template = load_prompt(name)
    if not as_json:
        show(prompt_text(name).rstrip("\n"))
        return
    print_json(
        {
            "name": template.name,
            "version": template.version,
            "sha256": template.sha256,
            "prompt_version": template.prompt_version,
            "variables": sorted(template.variables),
            "system": template.system,
            "user": template.user,
            "schema": template.schema,
            "defaults": dict(template.defaults),
        }
    )


@prompts.command("copy")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def copy(name: str, file: Path) -> None:
    """Write a template to FILE, to be changed there. Never overwrites a file."""
    from suggest.engine.prompts import prompt_text
    from suggest.errors import BadInput

    text = prompt_text(name)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise BadInput("exists already; nothing was written.", file=file.name, advice="Name another file.") from None
    say(f"{name} was written to {file}.")


@prompts.command("diff")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def diff(name: str, file: Path) -> None:
    """How FILE differs from a template, line by line. FILE is checked first: it must be a whole template."""
    import difflib

    from suggest.engine.prompts import load_prompt, parse_prompt, prompt_text
    from suggest.errors import BadInput

    ours = prompt_text(name)
    try:
        theirs = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("is not text in UTF-8.", file=file.name, place=f"byte {error.start + 1}") from None
    changed = parse_prompt(theirs, file=file.name)
    lines = difflib.unified_diff(
        ours.splitlines(), theirs.splitlines(), f"{name} (with the program)", str(file), lineterm=""
    )
    for line in lines:
        show(line)
    if changed.sha256 == load_prompt(name).sha256:
        say("A model would be told the same.")
