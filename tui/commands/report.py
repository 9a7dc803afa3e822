"""`report`: findings by code with quotes and citations, as a file to read or to write on from."""

from __future__ import annotations

from pathlib import Path

import click

from suggest.printable import one_line
from tui.commands.common import CODER, JSON, STUDY, names, print_json, say, show, told_counts


@click.command()
@STUDY
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Ends in .html, .md or .docx."
)
@click.option("--methods", is_flag=True, help="Add a methods appendix from the log; what it cannot know is marked.")
@click.option("--quotes", type=click.IntRange(0, 50), default=3, show_default=True, help="Quotes for each code.")
@click.option("--coders", metavar="A,B", help="Only what these coded.")
@click.option("--round", "round_name", metavar="NAME", help="Only what was coded in this round.")
@click.option("--pseudonyms", is_flag=True, help='"speaker 1" ... instead of names.')
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@CODER
@JSON
def report(
    study: Path,
    output: Path,
    methods: bool,
    quotes: int,
    coders: str | None,
    round_name: str | None,
    pseudonyms: bool,
    force: bool,
    coder: str,
    as_json: bool,
) -> None:
    """Write findings by code: counts by site, quotes, and all supporting paragraphs as the study cites them.

    Quotes that somebody chose (a memo with #quote on the segment) are taken; where there are none, some are picked.
    """
    from suggest.exchange.outgoing import OutOptions
    from suggest.exchange.report import write_report
    from suggest.study.exports import export_file
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        options = OutOptions(
            pseudonyms=pseudonyms, name=output.name, coders=names(coders), round=round_name, actor=actor
        )
        _, outcome = export_file(
            opened,
            actor,
            output,
            lambda part: write_report(opened, part, options, most=quotes, methods=methods),
            overwrite=force,
        )
    for notice in outcome.notices:
        say(one_line(notice))
    if as_json:
        print_json({"file": str(output), **outcome.counts, "warnings": list(outcome.notices)})
    else:
        show(one_line(f"{output}: {told_counts(outcome.counts)}"))
