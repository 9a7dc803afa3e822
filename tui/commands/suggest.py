"""`suggest`: a run of a model over the study's segments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import UsageError
from suggest.printable import counted
from tui.commands.ahead import nothing_new
from tui.commands.batch import BATCH_COLLECT, BATCH_IN, BATCH_OUT, BATCH_SUBMIT, MORE, asked, carry
from tui.commands.changed import CHANGED, run_changed, show_changed
from tui.commands.common import CODER, JSON, STUDY, Amount, print_json, say, show
from tui.commands.dry_run import show_dry_run
from tui.commands.ending import ended_by_signals
from tui.commands.numbers import NumbersOptional
from tui.commands.progress import DOLLAR, PROGRESS, Form, run_progress
from tui.commands.propose import run as run_proposing
from tui.commands.propose import show_dry_run as show_proposing
from tui.commands.run_told import finish, report_json, sentence

if TYPE_CHECKING:
    from suggest.engine.runs import RunReport
    from suggest.engine.tasks import Selection
    from suggest.models.chat.budget import Ceiling
    from suggest.study.study import Study


@click.command(cls=NumbersOptional)
@STUDY
@click.option("--profile", metavar="P", help="Which model suggests (default: the best that is installed).")
@click.option("--prompt", metavar="NAME", help="Ask with this prompt instead of the profile's: NAME or NAME@VERSION.")
@click.option("--documents", metavar="L,L", help="Only these documents, by label.")
@click.option("--segments", metavar="ID,ID", help="Only these segments, by id or by the file's own id.")
@click.option("--codes", metavar="C,C", help="Ask about these codes alone, by id, path or name.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="The first N of the selection, in document order.")
@CHANGED
@click.option("--redo", is_flag=True, help="Begin a new run that learns from the decisions made so far.")
@click.option(
    "--ahead",
    type=click.IntRange(1, 10_000),
    is_flag=False,
    flag_value=200,
    metavar="[N]",
    help="Learn from all decisions so far and suggest anew for the next N segments in the coder's queue (200).",
)
@click.option("--order", metavar="ORDER", help="With --ahead: the queue's order (default: document).")
@click.option("--propose", is_flag=True, help="Have a model behind an endpoint propose codes that the tree lacks.")
@click.option("--max-cost", type=Amount(0), metavar="USD", help="Spend no more than this in this call.")
@click.option("--max-tokens", type=click.IntRange(1), metavar="N", help="Use no more tokens than this in this call.")
@click.option(
    "--samples",
    type=click.IntRange(1, 50),
    metavar="K",
    help="Ask each question K times: how many answers name a code is its confidence (1).",
)
@click.option("--dry-run", "dry", is_flag=True, help="Store nothing: say what would be done, and show a prompt.")
@BATCH_OUT
@BATCH_SUBMIT
@BATCH_COLLECT
@BATCH_IN
@MORE
@PROGRESS
@CODER
@JSON
@click.pass_context
def suggest(
    context: click.Context,
    study: Path,
    profile: str | None,
    prompt: str | None,
    documents: str | None,
    segments: str | None,
    codes: str | None,
    limit: int | None,
    changed: bool,
    redo: bool,
    ahead: int | None,
    order: str | None,
    propose: bool,
    max_cost: float | None,
    max_tokens: int | None,
    samples: int | None,
    dry: bool,
    out: Path | None,
    hand_in: bool,
    fetch: bool,
    in_: tuple[Path, ...],
    more: tuple[Path, ...],
    form: Form,
    coder: str,
    as_json: bool,
) -> None:
    """Suggest codes for the segments that have no answer yet. Stop it at any time: the same command goes on."""
    from suggest.engine.batch_jobs import refuse_while_waiting
    from suggest.engine.dry_run import dry_run
    from suggest.engine.profiles import default_profile
    from suggest.engine.tasks import Selection
    from suggest.models.chat.budget import Ceiling
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    selection = Selection(
        _names(documents, "--documents"), _names(segments, "--segments"), _names(codes, "--codes"), limit
    )
    batch = asked(out, in_, more, hand_in, fetch)
    name = profile or default_profile().name
    if profile is None:
        say_which(name)
    if ahead is not None:
        limited = max_cost is not None or max_tokens is not None or samples is not None
        if selection != Selection() or redo or changed or dry or batch or limited or propose or prompt is not None:
            raise UsageError("--ahead goes with --coder, --order and --profile alone: the queue says which segments.")
        _ahead(context, study, name, ahead, order or "document", coder, as_json, form)
        return
    if order is not None:
        raise UsageError("--order goes with --ahead.")
    if batch and prompt is not None:
        raise UsageError("Files and batches take the profile's own prompt: 'models STUDY add NAME --prompt P' sets it.")
    if propose and (batch or selection.codes or samples is not None):
        raise UsageError(
            "--propose goes without files, batches, --samples and --codes: it is about what the tree lacks."
        )
    if changed and (redo or batch or propose):
        raise UsageError("--changed goes without --redo, --propose, files and batches.")
    if dry:
        if batch:
            raise UsageError("--dry-run goes without files and batches.")
        if propose:
            with Study.open(study) as opened:
                show_proposing(opened, name, selection, as_json, redo=redo, prompt=prompt)
            return
        with Study.open(study) as opened:
            _say_whose(opened, name)
            if changed:
                show_changed(opened, name, selection, as_json, prompt=prompt, samples=samples or 1)
                return
            planned = dry_run(opened, name, selection, redo=redo, prompt=prompt, samples=samples or 1)
        show_dry_run(planned, as_json)
        return
    with ended_by_signals(), Study.open(study, write=True) as opened:
        ceiling = Ceiling(None if max_cost is None else int(max_cost * DOLLAR), max_tokens)
        if batch is not None:
            actor = ensure_coder(opened, coder)
            carry(
                batch, opened, actor, name, selection, redo=redo, ceiling=ceiling, samples=samples, form=form,
                as_json=as_json,
            )  # fmt: skip
            return
        if propose:
            run_proposing(
                context, opened, ensure_coder(opened, coder), name, selection, as_json, form,
                redo=redo, prompt=prompt, ceiling=ceiling,
            )  # fmt: skip
            return
        refuse_while_waiting(opened, name)
        _say_whose(opened, name)
        what: dict[str, Any] = {}
        report: RunReport | None
        if changed:
            what, report = run_changed(
                opened, ensure_coder(opened, coder), name, selection, form, ceiling=ceiling, prompt=prompt,
                samples=samples or 1,
            )  # fmt: skip
        else:
            report = run(
                opened, ensure_coder(opened, coder), name, selection, redo=redo, form=form, ceiling=ceiling,
                prompt=prompt, samples=samples or 1,
            )  # fmt: skip
    if as_json:
        print_json({**(nothing_new(name, 0) if report is None else report_json(report)), **what})
    else:
        show("Nothing to do." if report is None else sentence(report))
    if report is not None:
        finish(context, report)


def _ahead(
    context: click.Context, path: Path, profile: str, size: int, order: str, coder: str, as_json: bool, form: Form
) -> None:
    from suggest.review.decisions import Reviewer
    from suggest.study.study import Study
    from tui.commands.ahead import look_ahead
    from tui.commands.queue import acting_coder

    with ended_by_signals(), Study.open(path, write=True) as opened:
        actor = acting_coder(opened, coder)
        window, report = look_ahead(opened, Reviewer(opened, actor), actor, profile, size, order, form=form)
    if report is not None:
        _tell(report)
        print_json(report_json(report)) if as_json else show(sentence(report))
        finish(context, report)
    elif as_json:
        print_json(nothing_new(profile, window))
    elif window:
        show(f"Nothing was learned since the next {window} segments were suggested for: nothing to do.")
    else:
        show("Nothing is left in the queue that is not suggested for and seen already.")


def _tell(report: RunReport) -> None:
    """Why a new run begins and what it learned from."""
    if report.remark:
        say(report.remark)
    if report.began and report.learned:
        lessons = counted(report.learned, "lesson")
        say(f"Run {report.number} learned from {lessons}: what a coder said of a code on a segment.")


def run(
    study: Study,
    actor: str,
    profile: str,
    selection: Selection | None = None,
    *,
    redo: bool = False,
    form: Form = "bar",
    ceiling: Ceiling | None = None,
    prompt: str | None = None,
    samples: int = 1,
) -> RunReport:
    """A run whose progress is told in this form; says why a new run begins and what it learned from."""
    from suggest.engine.runs import suggest as suggest_codes
    from suggest.models.chat.budget import UNLIMITED

    telling = run_progress(form, f"suggesting ({profile})")
    try:
        report = suggest_codes(
            study,
            actor,
            profile,
            selection,
            redo=redo,
            progress=telling.suggesting,
            reading=telling.reading,
            ceiling=ceiling or UNLIMITED,
            prompt=prompt,
            samples=samples,
        )
    finally:
        telling.close()
    _tell(report)
    for warning in report.warnings if report.began else ():
        say(warning)
    return report


def _names(text: str | None, option: str) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise UsageError(f"{option} names nothing.")
    return names


def _say_whose(study: Study, profile: str) -> None:
    """Tell the user that a profile of theirs is passed over for the study's."""
    from suggest.engine.own_profiles import passed_over

    if passed_over(study, profile):
        say(f"The study's own profile {profile} is used, not yours of that name.")


def say_which(profile: str) -> None:
    """Tell the user, who named no profile, when it is not the best one that could be."""
    from suggest.engine.profiles import why_not_preferred

    missing = why_not_preferred()
    if missing:
        say(f"{missing} Suggesting with the {profile} one.")
