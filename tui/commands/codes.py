"""`codes`: the code tree, from files, by hand, through its history, and what its changes made stale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted, one_line
from tui.commands.code_changes import CHANGES, say_stale
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.study.codes import Code

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def codes(context: click.Context, study: Path) -> None:
    """The code tree. A CODE is named by its id, its codebook id, its path ("Theme > Subtheme") or its name."""
    context.obj = study


for change in CHANGES:
    codes.add_command(change)


@codes.command("show")
@click.pass_obj
@click.option("--all", "all_states", is_flag=True, help="Also codes that were retired, merged or split.")
@click.option("--at", type=click.IntRange(0), metavar="N", help="The tree after change N of 'codes history'.")
@click.option("--coder", "name", metavar="NAME", help="With how often each code stands, as far as this coder may see.")
@JSON
def show_(study: Path, all_states: bool, at: int | None, name: str | None, as_json: bool) -> None:
    """The tree as it is, or as it was after one of its changes."""
    from suggest.review.sight import Sight
    from suggest.review.visible import code_counts
    from suggest.study.codes import read_codes, tree_version
    from suggest.study.people import existing_coder
    from suggest.study.study import Study
    from suggest.study.tree_history import history, tree_at

    with Study.open(study) as opened:
        if at is not None and at > len(history(opened)):
            raise BadInput("the tree has not had so many changes.", place=f"--at {at}", advice="See 'codes history'.")
        tree = None if at is None else tree_at(opened, at)
        found = read_codes(opened, tree, all_states=all_states)
        version = tree_version(opened)
        counts = {} if name is None else code_counts(Sight(opened, existing_coder(opened, name).id))
    if as_json:
        listed = [{**_json(c), **({"counts": counts[c.id].__dict__} if c.id in counts else {})} for c in found]
        print_json({"tree_version": version, "at": at, "codes": listed})
        return
    for code in found:
        depth = len(code.path) - 1
        state = "" if code.state == "live" else f" ({code.state})"
        named = f"{code.name}{state}  [{code.wording.external or code.id}]"
        held = counts.get(code.id)
        told = "" if held is None else f"  segments {held.segments}, mine {held.mine}, by model {held.by_model}"
        show(one_line("  " * depth + named + told))
        if code.wording.definition.strip():
            show(one_line("  " * depth + "    " + code.wording.definition.strip()))
    if not found:
        say("The tree is empty. 'secondcoder codes STUDY import FILE' or 'add NAME' begins it.")


def _json(code: Code) -> dict[str, Any]:
    words = code.wording
    return {
        "code": code.id,
        "external": words.external,
        "name": words.name,
        "path": code.path_text,
        "parent": code.parent,
        "depth": len(code.path),
        "definition": words.definition,
        "include": words.include,
        "exclude": words.exclude,
        "examples": list(words.examples),
        "state": code.state,
        "heir": code.heir,
    }


@codes.command("import")
@click.pass_obj
@FILE
@click.option("--encoding", metavar="NAME", help="Encoding of the file, where it cannot be told (such as cp1252).")
@CODER
def import_(study: Path, file: Path, encoding: str | None, coder: str) -> None:
    """Codes from a codebook: CSV (code_id, name, parent_id, definition, ...), nested YAML or .qdc; all or none."""
    from suggest.exchange.codebook import import_codebook, read_codebook
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    book = read_codebook(file, encoding=encoding)
    with Study.open(study, write=True) as opened:
        done = import_codebook(opened, ensure_coder(opened, coder), book)
        for notice in done.notices:
            say(one_line(notice))
        if done.known:
            more = f" and {len(done.known) - 12} more" if len(done.known) > 12 else ""
            known = f"{counted(len(done.known), 'code')} already in the study with the same words"
            say(one_line(f"{known}: {'; '.join(done.known[:12])}{more}"))
        show(f"{counted(len(done.added), 'code')} added")
        say_stale(opened, done.added)


@codes.command("export")
@click.pass_obj
@FILE
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@CODER
def export(study: Path, file: Path, force: bool, coder: str) -> None:
    """The tree of today as FILE.csv, FILE.yaml or FILE.qdc."""
    from suggest.exchange.codebook import write_codebook
    from suggest.exchange.outgoing import OutOptions
    from suggest.exchange.refi.codebook_out import write_codebook as write_qdc
    from suggest.exchange.wordings_out import codes_going_out
    from suggest.study.exports import export_file, write_export
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    ending = file.suffix.casefold().lstrip(".")
    if ending not in ("csv", "yaml", "yml", "qdc"):
        raise UsageError("a codebook is written as .csv, .yaml, .yml or .qdc.")
    with Study.open(study, write=True) as opened:
        found, notices = codes_going_out(opened)
        if ending == "qdc":
            actor = ensure_coder(opened, coder)
            export_file(opened, actor, file, lambda part: write_qdc(opened, part, OutOptions()), overwrite=force)
        else:
            text = write_codebook(found, {"yml": "yaml"}.get(ending, ending))
            write_export(opened, ensure_coder(opened, coder), file, text.encode(), overwrite=force)
    say(f"{file.name}: {counted(len(found), 'code')} written")
    for notice in notices:
        say(notice)


@codes.command("history")
@click.pass_obj
@JSON
def history_(study: Path, as_json: bool) -> None:
    """All changes of the tree, those undone included."""
    from suggest.study.people import coders
    from suggest.study.study import Study
    from suggest.study.tree_history import history

    with Study.open(study) as opened:
        names = {coder.id: coder.name for coder in coders(opened)}
        items = history(opened)
    if as_json:
        print_json(
            [
                {
                    "change": item.number,
                    "entry": list(item.entry),
                    "at": item.at,
                    "coder": names.get(item.actor, item.actor),
                    "op": item.op,
                    "codes": list(item.codes),
                    "stands": item.live,
                }
                for item in items
            ]
        )
        return
    show_table(
        ("change", "at", "who", "what", "codes", ""),
        [
            (
                item.number,
                item.at or "",
                names.get(item.actor, item.actor),
                item.op,
                "; ".join(item.codes[:6]) + (f" and {len(item.codes) - 6} more" if len(item.codes) > 6 else ""),
                "" if item.live else "undone",
            )
            for item in items
        ],
        right=(0,),
    )


@codes.command("stale")
@click.pass_obj
@click.option("--coder", "name", metavar="NAME", help="Only this coder's segments (default: everybody's).")
@JSON
def stale_(study: Path, name: str | None, as_json: bool) -> None:
    """Segments completed under an older tree in which codes have to be looked at again, and why."""
    from suggest.study.codes import read_codes
    from suggest.study.people import coders, find_coder
    from suggest.study.rounds import rounds
    from suggest.study.segments import SegmentReader
    from suggest.study.stale import stale
    from suggest.study.study import Study

    why = {"stale": "meaning changed", "open": "open since a split or correction", "not_in_scope": "new"}
    with Study.open(study) as opened:
        coder = find_coder(opened, name) if name is not None else None
        if name is not None and coder is None:
            raise BadInput("no coder is called so.", place=name)
        units = stale(opened, coder=coder.id if coder else None)
        people = {person.id: person.name for person in coders(opened)}
        named = {item.id: item.name for item in rounds(opened)}
        paths = {code.id: code.path_text for code in read_codes(opened)}
        reader = SegmentReader(opened)
        found = [(unit, segment) for unit in units if (segment := reader.number(unit.number)) is not None]
    if as_json:
        print_json(
            [
                {
                    "coder": people[unit.coder],
                    "round": named[unit.round],
                    "segment": segment.id,
                    "cite": segment.cite,
                    "document": segment.label,
                    "codes": [
                        {"code": code, "path": paths[code], "why": "new" if answer == "not_in_scope" else str(answer)}
                        for code, answer in unit.codes
                    ],
                }
                for unit, segment in found
            ]
        )
        return
    if not found:
        say("Nothing has to be looked at again.")
        return
    show_table(
        ("coder", "round", "segment", "cite", "code", "why"),
        [
            (people[unit.coder], named[unit.round], segment.id, segment.cite, paths[code], why[answer])
            for unit, segment in found
            for code, answer in unit.codes
        ],
    )
    say(counted(len(found), "segment"))
