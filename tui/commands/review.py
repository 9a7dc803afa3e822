"""`review`: the terminal application. Textual is imported only when it is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from suggest.errors import BadInput, SecondCoderError, UsageError
from suggest.study.study import Study
from tui.commands.common import CODER, STUDY, say
from tui.commands.queue import acting_coder, narrowed


@click.command("review")
@STUDY
@CODER
@narrowed
def review(study: Path, coder: str, order: str, **wanted: Any) -> None:
    """The review in the terminal: read a segment, answer with a key, go on. `?` shows all keys.

    Without a terminal, or with a screen reader, use `queue` and `decide`.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError("The review needs a terminal. Without one use 'secondcoder queue' and 'secondcoder decide'.")
    open_review(study, coder, order, **wanted)


def open_review(study: Path, coder: str, order: str = "document", **wanted: Any) -> None:
    """Run the application until its user leaves. What is wrong with the call is said before anything is drawn."""
    from tui.errands.errands import Errands
    from tui.review.bench import Bench
    from tui.review.choice import Choice
    from tui.terminal.app import StudyApp
    from tui.terminal.keyfile import FILE, read_keys
    from tui.terminal.look import look_of_this_terminal
    from tui.terminal.preferences import read_preferences

    with Study.open(study, write=True) as opened:
        choice = Choice(acting_coder(opened, coder), coder, order, **wanted)
    Bench(study, choice).close()
    preferences = read_preferences()
    look = look_of_this_terminal(preferences.theme)
    try:
        app = StudyApp(
            lambda: Bench(study, choice),
            lambda: Study.open(study),
            keys=read_keys(),
            look=look,
            preferences=preferences,
            errands=Errands(study, coder),
            order=order,
        )
    except ValueError as error:
        raise BadInput(str(error), file=FILE, advice="Mend the file, or take it away.") from None
    failed = app.run()
    if app.stopped_run:
        say(app.stopped_run)
    if failed is not None:
        raise SecondCoderError(failed)
