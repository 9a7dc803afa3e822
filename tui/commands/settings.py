"""`settings` and `rounds`: how the study works, and who codes what when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suggest.errors import Refused, UsageError
from tui.commands.assigning import ASSIGNING, WHERE, chosen_documents, names
from tui.commands.common import CODER, JSON, STUDY, print_json, say, show_table
from tui.lazy import WholeGroup


@click.command()
@STUDY
@click.argument("action", type=click.Choice(["list", "set"]), default="list")
@click.argument("key", required=False)
@click.argument("value", required=False)
@CODER
@JSON
def settings(study: Path, action: str, key: str | None, value: str | None, coder: str, as_json: bool) -> None:
    """List the study's settings or change one; each change is an entry in the log."""
    from suggest.study.people import ensure_coder
    from suggest.study.settings import SETTINGS, get_setting, set_setting
    from suggest.study.study import Study

    if action == "set":
        if key is None or value is None:
            raise UsageError("'settings STUDY set' needs a KEY and a VALUE.")
        with Study.open(study, write=True) as opened:
            set_setting(opened, ensure_coder(opened, coder), key, value)
        say(f"{key} = {value}")
        return
    with Study.open(study) as opened:
        held = {name: get_setting(opened, name) for name in SETTINGS}
    if as_json:
        print_json(held)
        return
    rows = [(name, _readable(item), SETTINGS[name].meaning) for name, item in held.items()]
    show_table(("setting", "value", "meaning"), rows)


def _readable(value: Any) -> str:
    return ", ".join(value) if isinstance(value, (tuple, list)) else str(value)


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def rounds(context: click.Context, study: Path) -> None:
    """Rounds: stretches of the work with a purpose, coders and documents."""
    context.obj = study


for command in ASSIGNING:
    rounds.add_command(command)


@rounds.command("list")
@click.pass_obj
@JSON
def list_rounds(study: Path, as_json: bool) -> None:
    """All rounds, with who codes in them and how far they are."""
    from suggest.study.documents import list_documents
    from suggest.study.pending import members
    from suggest.study.people import coders
    from suggest.study.rounds import rounds as read
    from suggest.study.study import Study

    with Study.open(study) as opened:
        names = {coder.id: coder.name for coder in coders(opened)}
        labels = {document.id: document.label for document in list_documents(opened, erased=True)}
        held = [(item, members(opened, item.id)) for item in read(opened)]
    if as_json:
        print_json(
            [
                {
                    "round": item.name,
                    "id": item.id,
                    "purpose": item.purpose,
                    "state": item.state,
                    "overlap": item.overlap,
                    "scope": item.scope,
                    "released": item.released,
                    "coders": _named(item.coders, names),
                    "documents": _named(item.documents, labels),
                    "progress": {
                        names[coder]: {"completed": part.completed, "remaining": part.remaining}
                        for coder, part in people.items()
                    },
                }
                for item, people in held
            ]
        )
        return
    show_table(
        ("round", "purpose", "state", "coders", "documents", "done / left"),
        [
            (
                item.name,
                item.purpose,
                item.state,
                ", ".join(_named(item.coders, names) or ["all"]),
                ", ".join(_named(item.documents, labels) or ["all"]),
                "; ".join(f"{names[coder]} {p.completed} / {p.remaining}" for coder, p in people.items()),
            )
            for item, people in held
        ],
    )


def _named(ids: tuple[str, ...] | None, names: dict[str, str]) -> list[str] | None:
    return None if ids is None else [names[id_] for id_ in ids]


@rounds.command("open")
@click.pass_obj
@click.argument("name")
@click.option("--purpose", default="main", show_default=True, help="pilot, training, reliability, main, consensus")
@click.option("--coders", metavar="A,B", help="Who takes part (default: everybody).")
@click.option("--documents", metavar="L,L", help="Labels of the documents (default: all).")
@WHERE
@click.option("--overlap", type=click.IntRange(0, 1000), help="Coders per segment outside of the core; 0 means all.")
@click.option("--code", "code_ref", metavar="C", help="Code only this code.")
@click.option("--branch", "branch_ref", metavar="C", help="Code only this code and those under it.")
@CODER
def open_(
    study: Path,
    name: str,
    purpose: str,
    coders: str | None,
    documents: str | None,
    where: tuple[str, ...],
    overlap: int | None,
    code_ref: str | None,
    branch_ref: str | None,
    coder: str,
) -> None:
    """Open a round. Coders who do not exist yet are made."""
    from suggest.study.codes import find_code, read_codes
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import open_round
    from suggest.study.rounds import rounds as read
    from suggest.study.study import Study

    if code_ref and branch_ref:
        raise UsageError("--code and --branch exclude one another.")
    if purpose == "imported":
        raise UsageError("rounds of purpose 'imported' are made by 'secondcoder codings import'.")
    with Study.open(study, write=True) as opened:
        scope: tuple[str, str | None] = ("all", None)
        if ref := code_ref or branch_ref:
            scope = ("code" if code_ref else "branch", find_code(read_codes(opened), ref).id)
        held = chosen_documents(opened, documents, where)
        chosen = None if held is None else [document.id for document in held]
        actor = ensure_coder(opened, coder)
        people = None if coders is None else [ensure_coder(opened, person) for person in names(coders)]
        open_round(opened, actor, name, purpose=purpose, coders=people, documents=chosen, overlap=overlap, scope=scope)
        others = [
            item.name for item in read(opened)
            if item.state == "open" and not item.second and item.purpose != "imported"
        ]  # fmt: skip
    say(f"round {name} is open")
    if len(others) > 1:
        say(
            f"Open rounds now: {', '.join(others)}. Work goes on in the newest; what is blind in one of them is "
            "blind in all. Close a round that is over ('rounds STUDY close NAME')."
        )


@rounds.command("close")
@click.pass_obj
@click.argument("name")
@click.option("--release-core", is_flag=True, help="Let the blind core train models and serve as examples from now on.")
@CODER
def close(study: Path, name: str, release_core: bool, coder: str) -> None:
    """Close a round: nothing more is coded in it, and what stayed blind may be shown."""
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import close_round, find_round
    from suggest.study.rounds import release_core as release
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor = ensure_coder(opened, coder)
        found = find_round(opened, name)
        close_round(opened, actor, found)
        if release_core:
            release(opened, actor, found)
    say(f"round {name} is closed" + (", its core released" if release_core else ""))


@rounds.command("release")
@click.pass_obj
@click.argument("name")
@CODER
def release(study: Path, name: str, coder: str) -> None:
    """Release the blind core of a closed round: models may learn from it from now on, and examples come from it."""
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import find_round, release_core
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        found = find_round(opened, name)
        if found.state == "open":
            raise Refused(f"The round {name} is open: what is blind in it teaches nothing before it is closed.")
        release_core(opened, ensure_coder(opened, coder), found)
    say(f"the blind core of round {name} is released")
