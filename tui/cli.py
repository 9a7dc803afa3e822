"""The `secondcoder` command: its table of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from suggest.errors import SecondCoderError
from suggest.printable import printable
from tui.lazy import Entry, LazyGroup

INTERRUPTED = 130

# The interpreter looks for garbage once more before it ends, among all that was imported: half of a second for nothing
# after a run is stopped.
atexit.register(gc.freeze)

# In the order in which a study meets them. A command's help line stands here, so that --help imports none of them.
COMMANDS: dict[str, Entry] = {
    "demo": Entry("tui.commands.demo:demo", "Lay out the example study and suggest codes for it."),
    "new": Entry("tui.commands.new:new", "An empty study."),
    "add": Entry("tui.commands.add:add", "Documents in: transcripts and tables."),
    "documents": Entry("tui.commands.documents:documents", "Attributes, consent, roles, corrections, removal."),
    "translations": Entry(
        "tui.commands.translations:translations", "Original and translation: read, check, ask, put right."
    ),
    "codes": Entry("tui.commands.codes:codes", "The code tree: import, change, history, what became stale."),
    "codings": Entry("tui.commands.codings:codings", "Bring in codings that people made elsewhere."),
    "suggest": Entry("tui.commands.suggest:suggest", "A run: a model proposes codes, segment by segment."),
    "models": Entry("tui.commands.models:models", "The embedded model's weights; models behind endpoints."),
    "hosts": Entry("tui.commands.hosts:hosts", "Where text may be sent, and what was sent where."),
    "prompts": Entry("tui.commands.prompts:prompts", "Prompt templates: look at them, copy them, compare."),
    "review": Entry("tui.commands.review:review", "The review in the terminal: read, answer with a key, go on."),
    "serve": Entry("tui.commands.serve:serve", "The review in a browser on this machine."),
    "queue": Entry("tui.commands.queue:queue", "What is next for a coder."),
    "memos": Entry("tui.commands.memos:memos", "Memos that you may read, by type and site."),
    "proposals": Entry("tui.commands.proposals:proposals", "Codes that models propose: make, merge or dismiss them."),
    "decide": Entry("tui.commands.decide:decide", "Decisions as JSON Lines: the review without a screen."),
    "export": Entry("tui.commands.export:export", "The study as a file for other tools."),
    "report": Entry("tui.commands.report:report", "Findings by code: counts, quotes, citations."),
    "validation": Entry(
        "tui.commands.validation:validation", "Ask each site whether its words are understood rightly."
    ),
    "check-manuscript": Entry(
        "tui.commands.check_manuscript:check_manuscript", "A paper's quotes and citations against the study."
    ),
    "settings": Entry("tui.commands.settings:settings", "List or change the study's settings."),
    "rounds": Entry("tui.commands.settings:rounds", "Rounds: who codes what, and when."),
    "status": Entry("tui.commands.log:status", "Counts, progress, runs, the head of the log."),
    "audit": Entry("tui.commands.audit:audit", "Agreement of people and models, exposure, what the model missed."),
    "disagreements": Entry("tui.commands.settling:disagreements", "Where coders differ, by how much and why."),
    "settle": Entry("tui.commands.settling:settle", "Record what coders agreed on for a segment."),
    "log": Entry("tui.commands.log:log", "Everything that happened, readable or as JSON Lines."),
    "verify": Entry("tui.commands.keeping:verify", "Check chains, content and every projection."),
    "checkpoint": Entry("tui.commands.keeping:checkpoint", "Roots of the log for a second party to keep."),
    "backup": Entry("tui.commands.keeping:backup", "A safe copy while the study is in use."),
    "erase": Entry("tui.commands.keeping:erase", "Withdrawal: the words go, the chain still verifies."),
    "copy": Entry("tui.commands.copies:copy", "A copy for another site to work on."),
    "merge": Entry("tui.commands.copies:merge", "Bring the log of another copy back."),
}


class Program(LazyGroup):
    """The whole command line. Whatever a command raises ends as one message on standard error and an exit code.

    SECONDCODER_DEBUG=1 shows the traceback as well.
    """

    def invoke(self, ctx: click.Context) -> Any:
        _write_what_the_terminal_cannot_show()
        try:
            result = super().invoke(ctx)
            # A reader that has gone away shows here, not when the interpreter shuts down.
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except (click.exceptions.Exit, BrokenPipeError):
            raise
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except click.ClickException as error:
            shown = io.StringIO()
            error.show(file=shown)
            click.echo(printable(shown.getvalue()), err=True, nl=False)
            ctx.exit(error.exit_code)
        except Exception as error:
            if os.environ.get("SECONDCODER_DEBUG") == "1":
                click.echo(printable(traceback.format_exc()), err=True, nl=False)
            click.echo(f"Error: {printable(_message(error))}", err=True)
            ctx.exit(error.exit_code if isinstance(error, SecondCoderError) else SecondCoderError.exit_code)


def _message(error: Exception) -> str:
    if isinstance(error, SecondCoderError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    # Not the error's own words: they may be a participant's.
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}. This is a fault in Second Coder:"
        " please report it. SECONDCODER_DEBUG=1 shows the whole traceback, which may quote your data."
    )


def _write_what_the_terminal_cannot_show() -> None:
    """Makes output in an encoding without the character an escape sequence instead of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


@click.group(
    cls=Program,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 a check failed, 4 refused, 130 interrupted.",
)
@click.version_option(package_name="secondcoder", prog_name="secondcoder")
def main() -> None:
    """A language model as the second coder of a qualitative study, under human control."""
