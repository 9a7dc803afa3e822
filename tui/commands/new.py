"""`new`: an empty study."""

from __future__ import annotations

from pathlib import Path

import click

from suggest.errors import BadInput
from tui.commands.common import CODER, JSON, STUDY, print_json, say


@click.command()
@STUDY
@click.option("--title", metavar="T", help="What the study is called (default: the file's name).")
@CODER
@JSON
def new(study: Path, title: str | None, coder: str, as_json: bool) -> None:
    """An empty study in a file of its own, with one open round 'main'. Never overwrites a file."""
    from suggest.study.people import check_name, check_text
    from suggest.study.study import Study

    named = study.stem if title is None else title
    check_name(coder)
    if not named.strip() or len(named) > 500 or "\n" in named:
        raise BadInput("a study's title is one line of 1 to 500 characters.")
    check_text(named)
    with Study.create(study, named, coder) as made:
        id_ = made.id
    if as_json:
        print_json({"study": id_, "title": named, "path": str(study)})
    say(f"{study.name}: a new study. Next: 'secondcoder add' for documents, 'secondcoder codes' for the code tree.")
