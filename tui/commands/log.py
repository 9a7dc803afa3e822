"""`status` and `log`: where the study stands, and everything that happened in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.printable import counted, one_line
from tui.commands.common import JSON, STUDY, print_json, print_json_line, show, show_table

if TYPE_CHECKING:
    from suggest.review.visible_log import Place, VisibleEntry
    from suggest.study.fold import Entry
    from suggest.study.overview import Overview
    from suggest.study.study import Study

PAGE = 1000


@click.command()
@STUDY
@click.option("--coder", "name", metavar="NAME", help="Without what this coder may not know yet (default: everything).")
@JSON
def status(study: Path, name: str | None, as_json: bool) -> None:
    """Counts, progress by coder, runs, what was sent where, and the head of the log."""
    from suggest.study.overview import overview
    from suggest.study.study import Study

    with Study.open(study) as opened:
        view = overview(opened)
        if name is not None:
            _own_status(opened, name, view, as_json)
            return
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
                "not_begun": view.not_begun,
                "proposals": view.proposals,
                "sent": {
                    host: {"requests": requests, "characters": characters}
                    for host, (requests, characters) in view.sent.items()
                },
                "log": {"entries": view.entries, "head": view.head},
            }
        )
        return
    show(view.title)
    show(_size(view))
    show(f"  {counted(view.codes, 'code')}, tree version {view.tree_version}")
    looks = [run for run in view.runs if "ahead" in run.parameters]
    for run in (run for run in view.runs if "ahead" not in run.parameters):
        counts = f"{run.suggested:,} with codes that fit, {run.no_code:,} without, {run.failed:,} failed"
        asked = run.suggested + run.no_code + run.failed
        show(f"  run {run.number} by {run.profile} ({run.state}): {counted(asked, 'segment')}; {counts}")
    if looks:
        segments = sum(run.suggested + run.no_code for run in looks)
        last = f"the last one run {looks[-1].number}: {counted(segments, 'segment')} in all"
        show(f"  {counted(len(looks), 'look')} ahead of a review, {last}")
    if not view.runs:
        show("  no suggestions yet: run 'secondcoder suggest'")
    made = ", ".join(f"{number:,} {action}" for action, number in view.decisions.items())
    show(f"  {counted(view.codings, 'coding')}; decisions: {made or 'none yet'}")
    if view.proposals:
        show(f"  codes that models proposed: {_proposals(view.proposals)}")
    if view.completed:
        rows = [
            (f"  {name}", f"{done:,}", f"{view.remaining[name]:,}", ", ".join(view.not_begun.get(name, ())))
            for name, done in view.completed.items()
        ]
        show_table(("  coder", "completed", "left", "not begun in" if view.not_begun else ""), rows, right=(1, 2))
    for host, (requests, characters) in view.sent.items():
        show(f"  sent to {host}: {counted(requests, 'request')}, {counted(characters, 'character')}")
    if not view.sent:
        show("  sent to hosts: nothing")
    show(f"  log: {counted(view.entries, 'entry', 'entries')}, head {view.head}")


def _size(view: Overview) -> str:
    segments = counted(view.segments, "segment")
    return f"  {counted(view.documents, 'document')}, {segments}, {view.data:,} of them data to be coded"


def _proposals(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in counts.items() if number)


def _own_status(study: Study, name: str, view: Overview, as_json: bool) -> None:
    """What a coder may know: counts of texts and codes, the own decisions, and who is how far."""
    from suggest.review.proposals import waiting
    from suggest.review.sight import Sight
    from suggest.review.visible import own_view
    from suggest.study.people import existing_coder

    sight = Sight(study, existing_coder(study, name).id)
    own, proposed = own_view(sight), waiting(sight)
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
                "codings": own.codings,
                "decisions": own.decisions,
                "proposals": {"waiting": proposed},
                "rounds": {
                    round_: {who: {"completed": done, "remaining": left} for who, (done, left) in people.items()}
                    for round_, people in own.progress.items()
                },
            }
        )
        return
    show(view.title)
    show(_size(view))
    show(f"  {counted(view.codes, 'code')}, tree version {view.tree_version}; {counted(len(view.runs), 'run')}")
    made = ", ".join(f"{number:,} {action}" for action, number in own.decisions.items())
    show(f"  own codings: {own.codings}; own decisions: {made or 'none yet'}")
    if proposed:
        show(f"  codes that models proposed: {_proposals({'waiting': proposed})}")
    rows = [
        (f"  {round_}", who, f"{done:,}", f"{left:,}")
        for round_, people in own.progress.items()
        for who, (done, left) in people.items()
    ]
    if rows:
        show_table(("  round", "coder", "completed", "left"), rows, right=(2, 3))


@click.command()
@STUDY
@click.option("--follow", is_flag=True, help="Go on and print new entries as they come.")
@click.option("--kind", metavar="K", help="Only entries of this kind, such as decided.")
@click.option("--coder", "name", metavar="NAME", help="Only what this coder may see now (default: the whole log).")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, one entry a line.")
def log(study: Path, follow: bool, kind: str | None, name: str | None, as_json: bool) -> None:
    """Everything that happened, oldest first.

    The whole log tells what colleagues decided: whoever still codes reads it with --coder.
    """
    from suggest.errors import UsageError
    from suggest.review.visible_log import VisibleEntry
    from suggest.study.events import KINDS
    from suggest.study.people import existing_coder
    from suggest.study.study import Study

    if kind is not None and kind not in KINDS:
        raise UsageError(f"no log entry is called {kind}. There are: {', '.join(KINDS)}.")
    with Study.open(study) as opened:
        place: Place | None = None
        reader = None if name is None else existing_coder(opened, name).id
        while True:
            page, reached = _page(opened, reader, kind, place)
            place = reached or place
            if as_json:
                for entry in page:
                    print_json_line(entry.to_json() if isinstance(entry, VisibleEntry) else _whole(entry))
            elif page:
                _show_page(opened, page)
            if reached is None:
                if not follow:
                    return
                time.sleep(0.3)


def _page(
    study: Study, coder: str | None, kind: str | None, after: Place | None
) -> tuple[Sequence[Entry | VisibleEntry], Place | None]:
    """One page at a time, so that a reader that stops never holds the file; and where it ends, None behind the last."""
    from itertools import islice

    from suggest.review.sight import Sight
    from suggest.review.visible_log import visible_page
    from suggest.study.log import entries

    if coder is not None:
        return visible_page(Sight(study, coder), kind=kind, after=after, size=PAGE)
    page = list(islice(entries(study.db, kind=kind, after=after), PAGE))
    return page, (page[-1].clock, page[-1].tick, page[-1].replica, page[-1].seq) if page else None


def _whole(entry: Entry) -> dict[str, Any]:
    return {
        "replica": entry.replica,
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "kind": entry.kind,
        "payload": entry.payload,
        "hash": entry.hash,
    }


def _show_page(study: Study, page: Sequence[Entry | VisibleEntry]) -> None:
    """When, which, who, what, and what of: with the names of today. The payload as it stands is in the JSON."""
    from tui.log.naming import Names

    with study.reading():
        names = Names(study)
        for entry in page:
            place = f"{entry.replica[:6]}/{entry.seq:<6}"
            who, what = names.coder(entry.actor), entry.kind.replace("_", " ")
            show(one_line(f"{entry.at or '-':20}  {place}  {who:12}  {what:18}  {names.line(entry)}").rstrip())
