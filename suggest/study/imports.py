"""Codings that people made elsewhere: a round of their own, one entry for each coder and document, all or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.codes import load_tree
from suggest.study.documents import ranges
from suggest.study.log import Writer
from suggest.study.people import add_coder, check_name, check_text, coders
from suggest.study.rounds import rounds
from suggest.study.study import Study
from suggest.study.told_apart import refuse_shared

WITHIN = (
    "WHERE n BETWEEN (SELECT first FROM document WHERE document = ?1) "
    "AND (SELECT first + count - 1 FROM document WHERE document = ?1)"
)
"""The segments of a document by their numbers, which are its key: there is no index by document."""


@dataclass(frozen=True, slots=True)
class NewCoding:
    """A code (id) that a coder (name) applied to the segments `first` to `last` (ordinals) of a document (id).

    `anchor` is the ordinal of the segment under which the coding is listed.
    """

    coder: str
    document: str
    code: str
    anchor: int
    first: int
    last: int


@dataclass(frozen=True)
class ImportedCodings:
    """What was stored: the round (id and name), how many entries, codings, completed segments, and new coders."""

    round: str
    name: str
    entries: int
    codings: int
    completed: int
    new_coders: tuple[str, ...]


def import_codings(
    study: Study,
    actor: str,
    name: str,
    codings: Sequence[NewCoding],
    completed: Mapping[tuple[str, str], Collection[int]],
) -> ImportedCodings:
    """Store codings and what counts as completed, by (coder's name, document's id), under the tree of today.

    The round has the purpose `imported`: nobody is asked to code in it. Exposure is `blind`. BadInput, and nothing is
    stored, for a name of a round that is taken, a model's name, or a code, document or segment that is not there.
    """
    check_text(name)
    with study.write(actor) as writer:
        if not name.strip() or any(item.name == name for item in rounds(study)):
            raise BadInput("the round needs a name of its own.", place=name, advice="Give another with --round.")
        groups: dict[tuple[str, str], list[NewCoding]] = {key: [] for key in completed}
        for coding in codings:
            groups.setdefault((coding.coder, coding.document), []).append(coding)
        ids, new = import_coders(study, writer, list(dict.fromkeys(coder for coder, _ in groups)))
        _check_codes(study, {coding.code for coding in codings})
        round_ = imported_round(writer, name, list(ids.values()))
        places: dict[str, dict[int, tuple[int, int]]] = {}
        for (coder, document), items in groups.items():
            if document not in places:
                places[document] = segment_places(study, document)
            done = sorted(completed.get((coder, document), ()))
            writer.append("codings_imported", _entry(round_, ids[coder], document, items, done, places[document]))
    total = sum(len(done) for done in completed.values())
    return ImportedCodings(round_, name, len(groups), len(codings), total, tuple(new))


def import_coders(study: Study, writer: Writer, names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The ids of persons by name, and the names of those who are new. BadInput for a model's name."""
    known = {coder.name: coder for coder in coders(study)}
    ids: dict[str, str] = {}
    new = []
    for name in names:
        if name not in known:
            refuse_shared(name, [(coder.id, coder.name) for coder in known.values()], "coders")
            check_name(name)
            ids[name] = writer.new_id("c")
            add_coder(writer, ids[name], name, "person")
            new.append(name)
        elif known[name].type == "person":
            ids[name] = known[name].id
        else:
            raise BadInput("a model of this study is called so.", place=name, advice="Give the coder another name.")
    return ids, new


def _check_codes(study: Study, used: Collection[str]) -> None:
    tree = load_tree(study)
    for code in used:
        if code not in tree.codes or tree.codes[code].state != "live":
            raise BadInput("a code went out of use meanwhile; nothing was stored.", advice="Run the command again.")


def imported_round(writer: Writer, name: str, coders: Sequence[str]) -> str:
    """A new round of the purpose `imported` for these coders (ids); its id."""
    round_ = writer.new_id("r")
    writer.append(
        "round_opened",
        {
            "round": round_,
            "name": writer.content("round", name),
            "purpose": "imported",
            "coders": list(coders),
            "documents": None,
            "overlap": 0,
            "scope": ["all", None],
        },
    )
    return round_


def segment_places(study: Study, document: str) -> dict[int, tuple[int, int]]:
    """Start and end of each segment of a document by its ordinal."""
    return {
        ordinal: (start, end)
        for ordinal, start, end in study.db.execute(f'SELECT ord, start, "end" FROM segment {WITHIN}', (document,))
    }


def _entry(
    round_: str,
    coder: str,
    document: str,
    codings: Sequence[NewCoding],
    completed: Sequence[int],
    places: Mapping[int, tuple[int, int]],
) -> dict[str, object]:
    used = sorted({coding.code for coding in codings})
    index = {code: i for i, code in enumerate(used)}
    touched = {ordinal for coding in codings for ordinal in (coding.anchor, coding.first, coding.last)}
    if not places or not touched.union(completed) <= places.keys():
        raise BadInput("a segment went meanwhile; nothing was stored.", advice="Run the command again.")
    rows = [[index[coding.code], coding.anchor, places[coding.first][0], places[coding.last][1]] for coding in codings]
    return {
        "round": round_,
        "coder": coder,
        "document": document,
        "codes": used,
        "codings": sorted(rows, key=lambda row: row[1:]),
        "completed": ranges(completed),
    }
