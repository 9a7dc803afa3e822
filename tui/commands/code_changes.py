"""Changing the code tree by hand: each command is one change, a new version, and says what it makes stale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import one_line
from tui.commands.common import CODER, say, show

if TYPE_CHECKING:
    from suggest.study.codes import Code
    from suggest.study.study import Study

CODE = click.argument("code")
DEFINITION = click.option("--definition", metavar="T", help="What the code means.")
INCLUDE = click.option("--include", metavar="T", help="When to use it.")
EXCLUDE = click.option("--exclude", metavar="T", help="When not to use it.")
EXAMPLES = click.option("--example", "examples", multiple=True, metavar="T", help="An example; may be given again.")


@click.command("add")
@click.pass_obj
@click.argument("name")
@click.option("--under", metavar="CODE", help="The code that it belongs to (default: a theme of its own).")
@click.option("--id", "external", metavar="ID", help="An id of your own, as a codebook has it.")
@DEFINITION
@INCLUDE
@EXCLUDE
@EXAMPLES
@CODER
def add(
    study: Path,
    name: str,
    under: str | None,
    external: str | None,
    definition: str | None,
    include: str | None,
    exclude: str | None,
    examples: tuple[str, ...],
    coder: str,
) -> None:
    """A new code. On segments completed before, it is missing until they are looked at again."""
    from suggest.study.codes import NewCode, Wording, add_codes, find_code, read_codes
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        found = read_codes(opened, all_states=True)
        if external is not None and any(external in (code.id, code.wording.external) for code in found):
            raise BadInput("the id is taken.", place=external)
        live = [code for code in found if code.state == "live"]
        parent = find_code(live, under).id if under else None
        wording = Wording(name.strip(), definition or "", include or "", exclude or "", examples, external)
        made = add_codes(opened, ensure_coder(opened, coder), [NewCode("new", wording, parent)])
        _report(opened, "added", list(made.values()))


@click.command("rename")
@click.pass_obj
@CODE
@click.argument("name")
@CODER
def rename(study: Path, code: str, name: str, coder: str) -> None:
    """Another name for the same meaning: nothing becomes stale."""
    from dataclasses import replace

    from suggest.study.codes import reword
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        reword(opened, actor, found, replace(found.wording, name=name.strip()), meaning=False)
        _report(opened, "renamed", [found.id])


@click.command("move")
@click.pass_obj
@CODE
@click.option("--under", metavar="CODE", help="The code that it belongs to from now on.")
@click.option("--top", is_flag=True, help="Make it a theme of its own.")
@CODER
def move(study: Path, code: str, under: str | None, top: bool, coder: str) -> None:
    """Another place in the tree, with all that lies under it; what was decided is carried."""
    from suggest.study.codes import find_code, read_codes
    from suggest.study.codes import move as put
    from suggest.study.study import Study

    if (under is None) == (not top):
        raise UsageError("say where to: --under CODE, or --top.")
    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        put(opened, actor, found, find_code(read_codes(opened), under) if under else None)
        _report(opened, "moved", [found.id])


@click.command("merge")
@click.pass_obj
@CODE
@click.option("--into", required=True, metavar="CODE", help="The code that stands for both from now on.")
@CODER
def merge(study: Path, code: str, into: str, coder: str) -> None:
    """One code for two: positive where either was, negative only where both were."""
    from suggest.study.codes import find_code, merge_codes, read_codes
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        heir = find_code(read_codes(opened), into)
        merge_codes(opened, actor, found, heir)
        _report(opened, "merged", [heir.id])


@click.command("split")
@click.pass_obj
@CODE
@click.option("--part", "parts", multiple=True, metavar="NAME[=DEFINITION]", help="A part; given twice or more.")
@CODER
def split(study: Path, code: str, parts: tuple[str, ...], coder: str) -> None:
    """Several codes for one: negatives hold for each part, positives are to be decided again."""
    from suggest.study.codes import Wording, split_code
    from suggest.study.study import Study

    if len(parts) < 2:
        raise UsageError("a code is split into two parts or more: give --part NAME=DEFINITION for each.")
    words = [part.partition("=") for part in parts]
    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        made = split_code(opened, actor, found, [Wording(name.strip(), text.strip()) for name, _, text in words])
        _report(opened, "split into", made)


@click.command("retire")
@click.pass_obj
@CODE
@CODER
def retire(study: Path, code: str, coder: str) -> None:
    """Take a code out of use: it leaves figures and lists, and the log keeps it."""
    from suggest.study.codes import retire as end
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        end(opened, actor, found)
        show(one_line(f"retired: {found.path_text}"))


@click.command("define")
@click.pass_obj
@CODE
@DEFINITION
@INCLUDE
@EXCLUDE
@EXAMPLES
@CODER
def define(
    study: Path,
    code: str,
    definition: str | None,
    include: str | None,
    exclude: str | None,
    examples: tuple[str, ...],
    coder: str,
) -> None:
    """Another meaning: what was decided on the code, for it or against it, has to be looked at again."""
    from dataclasses import replace

    from suggest.study.codes import reword
    from suggest.study.study import Study

    given = {"definition": definition, "include": include, "exclude": exclude, "examples": examples or None}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise UsageError("say what changes: --definition, --include, --exclude or --example.")
    with Study.open(study, write=True) as opened:
        actor, found = _one(opened, coder, code)
        reword(opened, actor, found, replace(found.wording, **changes), meaning=True)
        _report(opened, "defined", [found.id])


def _one(study: Study, coder: str, code: str) -> tuple[str, Code]:
    from suggest.study.codes import find_code, read_codes
    from suggest.study.people import ensure_coder

    found = find_code(read_codes(study), code)
    return ensure_coder(study, coder), found


def _report(study: Study, verb: str, ids: Sequence[str]) -> None:
    from suggest.study.codes import read_codes

    now = {code.id: code for code in read_codes(study)}
    for id_ in ids:
        show(one_line(f"{verb}: {now[id_].path_text}  [{now[id_].wording.external or id_}]"))
    say_stale(study, ids)


def say_stale(study: Study, ids: Collection[str]) -> None:
    from suggest.study.people import coders
    from suggest.study.stale import stale

    counts: dict[str, int] = {}
    for unit in stale(study, codes=set(ids)):
        counts[unit.coder] = counts.get(unit.coder, 0) + 1
    names = {coder.id: coder.name for coder in coders(study)}
    if not counts:
        say("Nothing that was completed is stale by this.")
    for coder, count in counts.items():
        say(one_line(f"{names[coder]}: {count} completed segments to look at again ('codes stale')"))


CHANGES = (add, rename, move, merge, split, retire, define)
