"""`codings`: what people coded elsewhere, brought in as a round of its own."""

from __future__ import annotations

from pathlib import Path

import click

from suggest.printable import counted, one_line
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show
from tui.lazy import WholeGroup


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def codings(context: click.Context, study: Path) -> None:
    """Codings that people made elsewhere."""
    context.obj = study


@codings.command("import")
@click.pass_obj
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("--coverage", type=click.Path(path_type=Path), help="CSV of what each coder read: counts as completed.")
@click.option("--coder-column", metavar="C", help="What the files call the column of coders (default: coder_id).")
@click.option("--by", metavar="NAME", help="Who coded all of it, where the files have no column of coders.")
@click.option("--round", "round_name", metavar="NAME", help="Name of the new round (default: the file's name).")
@click.option("--encoding", metavar="NAME", help="Encoding of the files, where it cannot be told (such as cp1252).")
@CODER
@JSON
def import_(
    study: Path,
    labels: Path,
    coverage: Path | None,
    coder_column: str | None,
    by: str | None,
    round_name: str | None,
    encoding: str | None,
    coder: str,
    as_json: bool,
) -> None:
    """Codings from LABELS, a CSV with segment_id (or document_id, paragraph_from, paragraph_to), coder_id, code_id.

    Without --coverage only the labelled segments count as completed: nothing else is known to have been read.
    """
    from suggest.exchange.codings import read_codings, store_codings
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        read = read_codings(
            opened,
            labels,
            coverage=coverage,
            coder_column=coder_column,
            coder=by,
            round_name=round_name,
            encoding=encoding,
        )
        stored = store_codings(opened, ensure_coder(opened, coder), read)
    for notice in read.notices:
        say(one_line(notice))
    if as_json:
        print_json(
            {
                "round": stored.name,
                "codings": stored.codings,
                "completed": stored.completed,
                "coders": list(read.coders),
                "new_coders": list(stored.new_coders),
                "entries": stored.entries,
            }
        )
        return
    show(
        one_line(
            f"{counted(stored.codings, 'coding')} by {', '.join(read.coders)}, "
            f"{counted(stored.completed, 'segment')} completed, "
            f"round {stored.name}"
        )
    )
    if coverage is None:
        say("Only labelled segments count as completed. A --coverage file says what else was read.")
