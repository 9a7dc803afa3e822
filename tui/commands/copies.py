"""`copy` and `merge`: copies of a study for other sites, and their work back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.printable import counted
from tui.commands.common import CODER, JSON, STUDY, ProgressBar, print_json, say, show
from tui.commands.progress import PROGRESS, Form, JsonProgress

if TYPE_CHECKING:
    from suggest.study.merge import Merged
    from suggest.study.study import Study

MOST = 50
"""So many matters are listed to be read."""


@click.command()
@STUDY
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--for",
    "people",
    multiple=True,
    metavar="NAME",
    help="With the words of this coder's reflexive memos; without it nobody's go along. Repeatable.",
)
@CODER
def copy(study: Path, file: Path, people: tuple[str, ...], coder: str) -> None:
    """A copy for another site to work on; 'secondcoder merge' brings its log back."""
    from suggest.study.copies import make_copy
    from suggest.study.people import ensure_coder, existing_coder
    from suggest.study.study import Study
    from suggest.study.withheld import count_withheld

    with Study.open(study, write=True) as opened:
        private_of = [existing_coder(opened, name).id for name in people]
        drawn = make_copy(opened, file, ensure_coder(opened, coder), private_of)
    with Study.open(file) as made:
        without = count_withheld(made)
    if drawn:
        say(f"The blind core of {counted(drawn, 'document')} was drawn first, so that all sites share it.")
    if without:
        memos = counted(without, "reflexive memo")
        say(f"{file.name}: copied, without the words of {memos}. It holds everything else, so keep it as safe.")
    else:
        say(f"{file.name}: copied. It holds everything the study holds, so keep it as safe.")


@click.command()
@STUDY
@click.argument("other", type=click.Path(path_type=Path))
@PROGRESS
@CODER
@JSON
def merge(study: Path, other: Path, form: Form, coder: str, as_json: bool) -> None:
    """Bring the log of another copy of the same study into STUDY; OTHER stays as it is.

    Tells whose work came in, and what was done at both places at once: what holds then follows written rules.
    """
    from suggest.study.merge import merge as take_in
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    told = JsonProgress() if form == "json" else None
    bars: dict[str, ProgressBar] = {}

    def progress(phase: str, done: int, total: int) -> None:
        if told:
            told.merging(phase, done, total)
        elif form == "bar":
            bars.setdefault(phase, ProgressBar(phase))(done, total)

    with Study.open(study, write=True) as opened:
        try:
            merged = take_in(opened, other, ensure_coder(opened, coder), progress)
        finally:
            for bar in bars.values():
                bar.close()
            if told:
                told.close()
        with opened.reading():
            if as_json:
                print_json(_as_json(opened, merged))
            else:
                _tell(opened, other, merged)


def _as_json(study: Study, merged: Merged) -> dict[str, Any]:
    from suggest.study.conflict_names import conflict_names
    from suggest.study.conflicts import RULES
    from suggest.study.people import coders

    names, people = conflict_names(study), {coder.id: coder.name for coder in coders(study)}
    return {
        "entries": merged.entries,
        "chains": list(merged.chains),
        "entry": merged.entry and list(merged.entry),
        "work": [
            {"coder": people.get(item.coder, item.coder), "kind": item.kind, "entries": item.entries}
            for item in merged.work
        ],
        "backups": sorted(merged.backups),
        "beyond": sorted(set(merged.beyond)),
        "conflicts": [
            {
                "rule": item.rule,
                "subjects": list(item.subjects),
                "name": names(item),
                "happened": RULES[item.rule][0],
                "holds": RULES[item.rule][1],
                "see": RULES[item.rule][2],
                "here": [list(entry) for entry in item.here],
                "there": [list(entry) for entry in item.there],
                "count": item.count,
            }
            for item in merged.conflicts
        ],
    }


def _tell(study: Study, other: Path, merged: Merged) -> None:
    from suggest.study.conflict_names import conflict_names
    from suggest.study.conflicts import RULES
    from suggest.study.people import coders

    if not merged.work:
        say(f"{other.name} has no work that this study does not have.")
        return
    people = {coder.id: coder.name for coder in coders(study)}
    chains = counted(len(merged.chains), "chain")
    show(f"merged: {counted(merged.entries, 'entry', 'entries')} from {chains}")
    by_coder: dict[str, list[str]] = {}
    for item in merged.work:
        by_coder.setdefault(people.get(item.coder, item.coder), []).append(f"{item.kind} {item.entries}")
    for name, kinds in sorted(by_coder.items()):
        show(f"  {name}: {', '.join(kinds)}")
    for path in sorted(merged.backups):
        show(f"what was withdrawn is gone from the backup {path} as well")
    for path in sorted(set(merged.beyond)):
        show(f"NOT reached by what was withdrawn, see to it yourself: {path}")
    if not merged.conflicts:
        show("nothing was done at both places at once that had to be decided")
        return
    number = counted(len(merged.conflicts), "matter")
    show(f"{number} done at both places at once, decided by the rules (docs/copies.md):")
    names = conflict_names(study)
    for conflict in merged.conflicts[:MOST]:
        happened, holds, see = RULES[conflict.rule]
        name = names(conflict)
        times = f" ({conflict.count} times)" if conflict.count > 1 else ""
        show(f"  {name}{': ' if name else ''}{happened}{times}: {holds}")
        show(f"    see: secondcoder {see}")
    if len(merged.conflicts) > MOST:
        show(f"  and {len(merged.conflicts) - MOST:,} more: '--json' lists all")
