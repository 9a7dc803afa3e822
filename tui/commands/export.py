"""`export`: the study, or a part of it, as a file for other tools. What a target writes is a room's work."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.printable import one_line
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from suggest.exchange.outgoing import Outcome, OutOptions
    from suggest.study.study import Study

    Target = Callable[[Study, Path, OutOptions], Outcome]
    """Writes the file of that path; called once for it."""

# "module:function" for each target, looked up when it is asked for; one line a target.
TARGETS: dict[str, str] = {
    "qdpx": "suggest.exchange.refi.project_out:write_project",
    "qdc": "suggest.exchange.refi.codebook_out:write_codebook",
}


def find_target(name: str) -> Target:
    """The function behind a target of `export`."""
    module, _, attribute = TARGETS[name].partition(":")
    found: Target = getattr(import_module(module), attribute)
    return found


@click.command()
@STUDY
@click.option("--to", "target", type=click.Choice(tuple(TARGETS)), required=True, help="What kind of file.")
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="PATH", help="Where it goes.")
@click.option("--pseudonyms", is_flag=True, help='Coders go out as "coder 1", "coder 2" ..., not by name.')
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@CODER
@JSON
def export(study: Path, target: str, output: Path, pseudonyms: bool, force: bool, coder: str, as_json: bool) -> None:
    """Write the study as a file for other tools. The file is written whole or not at all, and the log notes it."""
    from suggest.exchange.outgoing import OutOptions
    from suggest.study.exports import export_file
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    options, make = OutOptions(pseudonyms), find_target(target)
    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        _, outcome = export_file(opened, actor, output, lambda part: make(opened, part, options), overwrite=force)
    for notice in outcome.notices:
        say(one_line(notice))
    if as_json:
        print_json({"file": str(output), "to": target, **outcome.counts})
    else:
        show(one_line(f"{output}: " + ", ".join(f"{n} {what}" for what, n in outcome.counts.items())))
