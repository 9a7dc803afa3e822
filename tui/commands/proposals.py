"""`proposals`: the worklist of codes that models propose, where people make, merge or dismiss them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.common import CODER, JSON, STUDY, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.review.proposals import Joined, Support
    from suggest.study.proposals import ProposalRun
    from suggest.study.study import Study

IDS = click.argument("ids", nargs=-1, required=True, metavar="ID...")
ALONE = click.option("--alone", is_flag=True, help="Only these, not what is joined with them.")
MOST_QUOTES = 5
KEPT_BACK = (
    "What is proposed of segments that are blind for you comes here once you have committed your answer to them."
)


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def proposals(context: click.Context, study: Path) -> None:
    """Codes that models propose ('suggest --propose'). A model only proposes: a person makes a code, or does not.

    ID is that of a proposal; what nearly says the same is joined with it, and settled with it.
    """
    from suggest.study.study import Study

    Study.open(study).close()
    context.obj = study


@proposals.command("list")
@click.option("--settled", is_flag=True, help="What was made, merged and dismissed, by whom.")
@CODER
@JSON
@click.pass_obj
def list_(study: Path, settled: bool, coder: str, as_json: bool) -> None:
    """What waits for a person, what most segments speak for first, with the words that do."""
    from suggest.review.proposals import settled as read_settled
    from suggest.review.proposals import worklist

    with _opened(study) as opened:
        actor = _actor(opened, coder)
        if settled:
            _show_settled(opened, read_settled(opened, actor), as_json)
            return
        found = worklist(opened, actor)
    if as_json:
        print_json({"proposals": [joined_json(one) for one in found.joined], "kept_back": found.kept_back})
        return
    known = {one.id: one for one in found.joined}
    for one in found.joined:
        _show(one, [known[id_] for id_ in one.maybe])
    if not found.joined:
        show("Nothing is proposed. 'secondcoder suggest STUDY --profile P --propose' asks a model.")
    if found.kept_back:
        say(KEPT_BACK)


def _opened(path: Path, *, write: bool = False) -> Study:
    import os

    from suggest.study.study import Study

    return Study.open(path, write=write or os.access(path, os.W_OK))


def _actor(study: Study, coder: str) -> str:
    """Who looks, with the blind segments drawn for them: until that is done everything would count as blind."""
    from suggest.errors import Refused
    from suggest.study.rounds import current_round, make_ready
    from tui.commands.queue import acting_coder

    actor = acting_coder(study, coder)
    with suppress(Refused):  # no round is open, or nothing can be written: what is known stands
        make_ready(study, actor, current_round(study, actor))
    return actor


def joined_json(one: Joined) -> dict[str, Any]:
    """Joined proposals under the keys of the contract."""
    return {
        "id": one.id,
        "name": one.name,
        "definition": one.definition,
        "under": one.parent and {"code": one.parent.id, "path": one.parent.path_text},
        "segments": one.segments,
        "documents": one.documents,
        "near": [{"code": code.id, "path": code.path_text} for code in one.near],
        "maybe": list(one.maybe),
        "proposals": [support_json(member) for member in one.members],
    }


def support_json(one: Support) -> dict[str, Any]:
    """A proposal with what supports it."""
    told = one.proposal
    return {
        "id": told.id,
        "name": told.name,
        "definition": told.definition,
        "rationale": told.rationale,
        "segment": one.segment.id,
        "cite": one.segment.cite,
        "evidence": None if told.evidence is None else list(told.evidence),
        "quote": one.quote or None,
        "state": told.state,
        "profile": told.profile,
        "run": told.run,
    }


def _show(one: Joined, maybe: Sequence[Joined]) -> None:
    place = f" (under {one.parent.path_text})" if one.parent else ""
    count = one.segments
    show(f"{one.id}  {one.name}{place}: {count} segment{'s' * (count != 1)}, {one.documents} document"
         f"{'s' * (one.documents != 1)}")  # fmt: skip
    if one.definition:
        show(f"  {one.definition}")
    if one.near:
        show(f"  Much like: {'; '.join(code.path_text for code in one.near)}")
    for told in one.wordings:
        show(f"  Also worded {told.id}  {_worded(told.name, told.definition)}")
    for other in maybe:
        show(f"  May mean the same: {other.id}  {_worded(other.name, other.definition)}")
    for member in one.members[:MOST_QUOTES]:
        quote = f"“{member.quote}”" if member.quote else "the quote is not in the text"
        show(f"  {member.segment.cite}  {quote}")
    if len(one.members) > MOST_QUOTES:
        show(f"  and {len(one.members) - MOST_QUOTES} more")


def _worded(name: str, definition: str) -> str:
    return f"{name}: {definition}" if definition else name


def _show_settled(study: Study, found: list[Support], as_json: bool) -> None:
    from suggest.study.codes import read_codes
    from suggest.study.people import coders

    names = {coder.id: coder.name for coder in coders(study)}
    paths = {code.id: code.path_text for code in read_codes(study, all_states=True)}
    rows = []
    for one in found:
        fate = one.proposal.fate
        assert fate is not None
        rows.append((one, fate, names.get(fate.by, fate.by), paths.get(fate.code or "")))
    if as_json:
        print_json(
            [
                {**support_json(one), "action": fate.action, "by": by, "at": fate.at, "code": fate.code, "path": path,
                 "reason": fate.reason or None}
                for one, fate, by, path in rows
            ]
        )  # fmt: skip
        return
    show_table(
        ("proposal", "name", "segment", "", "code or reason", "by"),
        [
            (one.proposal.id, one.proposal.name, one.segment.cite, fate.action, path or fate.reason, by)
            for one, fate, by, path in rows
        ],
    )


@proposals.command("runs")
@JSON
@click.pass_obj
def runs(study: Path, as_json: bool) -> None:
    """The runs that proposed codes."""
    from suggest.engine.study_prompts import named
    from suggest.study.proposals import proposal_runs
    from suggest.study.study import Study

    with Study.open(study) as opened:
        held, prompts = proposal_runs(opened), named(opened)
    if as_json:
        print_json([_run_json(one, prompts) for one in held])
        return
    show_table(
        ("run", "profile", "prompt", "state", "segments", "answered", "proposals", "failed"),
        [
            (one.number, one.profile, prompts.get(one.prompt or "", ""), one.state, one.segments, one.answered,
             one.proposals, one.failed)
            for one in held
        ],
        right=(0, 4, 5, 6, 7),
    )  # fmt: skip


def _run_json(one: ProposalRun, prompts: dict[str, str]) -> dict[str, Any]:
    return {"run": one.id, "number": one.number, "profile": one.profile, "model": one.identity,
            "prompt": prompts.get(one.prompt or "") or one.parameters.get("prompt"), "prompt_sha256": one.prompt,
            "state": one.state, "segments": one.segments, "answered": one.answered, "proposals": one.proposals,
            "failed": one.failed, "tokens": {"input": one.tokens[0], "output": one.tokens[1]},
            "parameters": dict(one.parameters)}  # fmt: skip


@proposals.command("make")
@IDS
@click.option("--name", metavar="T", help="What the code is called (default: as proposed).")
@click.option("--definition", metavar="T", help="What it means (default: as proposed).")
@click.option("--under", metavar="CODE", help="The code that it belongs to (default: as proposed).")
@click.option("--top", is_flag=True, help="A theme of its own.")
@ALONE
@CODER
@JSON
@click.pass_obj
def make(study: Path, /, ids: tuple[str, ...], coder: str, as_json: bool, **given: Any) -> None:
    """Make one code of these proposals. You are its author; where it came from stays on record."""
    from suggest.errors import UsageError
    from suggest.review.proposals import make as make_code

    if given["top"] and given["under"]:
        raise UsageError("--top and --under exclude each other.")
    with _opened(study, write=True) as opened:
        made = make_code(opened, _actor(opened, coder), ids, **given)
    if as_json:
        print_json({"code": made.id, "path": made.path_text})
    else:
        show(f"Made: {made.path_text}.")
    say("It is missing on segments completed before, until they are looked at again.")


@proposals.command("merge")
@IDS
@click.option("--into", required=True, metavar="CODE", help="The code of the tree that covers them.")
@ALONE
@CODER
@JSON
@click.pass_obj
def merge(study: Path, ids: tuple[str, ...], into: str, alone: bool, coder: str, as_json: bool) -> None:
    """Say that a code of the tree covers these proposals. The code stays as it is."""
    from suggest.review.proposals import merge as merge_into

    with _opened(study, write=True) as opened:
        covering = merge_into(opened, _actor(opened, coder), ids, into, alone=alone)
    print_json({"code": covering.id, "path": covering.path_text}) if as_json else show(
        f"Merged into {covering.path_text}."
    )


@proposals.command("dismiss")
@IDS
@click.option("--reason", default="", metavar="T", help="Why.")
@ALONE
@CODER
@click.pass_obj
def dismiss(study: Path, ids: tuple[str, ...], reason: str, alone: bool, coder: str) -> None:
    """Put these proposals away. They stay on record; 'list --settled' shows them."""
    from suggest.review.proposals import dismiss as put_away

    with _opened(study, write=True) as opened:
        put_away(opened, _actor(opened, coder), ids, reason, alone=alone)
    show("Dismissed.")
