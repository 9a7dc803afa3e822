"""`disagreements` and `settle`: where coders differ, and what they agree on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggest.errors import BadInput, UsageError
from suggest.printable import counted, one_line
from tui.commands.common import CODER, JSON, STUDY, coder_default, names, print_json, show, show_table

if TYPE_CHECKING:
    from suggest.audit.disagreements import Disagreement, Disagreements
    from suggest.study.codes import Code
    from suggest.study.not_when import NotWhen
    from suggest.study.study import Study
    from tui.disagreements.knowing import Known

WIDTH = 80
WORDS = {
    "missed": "applied by one only",
    "other": "different codes",
    "near": "different codes of one theme",
    "range": "the same code on other words",
}


@click.command()
@STUDY
@click.option("--round", "round_", metavar="R", help="The round (default: the newest in which anybody coded).")
@click.option("--coders", metavar="A,B,...", help="Only these coders and models (default: the people of the round).")
@click.option("--branch", metavar="CODE", help="Only this code and what lies under it.")
@click.option("--kind", type=click.Choice(tuple(WORDS)), help="Only segments with this kind of difference.")
@click.option("--open", "only_open", is_flag=True, help="Only what is not settled yet.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many segments.")
@click.option("--coder", "name", metavar="NAME", help="Without what this coder may not know yet (default: everything).")
@JSON
def disagreements(
    study: Path,
    round_: str | None,
    coders: str | None,
    branch: str | None,
    kind: str | None,
    only_open: bool,
    limit: int | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Segments on which coders differ: who applied what, by how much they differ and why; and which codes are
    confused."""
    from dataclasses import replace

    from suggest.audit.disagreements import disagreements as find
    from suggest.audit.disagreements_json import disagreements_json
    from suggest.audit.reading import Choice
    from suggest.study.study import Study
    from tui.commands.audit import warn_who_is_blind

    with Study.open(study) as opened:
        choice = Choice(round_, tuple(coders.split(",")) if coders else (), branch)
        known = _may_know(opened, name)
        found = find(opened, choice, known.answers, known.settled)
        if name is None:
            warn_who_is_blind(opened, coder_default())
    chosen = [
        item
        for item in found.segments
        if (kind is None or kind in item.kinds) and not (only_open and item.settled is not None)
    ]
    found = replace(found, segments=tuple(chosen))
    if as_json:
        whole = disagreements_json(found, limit)
        print_json({**whole, "left_out": len(chosen) - len(chosen[:limit])})
    else:
        _tell(found, limit, name)


def _may_know(study: Study, name: str | None) -> Known:
    """What may be told to a coder; everything without a name."""
    from tui.disagreements.knowing import EVERYTHING, known_to

    if name is None:
        return EVERYTHING
    from suggest.review.sight import Sight
    from suggest.study.people import existing_coder

    return known_to(Sight(study, existing_coder(study, name).id))


def _tell(found: Disagreements, limit: int | None, name: str | None) -> None:
    if not found.raters:
        show(f"Nobody has coded in round {found.material.round.name}.")
        return
    compared = ", ".join(rater.name for rater in found.raters)
    show(f"Round {found.material.round.name}: {compared}")
    if len(found.raters) < 2:
        show("There is only one coder, so there is nothing to compare.")
        return
    differ = len(found.segments)
    if found.withheld:
        show(f"{counted(found.withheld, 'segment')} that two of them answered may not be told to {name} yet.")
    if found.compared or not found.withheld:
        both = counted(found.compared, "segment")
        show(f"{both} answered by at least two of them; they differ on {differ}{', as follows' if differ else ''}.")
    counts = ", ".join(f"{number} {WORDS[kind]}" for kind, number in found.kinds.items() if number)
    if counts:
        show(f"Segments: {counts}.")
    for item in found.segments[:limit]:
        _tell_segment(found, item)
    if limit is not None and differ > limit:
        show(f"\n{differ - limit} more: leave --limit out to see all.")
    if found.code_pairs:
        _tell_pairs(found)


def _tell_segment(found: Disagreements, item: Disagreement) -> None:
    codes = found.material.codes
    speaker = f" {item.segment.speaker}" if item.segment.speaker else ""
    show(f"\n{one_line(item.segment.cite + speaker)}  [{item.segment.id}]")
    text = textwrap.shorten(one_line(item.segment.text), 3 * WIDTH, placeholder=" …")
    show(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  "))
    for name, given in item.codes.items():
        listed = "; ".join(codes[column].path_text for column in given) or "no code"
        show(textwrap.fill(one_line(f"{name}: {listed}"), WIDTH, initial_indent="  ", subsequent_indent="    "))
    why = [WORDS[kind] for kind in item.kinds]
    why += [
        f"{codes[vote.code].name}: {vote.overlap:.0%} of the words in common"
        for vote in item.votes
        if vote.overlap is not None
    ]
    show(textwrap.fill(one_line(f"= {'; '.join(why)} (distance {item.distance:.2f})"), WIDTH, initial_indent="  "))
    if item.settled is not None:
        agreed = [code.path_text for code in codes if code.id in item.settled.codes]
        words = f"settled: {'; '.join(agreed) or 'no code'}. {item.settled.reason}"
        show(textwrap.fill(one_line(words), WIDTH, initial_indent="  ", subsequent_indent="    "))


def _tell_pairs(found: Disagreements) -> None:
    from tui.audit.tables import shortened

    codes = found.material.codes
    show("\nCodes in one another's place, then codes missed; over all pairs of coders")
    told = [*[p for p in found.code_pairs if p.b is not None][:10], *[p for p in found.code_pairs if p.b is None][:10]]
    rows = [
        (
            shortened(codes[pair.a].path_text, 28),
            "no code" if pair.b is None else shortened(codes[pair.b].path_text, 28),
            pair.times,
            f"{pair.distance:.2f}",
        )
        for pair in told
    ]  # fmt: skip
    show_table(("one", "the other", "times", "distance"), rows, right=(2, 3))


@click.command()
@STUDY
@click.argument("segment")
@click.option("--codes", metavar="C,...", help="What was agreed on: codes by id, path or name; empty for no code.")
@click.option("--reason", metavar="T", default="", help="Why.")
@click.option("--with", "with_", metavar="CODER,...", help="Who agreed (default: all who coded the segment).")
@click.option("--round", "round_", metavar="R", help="The round (default: the newest in which anybody coded).")
@click.option("--reopen", is_flag=True, help="Take back what was settled before.")
@click.option(
    "--not-when", metavar="CODE=WORDS", help='Add words to a code\'s "not when", with the citation of the segment.'
)
@click.option(
    "--same-meaning", is_flag=True, help="With --not-when: the code means what it meant; nothing has to be read again."
)
@CODER
@JSON
def settle(
    study: Path,
    segment: str,
    codes: str | None,
    reason: str,
    with_: str | None,
    round_: str | None,
    reopen: bool,
    not_when: str | None,
    same_meaning: bool,
    coder: str,
    as_json: bool,
) -> None:
    """Record what was agreed for SEGMENT, an id or a citation such as "BU 51". Everybody's own codings stay as they
    are; settling again replaces what was settled. With --not-when the outcome is written into a code's definition as
    well, which --reopen takes back."""
    from suggest.audit.reading import audited_rounds
    from suggest.study.cites import cite_of
    from suggest.study.codes import find_code, read_codes
    from suggest.study.people import ensure_coder, existing_coder
    from suggest.study.settling import settle as store
    from suggest.study.study import Study

    if reopen == (codes is not None):
        raise UsageError("Give either --codes or --reopen.")
    if reopen and not_when is not None:
        raise UsageError("--not-when goes with --codes.")
    if same_meaning and not_when is None:
        raise UsageError("--same-meaning goes with --not-when.")
    with Study.open(study, write=True) as opened:
        held, _ = audited_rounds(opened, round_)
        id_ = _segment(opened, segment)
        tree = read_codes(opened)
        chosen = None if codes is None else list(dict.fromkeys(find_code(tree, ref) for ref in names(codes)))
        agreed = [existing_coder(opened, name.strip()) for name in (with_ or "").split(",") if name.strip()]
        ids = [item.id for item in agreed] or _who_coded(opened, held.id, id_)
        if not ids and not reopen:
            raise BadInput(
                f"nobody has coded it in round {held.name}; nothing was stored.",
                place=segment,
                advice="Name who agreed with --with, or the round with --round.",
            )
        agreed_on = None if chosen is None else [code.id for code in chosen]
        cite = cite_of(opened, id_) or segment
        words = None if not_when is None else _not_when(not_when, tree, not same_meaning)
        entry = store(opened, ensure_coder(opened, coder), held, id_, agreed_on, ids, reason, not_when=words)
    if as_json:
        told = {"segment": id_, "cite": cite, "round": held.name, "codes": agreed_on, "with": ids, "entry": list(entry)}
        print_json(told if words is None else {**told, "not_when": {"code": words.code, "words": words.words}})
        return
    what = "open again" if chosen is None else "; ".join(code.path_text for code in chosen) or "no code"
    show(f"{cite} in round {held.name}: {what}")
    if words is not None:
        path = next(code.path_text for code in tree if code.id == words.code)
        again = "" if same_meaning else " What was decided on it is to be read again: 'secondcoder codes STUDY stale'."
        show(f'Added to "not when" of {path}.{again}')


def _not_when(given: str, tree: Sequence[Code], meaning: bool) -> NotWhen:
    """What --not-when asks for."""
    from suggest.study.codes import find_code
    from suggest.study.not_when import NotWhen

    ref, equals, words = given.partition("=")
    if not equals or not words.strip():
        raise UsageError('--not-when takes CODE=WORDS, such as "Trust=money is what is meant".')
    return NotWhen(find_code(tree, ref.strip()).id, words.strip(), meaning)


def _segment(study: Study, ref: str) -> str:
    """The id of a segment by its id, or by label and paragraph."""
    from suggest.study.cites import segment_at
    from suggest.study.documents import list_documents
    from suggest.study.segments import segment_number

    if segment_number(study, ref) is not None:
        return ref
    label, _, paragraph = ref.strip().rpartition(" ")
    first, dash, last = paragraph.replace("–", "-").partition("-")
    numbers = (first, last if dash else first)
    document = next((item for item in list_documents(study) if item.label == label), None)
    if document is not None and all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        low, high = map(int, numbers)
        found = segment_at(study, document, low, high) if low <= high else None
        if found is not None:
            return found
        if low < high and segment_at(study, document, low) is not None:
            raise BadInput("no segment covers all of this.", place=ref, advice="Settle each segment by itself.")
    raise BadInput("no such segment.", place=ref, advice="'secondcoder disagreements STUDY' lists ids and citations.")


def _who_coded(study: Study, round_: str, segment: str) -> list[str]:
    """The coders (ids) who have completed the segment in the round, there or elsewhere before an import."""
    from suggest.study.audited import workers
    from suggest.study.segments import segment_number
    from suggest.study.sets import in_set

    number = segment_number(study, segment)
    if number is None:
        return []
    return [coder for coder in workers(study, round_) if in_set(study, f"done:{round_}:{coder}", number)]
