"""`rounds assign` and `rounds spread`: who codes what in a round, by document, attribute or segment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted
from tui.commands.common import CODER, pairs, say, show_table

if TYPE_CHECKING:
    from suggest.study.documents import Document
    from suggest.study.rounds import Round
    from suggest.study.study import Study

WHERE = click.option(
    "--where", "where", multiple=True, metavar="KEY=VALUE", help="Only documents with this attribute, such as site=BU."
)


def names(text: str) -> list[str]:
    """The names in a list written with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def chosen_documents(study: Study, labels: str | None, where: tuple[str, ...]) -> list[Document] | None:
    """The documents of these labels, or with these attributes, in the study's order; None where neither is given.

    BadInput if an attribute leaves none, naming the values that there are.
    """
    from suggest.study.documents import find_document, list_documents

    if labels is None and not where:
        return None
    found = list_documents(study) if labels is None else [find_document(study, label) for label in names(labels)]
    for key, value in pairs(where, "--where").items():
        kept = [document for document in found if document.attributes.get(key) == value]
        if not kept:
            there = sorted({document.attributes[key] for document in found if key in document.attributes})
            advice = f"Of {key} there are: {', '.join(there)}." if there else f"No document has an attribute {key}."
            raise BadInput("no document is left.", place=f"{key}={value}", advice=advice)
        found = kept
    return found


@click.command("assign")
@click.pass_obj
@click.argument("name")
@click.argument("person")
@click.option("--documents", metavar="L,L", help="Labels of the documents (default: all of the round's).")
@WHERE
@click.option("--segments", metavar="ID,ID", help="Only these segments.")
@CODER
def assign(
    study: Path, name: str, person: str, documents: str | None, where: tuple[str, ...], segments: str | None, coder: str
) -> None:
    """Say what PERSON codes in the round NAME, in place of what was said before; what is completed stays completed."""
    from suggest.study.pending import members
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import assign as give
    from suggest.study.rounds import find_round
    from suggest.study.segments import segment_number
    from suggest.study.study import Study

    if segments is not None and (documents is not None or where):
        raise UsageError("--segments stands alone: a segment's id names its document.")
    with Study.open(study, write=True) as opened:
        found = find_round(opened, name)
        ids = None if segments is None else names(segments)
        for id_ in ids or ():
            if segment_number(opened, id_) is None:
                raise BadInput("no such segment; nothing was assigned.", place=id_)
        chosen = chosen_documents(opened, documents, where)
        given = None if chosen is None else [document.id for document in chosen]
        who = ensure_coder(opened, person)
        give(opened, ensure_coder(opened, coder), found, who, given, ids)
        state = members(opened, found.id).get(who)
    begun = "" if state is None else f": {counted(state.completed, 'segment')} completed, {state.remaining} left"
    say(f"{person} codes {_what(chosen, ids)} in round {name}{begun}")


def _what(chosen: list[Document] | None, segments: list[str] | None) -> str:
    if segments is not None:
        return counted(len(segments), "segment")
    return "all documents" if chosen is None else ", ".join(document.label for document in chosen)


@click.command("spread")
@click.pass_obj
@click.argument("name")
@click.option("--coders", required=True, metavar="A,B", help="Among whom.")
@click.option("--each", type=click.IntRange(1), help="Coders for each document (default: the round's overlap, or 1).")
@click.option("--documents", metavar="L,L", help="Labels of the documents (default: all of the round's).")
@WHERE
@click.option("--dry-run", is_flag=True, help="Show it, and assign nothing.")
@CODER
def spread(
    study: Path,
    name: str,
    coders: str,
    each: int | None,
    documents: str | None,
    where: tuple[str, ...],
    dry_run: bool,
    coder: str,
) -> None:
    """Divide the documents of the round NAME among coders, so that all have about the same number of segments."""
    from suggest.study.people import ensure_coder
    from suggest.study.rounds import assign as give
    from suggest.study.rounds import find_round
    from suggest.study.rounds import spread as divide
    from suggest.study.study import Study

    people = names(coders)
    if len(set(people)) < len(people):
        raise UsageError("--coders names somebody twice.")
    with Study.open(study, write=not dry_run) as opened:
        found = find_round(opened, name)
        held = {document.id: document for document in _of_round(opened, found, documents, where)}
        sizes = {id_: document.data for id_, document in held.items()}
        shares = divide(sizes, people, each or max(1, found.overlap))
        for person, ids in shares.items() if not dry_run else ():
            give(opened, ensure_coder(opened, coder), found, ensure_coder(opened, person), ids)
    show_table(
        ("coder", "documents", "segments"),
        [
            (person, ", ".join(held[id_].label for id_ in ids) or "none", sum(sizes[id_] for id_ in ids))
            for person, ids in shares.items()
        ],
        right=(2,),
    )
    if dry_run:
        say("Nothing was assigned.")


def _of_round(study: Study, round_: Round, labels: str | None, where: tuple[str, ...]) -> list[Document]:
    from suggest.study.documents import list_documents

    chosen = chosen_documents(study, labels, where) or list_documents(study)
    return [document for document in chosen if round_.documents is None or document.id in round_.documents]


ASSIGNING = (assign, spread)
