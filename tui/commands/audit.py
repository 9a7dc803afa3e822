"""`audit`: how far people and models agree, with what the figures stand on."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.errors import BadInput, CheckFailed, SecondCoderError, UsageError
from suggest.printable import one_line
from tui.commands.common import CODER, JSON, STUDY, ProgressBar, print_json, say
from tui.commands.progress import PROGRESS, Form, JsonProgress

if TYPE_CHECKING:
    from suggest.audit.audit import Report
    from suggest.study.study import Study

STEPS = ("reading", "counting")
"""What an audit is at, one after the other."""


@click.command()
@STUDY
@click.option("--round", "round_", metavar="R", help="The round to audit (default: the newest in which anybody coded).")
@click.option("--coders", metavar="A,B,...", help="Only these coders and models, such as anna,model:embedded.")
@click.option("--branch", metavar="CODE", help="Only this code and what lies under it.")
@click.option(
    "--distance", type=click.Path(path_type=Path), metavar="FILE.csv",
    help="A table of distances between codes, 0 to 1, instead of the tree's own.",
)  # fmt: skip
@click.option("--by", metavar="ATTRIBUTE", help="Also by an attribute of the documents, such as site; or by document.")
@click.option(
    "--compare", metavar="A,B,...",
    help="Compare runs on the same segments: by number or model, such as 3,5 or model:embedded,model:chat.",
)  # fmt: skip
@click.option(
    "--epsilon", type=click.FloatRange(0, 1), default=0.15, show_default=True, metavar="E",
    help="The margin of the alternative annotator test: by how much people may be better for their work.",
)  # fmt: skip
@click.option("--plan", is_flag=True, help="How much more blind double coding is needed.")
@click.option(
    "--half-width", type=click.FloatRange(0, 1, min_open=True), default=0.1, show_default=True, metavar="W",
    help="What --plan aims at: alpha within W either way.",
)  # fmt: skip
@click.option(
    "--fail-under", type=float, metavar="X",
    help="Exit with 3 if alpha of two coders who coded blind is below X, or undefined.",
)  # fmt: skip
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="As one page for a browser or paper.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="In Markdown.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--sections", is_flag=True, help="With --json: also what the page says, as texts, tables and bars.")
@PROGRESS
@CODER
@JSON
def audit(
    study: Path,
    round_: str | None,
    coders: str | None,
    branch: str | None,
    distance: Path | None,
    by: str | None,
    compare: str | None,
    epsilon: float,
    plan: bool,
    half_width: float,
    fail_under: float | None,
    html: Path | None,
    markdown: Path | None,
    force: bool,
    sections: bool,
    form: Form,
    coder: str,
    as_json: bool,
) -> None:
    """Agreement of people and models in one round, code by code and pooled; blind and shown kept apart."""
    from suggest.audit.as_json import as_json as report_json
    from suggest.audit.audit import Question
    from suggest.audit.audit import audit as make_audit
    from suggest.audit.markdown import markdown as as_markdown
    from suggest.audit.page import page
    from suggest.audit.reading import Choice
    from suggest.audit.standing_in import EPSILON
    from suggest.audit.told import told, told_json
    from suggest.study.study import Study
    from tui.commands.audit_text import show_report

    if fail_under is not None and not -1 <= fail_under <= 1:
        raise UsageError("--fail-under takes a number from -1 to 1.")
    if sections and not as_json:
        raise UsageError("--sections goes with --json.")
    if html is not None and markdown is not None and html.resolve() == markdown.resolve():
        raise UsageError("--html and --markdown name the same file: give each its own.")
    for path in (html, markdown):
        _check_free(path, study, force)
    names = tuple(coders.split(",")) if coders else ()
    runs = tuple(compare.split(",")) if compare else ()
    choice = Choice(round_, names, branch, runs, reader=coder)
    question = Question(choice, distance, by, half_width if plan else None, epsilon)
    with Study.open(study) as opened:
        bar, told_of = ProgressBar("auditing"), JsonProgress() if form == "json" else None

        def step(phase: str) -> None:
            if told_of is not None:
                told_of.auditing(phase)
            elif form == "bar":
                bar(STEPS.index(phase), len(STEPS))

        report = make_audit(opened, question, step)
        bar.close()
        warn_who_is_blind(opened, coder)
    if report.looking.due:
        _log_look(study, coder, report)
    _log_own_look(study, coder, report)
    file = None if distance is None else distance.name
    margin = None if epsilon == EPSILON else f"{epsilon:g}"
    command = audit_command(
        round=round_, coders=coders, branch=branch, distance=file, by=by, compare=compare, epsilon=margin
    )
    if html is not None:
        _write(html, page(report, command))
    if markdown is not None:
        _write(markdown, as_markdown(report, command))
    if as_json:
        print_json({**report_json(report), **({"told": told_json(told(report))} if sections else {})})
    elif html is None and markdown is None:
        show_report(report)
    if fail_under is not None:
        blind = [pair for pair in report.pairs if pair.exposure == "blind" and not pair.with_consensus]
        low = [pair for pair in blind if pair.pooled.alpha.value is None or pair.pooled.alpha.value < fail_under]
        if not blind:
            raise CheckFailed("No two coders coded the same segments blind, so --fail-under cannot be met.")
        if low:
            named = ", ".join(f"{pair.a.name} and {pair.b.name}" for pair in low[:5])
            raise CheckFailed(
                f"Alpha is below {fail_under:g} or undefined for {len(low)} of {len(blind)} pairs: {named}."
            )
        say(f"Alpha is at least {fail_under:g} for all {len(blind)} pairs.")


def audit_command(**given: str | None) -> str:
    """The call that makes this audit again."""
    options = [f" --{name} {shlex.quote(value)}" for name, value in given.items() if value is not None]
    return f"secondcoder audit STUDY{''.join(options)}"


def warn_who_is_blind(study: Study, coder: str) -> None:
    """Tell one who still has segments to code blind that this shows what colleagues and models did."""
    from suggest.study.blindness import left_to_code_blind
    from suggest.study.people import find_coder

    known = find_coder(study, coder)
    count = 0 if known is None else left_to_code_blind(study, known.id)
    if count:
        say(f"You have {blind_words(count)}, and this tells what others did: code before you read it.")


def blind_words(count: int) -> str:
    """How many segments are to be coded blind."""
    return f"{count} segment{'' if count == 1 else 's'} to code blind"


def _log_look(study: Path, coder: str, report: Report) -> None:
    """Note in the log that somebody looked; where it cannot be written to, say so: the figures stand all the same."""
    from suggest.study.looks import log_look
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    held = report.looking
    try:
        with Study.open(study, write=True) as opened:
            written = log_look(
                opened, ensure_coder(opened, coder), report.material.round, held.documents, held.segments
            )
    except SecondCoderError as error:
        say(f"That you looked could not be noted in the log: {one_line(str(error))}")
        return
    if written:
        say(
            f"Noted in the log: look {len(held.looks) + 1} at round {one_line(report.material.round.name)}, which is "
            "still being coded."
        )


def _log_own_look(study: Path, coder: str, report: Report) -> None:
    """Note in the log that somebody saw how stable they are: from then on others are told, too."""
    from suggest.study.again import log_own_look
    from suggest.study.people import find_coder
    from suggest.study.study import Study

    own = [item.figures for item in report.stabilities if coder in (item.rater.name, item.rater.id)]
    if not own:
        return
    try:
        with Study.open(study, write=True) as opened:
            known = find_coder(opened, coder)
            documents, segments = max(item.documents for item in own), sum(item.segments for item in own)
            written = known is not None and log_own_look(opened, known.id, report.material.round, documents, segments)
    except SecondCoderError as error:
        say(f"That you looked could not be noted in the log: {one_line(str(error))}")
        return
    if written:
        say("Noted in the log: you have seen how stable your own answers are. From now on audits tell it others, too.")


def _check_free(path: Path | None, study: Path, force: bool) -> None:
    if path is not None and path.exists() and (not force or (study.exists() and path.samefile(study))):
        raise BadInput("is there already; nothing was written.", file=path.name, advice="Another name, or --force.")


def _write(path: Path, text: str) -> None:
    write_for_owner(path, text)
    say(f"Written: {path}")


def write_for_owner(path: Path, text: str) -> None:
    """The whole file or none of it, for its owner alone: counts, names of codes and coders, nothing that was said."""
    from suggest.study.exports import make_private

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        make_private(part)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or "unwritable"
        raise BadInput(f"cannot be written: {reason}.", file=path.name, advice="Check folder and rights.") from None
