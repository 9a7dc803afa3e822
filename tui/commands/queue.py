"""`queue`: what is next for a coder, exactly as the screen would show it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from suggest.errors import Refused
from suggest.printable import one_line
from suggest.review.claims import named_holds
from suggest.review.decisions import Reviewer
from suggest.review.filtering import STATES, named_filter
from suggest.review.item import QueueLine
from suggest.review.queue import ORDERS, Queue
from suggest.study.people import Coder, coders, ensure_coder, find_coder
from suggest.study.study import Study
from tui.commands.common import CODER, STUDY, Command, print_json_line, say, show

CHUNK = 100

_OPTIONS = (
    click.option("--order", type=click.Choice(ORDERS), default="document", show_default=True, help="What comes first."),
    click.option("--document", metavar="LABEL", help="Only this document."),
    click.option("--speaker", metavar="NAME", help="Only what a speaker of this name says."),
    click.option("--code", metavar="CODE", help="Only what this code is suggested for (and blind segments)."),
    click.option("--mine", metavar="CODE", help="Only where you have applied this code."),
    click.option("--state", type=click.Choice(STATES), default="open", show_default=True, help="How far they are."),
    click.option("--search", default="", metavar="TEXT", help='Only with all of these words, or "phrases".'),
)


def narrowed(command: Command) -> Command:
    """The options by which `queue` and `review` choose among the segments, and put them in order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("queue")
@STUDY
@CODER
@narrowed
@click.option("--round", "round_name", metavar="NAME", help="The round (default: the newest open one).")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many segments.")
@click.option("--hold", is_flag=True, help="Claim what is printed for two minutes, so that colleagues do not get it.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
def queue(
    study: Path,
    coder: str,
    order: str,
    round_name: str | None,
    limit: int,
    hold: bool,
    as_json: bool,
    **wanted: Any,
) -> None:
    """What is next for a coder, exactly as the screen would show it.

    What is printed here for the first time counts as seen, and the log says so. What colleagues have open is left out
    where one coder a segment, or so many, are enough.
    """
    with Study.open(study, write=os.access(study, os.W_OK)) as opened:
        actor = acting_coder(opened, coder)
        reviewer = Reviewer(opened, actor)
        round_ = reviewer.round(round_name)
        chosen = Queue(opened, actor, round_, order, named_filter(opened, **wanted))
        numbers = chosen.take(limit)
        if hold:
            numbers = reviewer.hold(numbers, round_)
        for start in range(0, len(numbers), CHUNK):
            for line in reviewer.show(numbers[start : start + CHUNK], round_):
                print_json_line(line.to_json()) if as_json else _show(line)
        held = named_holds(opened, chosen.held()) if len(numbers) < limit else []
        if held:
            who = ", ".join(f"{item['coder']} (until {item['until'][11:16]} UTC)" for item in held[:12])
            say(f"{len(held)} more {'is' if len(held) == 1 else 'are'} open with colleagues: {who}.")
        elif not numbers and not as_json:
            show("Nothing is left to code.")


def acting_coder(study: Study, name: str) -> str:
    """The id of the person who acts, entered in the study if it is their first time. Refused for a model."""
    known: Coder | None = find_coder(study, name)
    if known is None and not study.writable:
        raise Refused(f"{study.path.name} is read-only and has no coder of this name, so there is no queue to show.")
    if known is not None and known.type != "person":
        raise Refused("A model cannot review: its suggestions are what is reviewed. Name a person with --coder.")
    if known is not None:
        return known.id
    others = [coder.name for coder in coders(study) if coder.type == "person"]
    made = ensure_coder(study, name)
    say(f"{name} is new in this study. So far there {'is' if len(others) == 1 else 'are'}: {', '.join(others[:12])}.")
    return made


def _show(line: QueueLine) -> None:
    head = [line.segment.cite, line.segment.speaker, line.view.exposure, line.segment.id]
    show("  ".join(part for part in head if part))
    for words in line.segment.text.splitlines():
        show(f"    {words}")
    if line.beside is not None:
        show(one_line(f"  {line.beside.named}, {line.beside.told}: {line.beside.text}"))
    fitting = [suggestion for suggestion in line.suggestions if suggestion.fits]
    for suggestion in fitting:
        show(f"  suggested: {suggestion.path}  ({suggestion.profile})")
    if line.suggestions and not fitting:
        show(f"  no code seems to fit; nearest: {line.suggestions[0].path}  ({line.suggestions[0].profile})")
    for coding in line.mine:
        show(f"  mine: {coding.path}  [{coding.start}, {coding.end}]")
    show("")
