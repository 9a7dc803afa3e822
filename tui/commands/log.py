"""`status` and `log`: where the study stands, and everything that happened in it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.common import JSON, STUDY, print_json, print_json_line, show, show_table

if TYPE_CHECKING:
    from suggest.study.fold import Entry
    from suggest.study.study import Study


@click.command()
@STUDY
@JSON
def status(study: Path, as_json: bool) -> None:
    """Counts, progress by coder, runs, what was sent where, and the head of the log."""
    from suggest.study.overview import overview
    from suggest.study.study import Study

    with Study.open(study) as opened:
        view = overview(opened)
    if as_json:
        print_json(
            {
                "title": view.title,
                "documents": view.documents,
                "segments": view.segments,
                "data_segments": view.data,
                "codes": view.codes,
                "tree_version": view.tree_version,
                "runs": len(view.runs),
                "sets": view.sets,
                "suggestions": view.suggestions,
                "codings": view.codings,
                "decisions": view.decisions,
                "completed": view.completed,
                "remaining": view.remaining,
                "sent": {},
                "log": {"entries": view.entries, "head": view.head},
            }
        )
        return
    show(view.title)
    show(f"  {view.documents} documents, {view.segments} segments, {view.data} of them data to be coded")
    show(f"  {view.codes} codes, tree version {view.tree_version}")
    looks = [run for run in view.runs if "ahead" in run.parameters]
    for run in (run for run in view.runs if "ahead" not in run.parameters):
        counts = f"{run.suggested} with codes that fit, {run.no_code} without, {run.failed} failed"
        asked = run.suggested + run.no_code + run.failed
        show(f"  run {run.number} by {run.profile} ({run.state}): {asked} segments; {counts}")
    if looks:
        segments = sum(run.suggested + run.no_code for run in looks)
        show(f"  {len(looks)} looks ahead of a review, the last one run {looks[-1].number}: {segments} segments in all")
    if not view.runs:
        show("  no suggestions yet: run 'secondcoder suggest'")
    made = ", ".join(f"{number} {action}" for action, number in view.decisions.items())
    show(f"  {view.codings} codings; decisions: {made or 'none yet'}")
    if view.completed:
        show_table(
            ("  coder", "completed", "left"),
            [(f"  {name}", done, view.remaining[name]) for name, done in view.completed.items()],
            right=(1, 2),
        )
    show("  sent to hosts: nothing")
    show(f"  log: {view.entries} entries, head {view.head}")


@click.command()
@STUDY
@click.option("--follow", is_flag=True, help="Go on and print new entries as they come.")
@click.option("--kind", metavar="K", help="Only entries of this kind, such as decided.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, one entry a line.")
def log(study: Path, follow: bool, kind: str | None, as_json: bool) -> None:
    """Everything that happened, oldest first."""
    from suggest.errors import UsageError
    from suggest.study.events import KINDS
    from suggest.study.study import Study

    if kind is not None and kind not in KINDS:
        raise UsageError(f"no log entry is called {kind}. There are: {', '.join(KINDS)}.")
    with Study.open(study) as opened:
        place: tuple[int, int, str, int] | None = None
        names: dict[str, str] = {}
        while True:
            for entry in _read(opened, kind, place):
                place = (entry.clock, entry.tick, entry.replica, entry.seq)
                if as_json:
                    _print_entry(entry)
                else:
                    _show_entry(opened, entry, names)
            if not follow:
                return
            time.sleep(0.3)


def _read(study: Study, kind: str | None, after: tuple[int, int, str, int] | None) -> list[Entry]:
    """One page at a time, so that a reader that stops never holds the file."""
    from itertools import islice

    from suggest.study.log import entries

    found: list[Entry] = []
    while True:
        page = list(islice(entries(study.db, kind=kind, after=after), 1000))
        found += page
        if len(page) < 1000:
            return found
        after = (page[-1].clock, page[-1].tick, page[-1].replica, page[-1].seq)


def _print_entry(entry: Entry) -> None:
    print_json_line(
        {
            "replica": entry.replica,
            "seq": entry.seq,
            "at": entry.at,
            "actor": entry.actor,
            "kind": entry.kind,
            "payload": entry.payload,
            "hash": entry.hash,
        }
    )


def _show_entry(study: Study, entry: Entry, names: dict[str, str]) -> None:
    from suggest.study.people import coders

    if entry.actor not in names:
        names.update((coder.id, coder.name) for coder in coders(study))
    actor = names.get(entry.actor, entry.actor)
    detail = json.dumps(entry.payload, sort_keys=True)
    detail = detail if len(detail) <= 160 else detail[:157] + "..."
    show(f"{entry.at or '-':20}  {entry.replica[:6]}/{entry.seq:<6}  {actor:12}  {entry.kind:18}  {detail}")
