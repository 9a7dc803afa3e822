"""`demo`: the example study, laid out in a folder and suggested for; then the review, and what to do next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import click

from tui.commands.common import CODER, say, show, show_table


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("secondcoder-demo"),
    show_default=True,
    help="Where to lay the study out.",
)
@click.option("--no-review", is_flag=True, help="Do not go on to the review.")
@click.option("--with-reference", is_flag=True, help="Bring in what the example's two coders coded, too.")
@CODER
@click.pass_context
def demo(context: click.Context, folder: Path, no_review: bool, with_reference: bool, coder: str) -> None:
    """Lay out the example study and suggest codes for it. Run again, it goes on where it was."""
    from suggest.engine.profiles import default_profile
    from suggest.study.overview import overview
    from suggest.study.people import check_name, ensure_coder
    from suggest.study.study import Study
    from tui.commands.run_told import finish, sentence
    from tui.commands.suggest import run, say_which
    from tui.example import lay_out

    check_name(coder)
    path, made = lay_out(folder, coder, with_reference=with_reference)
    say(f"{path}: {'laid out' if made else 'here already, so it goes on where it was'}.")
    if with_reference and not made:
        say("--with-reference counts when the study is made; bring the codings in with 'secondcoder codings import'.")
    profile = default_profile().name
    say_which(profile)
    with Study.open(path, write=True) as study:
        report = run(study, ensure_coder(study, coder), profile)
        view = overview(study)
    show(view.title)
    show_table(
        ("documents", "segments", "to be coded", "codes", "suggestions", "seconds"),
        [(view.documents, view.segments, view.data, view.codes, view.suggestions, f"{report.seconds:.1f}")],
        right=range(6),
    )
    show(sentence(report))
    finish(context, report)
    show("")
    at_a_terminal = sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
    if at_a_terminal and not no_review:
        from tui.commands.review import open_review

        open_review(path, coder)
    _show_next(path)


def _show_next(path: Path) -> None:
    name = shlex.quote(str(path))
    show("Next:")
    program = _program()
    commands = (
        (f"{program} status {name}", "where the study stands"),
        (f"{program} codes {name} show", "the code tree"),
        (f"{program} review {name}", "the review, at a terminal"),
        (f"{program} queue {name} --limit 1 --json", "what is next to decide"),
        (f"{program} decide {name}", "decisions, a JSON line each, on standard input"),
        (f"{program} log {name}", "all that happened"),
    )
    width = max(len(words) for words, _ in commands)
    for words, meaning in commands:
        show(f"  {words.ljust(width)}  {meaning}")


def _program() -> str:
    """How this program is called from here: by its name, or by its path where the name is not on the search path."""
    called = Path(sys.argv[0])
    if called.name != "secondcoder" or shutil.which("secondcoder"):
        return "secondcoder"
    return shlex.quote(os.path.relpath(called))
