"""`validation`: a site's own quotes go out with a question, and the answers come back as memos."""

from __future__ import annotations

from pathlib import Path

import click

from suggest.printable import counted, one_line
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show
from tui.lazy import WholeGroup


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def validation(context: click.Context, study: Path) -> None:
    """Ask each site whether its words are understood rightly."""
    context.obj = study


@validation.command()
@click.pass_obj
@click.option("--site", required=True, metavar="S", help="The site: the documents' attribute `site`, else a label.")
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help=".docx, .xlsx or .csv.")
@click.option("--quotes", type=click.IntRange(1, 50), default=2, show_default=True, help="Quotes for each code.")
@click.option("--speakers", is_flag=True, help="Name speakers where several speak in a quote.")
@click.option("--question", metavar="TEXT", help="The question, in the site's language.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@CODER
@JSON
def pack(
    study: Path,
    site: str,
    output: Path,
    quotes: int,
    speakers: bool,
    question: str | None,
    force: bool,
    coder: str,
    as_json: bool,
) -> None:
    """Write a site's quotes with the question whether they are understood rightly, and room for answers."""
    from suggest.exchange.outgoing import OutOptions
    from suggest.exchange.validation import QUESTION, write_pack
    from suggest.study.exports import export_file
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        options = OutOptions(name=output.name, actor=actor)
        _, outcome = export_file(
            opened,
            actor,
            output,
            lambda part: write_pack(
                opened, part, options, site, most=quotes, labels=speakers, question=question or QUESTION
            ),
            overwrite=force,
        )
    for notice in outcome.notices:
        say(one_line(notice))
    if as_json:
        print_json({"file": str(output), "site": site, **outcome.counts})
    else:
        asked = counted(outcome.counts["queries"], "question")
        show(one_line(f"{output}: {counted(outcome.counts['quotes'], 'quote')} of {site}, {asked} to it"))


@validation.command()
@click.pass_obj
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="Who answered: a person or a site.")
@JSON
def read(study: Path, file: Path, by: str, as_json: bool) -> None:
    """Bring the answers in as memos on the segments; the same answers twice are stored once."""
    from suggest.exchange.validation import read_pack
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        done = read_pack(opened, file, by)
    if as_json:
        print_json({"stored": done.stored, "known": done.known, "empty": done.empty})
    else:
        stored = f"{counted(done.stored, 'answer')} stored as memos"
        show(f"{stored}, {done.known} were there already, {done.empty} without an answer")
