"""What is meant by a form about rounds: read and checked against the study, told in words, and then carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.printable import counted
from suggest.study.codes import find_code, read_codes
from suggest.study.documents import find_document, list_documents
from suggest.study.events import PURPOSES
from suggest.study.pending import members
from suggest.study.people import check_name, ensure_coder, find_coder
from suggest.study.rounds import Round, assign, find_round, make_ready, open_round, rounds, spread
from suggest.study.segments import SegmentReader
from suggest.study.study import Study
from suggest.text.citations import parse_citations
from tui.commands.assigning import chosen_documents, names
from tui.review.bench import Bench

Told = list[tuple[str, str]]

WHAT_FOR = tuple(purpose for purpose in PURPOSES if purpose not in ("imported", "stability"))


@dataclass(frozen=True)
class Opening:
    """A round to be opened: names of coders, ids of documents, None for all; `told` says it in words."""

    name: str
    purpose: str
    coders: tuple[str, ...] | None
    documents: tuple[str, ...] | None
    overlap: int | None
    scope: tuple[str, str | None]
    told: Told


def plan_opening(study: Study, given: Mapping[str, str]) -> Opening:
    """The round that a form means. BadInput for what cannot be meant."""
    name = given["name"].strip()
    known = rounds(study)
    if not name or any(item.name == name for item in known):
        raise BadInput("the round needs a name of its own.", place=name)
    purpose = given["purpose"].strip() or "main"
    if purpose not in WHAT_FOR:
        raise BadInput("no such purpose.", place=purpose, advice=f"One of {', '.join(WHAT_FOR)}.")
    people = _people(given["coders"])
    chosen = chosen_documents(study, given["documents"] or None, tuple(names(given["where"])))
    overlap = _number(given["overlap"])
    ref = given["scope"].strip()
    scope: tuple[str, str | None] = ("all", None)
    words = "all codes"
    if ref:
        code = find_code(read_codes(study), ref.removesuffix("...").strip())
        scope = ("branch" if ref.endswith("...") else "code", code.id)
        words = code.path_text + (" and what lies under it" if scope[0] == "branch" else "")
    new = [person for person in people or () if find_coder(study, person) is None]
    others = [item.name for item in known if item.state == "open" and not item.second and item.purpose != "imported"]
    told: Told = [
        ("Purpose: ", purpose),
        ("Coders: ", ", ".join(people) if people else "everybody"),
        ("Documents: ", "all" if chosen is None else ", ".join(item.label for item in chosen)),
        ("Overlap: ", _overlap(overlap)),
        ("Codes: ", words),
    ]
    if new:
        told.append(("New coders: ", f"{', '.join(new)}; nobody is called so yet."))
    if others:
        told += [("", ""), ("", f"Open already: {', '.join(others)}. Work goes on in the newest; what is blind in one "
                            "of them is blind in all. Close a round that is over.")]  # fmt: skip
    documents = None if chosen is None else tuple(item.id for item in chosen)
    return Opening(name, purpose, people, documents, overlap, scope, told)


def _people(text: str) -> tuple[str, ...] | None:
    found = tuple(dict.fromkeys(names(text)))
    for person in found:
        check_name(person)
    return found or None


def _number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 1000:
        raise BadInput("the overlap is a whole number from 0 to 1000; 0 means all.", place=text)
    return int(text)


def _overlap(number: int | None) -> str:
    if number is None:
        return "as the setting has it"
    if not number:
        return "all coders code everything"
    return f"{counted(number, 'coder')} for each segment outside of the core"


def carry_opening(bench: Bench, *, plan: Opening) -> str:
    """Open the round; what to say of it."""
    people = None if plan.coders is None else [ensure_coder(bench.study, person) for person in plan.coders]
    open_round(
        bench.study, bench.coder, plan.name, purpose=plan.purpose, coders=people, documents=plan.documents,
        overlap=plan.overlap, scope=plan.scope,
    )  # fmt: skip
    return f"round {plan.name} is open"


@dataclass(frozen=True)
class Giving:
    """What coders (by name) get of a round: documents (ids; None: all of the round's), or single segments (ids)."""

    round: str
    shares: tuple[tuple[str, tuple[str, ...] | None, tuple[str, ...] | None], ...]
    told: Told


def plan_assigning(study: Study, given: Mapping[str, str], *, round_: str) -> Giving:
    """What a form about one coder means. BadInput for what cannot be meant."""
    found = find_round(study, round_)
    people = _people(given["coder"])
    if people is None or len(people) > 1:
        raise BadInput("one coder is needed.", place=given["coder"].strip())
    person = people[0]
    where = tuple(names(given["where"]))
    shares: tuple[tuple[str, tuple[str, ...] | None, tuple[str, ...] | None], ...]
    if given["segments"].strip():
        if given["documents"].strip() or where:
            raise BadInput("segments stand alone: their citations name the document.")
        ids = _segments(study, given["segments"])
        shares = ((person, None, ids),)
        words = f"{counted(len(ids), 'segment')}"
        number = len(ids)
    else:
        chosen = chosen_documents(study, given["documents"] or None, where)
        shares = ((person, None if chosen is None else tuple(item.id for item in chosen), None),)
        words = "all documents of the round" if chosen is None else ", ".join(item.label for item in chosen)
        held = [
            item for item in chosen or list_documents(study) if found.documents is None or item.id in found.documents
        ]
        number = sum(item.data for item in held)
    told: Told = [(f"{person} codes: ", f"{words} ({counted(number, 'segment')} of data, at most)")]
    known = find_coder(study, person)
    standing = None if known is None else members(study, found.id).get(known.id)
    if known is None:
        told.append(("New coder: ", f"nobody is called {person} yet."))
    if standing is not None:
        told.append(("", f"{person} has begun: {standing.completed} completed, {standing.remaining} left. What is "
                     "completed stays completed."))  # fmt: skip
    told.append(("", "It takes the place of what was assigned to this coder in the round before."))
    return Giving(found.id, shares, told)


def _segments(study: Study, text: str) -> tuple[str, ...]:
    """The ids of the data segments that citations name."""
    reader, found = SegmentReader(study), dict[str, None]()
    for cited in parse_citations(text):
        document = find_document(study, cited.label)
        here = [
            segment.id
            for segment in reader.span(document.first, document.first + document.count - 1)
            if segment.role == "data" and segment.paragraph_from <= cited.last and segment.paragraph_to >= cited.first
        ]
        if not here:
            raise BadInput("no segment of data lies there.", place=f"{cited.label} {cited.first}–{cited.last}")
        found.update(dict.fromkeys(here))
    return tuple(found)


def plan_spreading(study: Study, given: Mapping[str, str], *, round_: str) -> Giving:
    """How a form divides the round's documents. BadInput for what cannot be meant."""
    found = find_round(study, round_)
    people = _people(given["coders"])
    if people is None:
        raise BadInput("say among whom: names with commas between them.")
    each = _number(given["each"]) or max(1, found.overlap)
    held = {item.id: item for item in list_documents(study) if found.documents is None or item.id in found.documents}
    shares = spread({id_: item.data for id_, item in held.items()}, people, each)
    told: Told = [
        (f"{person}: ", f"{', '.join(held[id_].label for id_ in ids) or 'nothing'} "
         f"({counted(sum(held[id_].data for id_ in ids), 'segment')} of data)")
        for person, ids in shares.items()
    ]  # fmt: skip
    told += [("", ""), ("", f"{each} coder{'' if each == 1 else 's'} for each document. It takes the place of what was "
                        "assigned to them before; what is completed stays completed.")]  # fmt: skip
    return Giving(found.id, tuple((person, tuple(ids), None) for person, ids in shares.items()), told)


def carry_giving(bench: Bench, *, plan: Giving) -> str:
    """Assign it; what to say of it."""
    for person, documents, segments in plan.shares:
        round_ = find_round(bench.study, plan.round)
        assign(bench.study, bench.coder, round_, ensure_coder(bench.study, person), documents, segments)
    return f"assigned to {', '.join(person for person, _, _ in plan.shares)}"


def carry_joining(bench: Bench, *, round_: Round) -> str:
    """Take part in a round: its core is drawn where it is not yet; what to say of it."""
    make_ready(bench.study, bench.coder, find_round(bench.study, round_.id))
    state = members(bench.study, round_.id)[bench.coder]
    return f"you take part in {round_.name}: {counted(state.remaining, 'segment')} left"
