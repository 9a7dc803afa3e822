"""Rounds: stretches of the work with a purpose, its coders and its documents; and the draw of the blind core."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput, Refused
from suggest.study.canonical import canonical, digest
from suggest.study.documents import ranges
from suggest.study.draw import draw_blocks, in_arm, sampled
from suggest.study.events import PURPOSES
from suggest.study.fold.rounds import data_numbers
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text
from suggest.study.settings import get_setting, share
from suggest.study.study import Study
from suggest.study.told_apart import marked, refuse_shared, told_apart
from suggest.study.unit import SECOND

_LIST = b"\x04"


@dataclass(frozen=True)
class Round:
    """A round. `coders` and `documents` are ids, None for all; `overlap` 0 means that all code everything.

    `scope` is "all", "branch" or "code" with `scope_code`; `released`: its blind core may train and show.
    """

    id: str
    name: str
    purpose: str
    overlap: int
    scope: str
    scope_code: str | None
    coders: tuple[str, ...] | None
    documents: tuple[str, ...] | None
    state: str
    released: bool

    @property
    def second(self) -> bool:
        """Whether it holds second answers to what came back; see `suggest.study.again`."""
        return self.purpose == SECOND


@dataclass(frozen=True)
class Exposure:
    """What a coder may see of a segment before committing. `probability` of that assignment in millionths."""

    assigned: str
    core: bool
    probability: int


_ROUND = "SELECT round, name, purpose, overlap, scope, scope_code, coders, documents, state, released FROM round"


def rounds(study: Study) -> list[Round]:
    """All rounds in the order of opening; those that two sites opened under one name are shown with a mark each."""
    rows = study.db.execute(f"{_ROUND} ORDER BY n").fetchall()
    names = told_apart([(row[0], study.contents.text(row[1])) for row in rows])
    return [
        Round(
            id_,
            name,
            purpose,
            overlap,
            scope,
            scope_code,
            None if coders is None else tuple(json.loads(coders)),
            None if documents is None else tuple(json.loads(documents)),
            state,
            bool(released),
        )
        for (id_, _, purpose, overlap, scope, scope_code, coders, documents, state, released), name in zip(
            rows, names, strict=True
        )
    ]


def find_round(study: Study, ref: str) -> Round:
    """The round of that name or id; BadInput naming the rounds there are, or those that share the name."""
    known = rounds(study)
    for item in reversed(known):
        if ref in (item.name, item.id):
            return item
    refuse_shared(ref, [(item.id, item.name) for item in known], "rounds")
    names = ", ".join(item.name for item in known)
    raise BadInput("no round is called so.", place=ref, advice=f"There are: {names}.")


def current_round(study: Study, coder: str) -> Round:
    """The newest open round that the coder (an id) takes part in, one of second answers last; Refused if there is
    none."""
    mine = [
        item
        for item in reversed(rounds(study))
        if item.state == "open" and item.purpose != "imported" and (item.coders is None or coder in item.coders)
    ]
    for item in sorted(mine, key=lambda item: item.second):
        return item
    raise Refused("No round is open for this coder. Open one with 'secondcoder rounds STUDY open'.")


def open_round(
    study: Study,
    actor: str,
    name: str,
    *,
    purpose: str = "main",
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    overlap: int | None = None,
    scope: tuple[str, str | None] = ("all", None),
) -> str:
    """Open a round; its id. Coders, documents and the scope's code are ids. BadInput if the name is taken."""
    check_text(name)
    if not name.strip() or any(name in _names(item) for item in rounds(study)):
        raise BadInput("the round needs a name of its own.", place=name)
    known = [item for item in PURPOSES if item != SECOND]
    if purpose not in known:
        raise BadInput("no such purpose.", place=purpose, advice=f"One of {', '.join(known)}.")
    with study.write(actor) as writer:
        id_ = writer.new_id("r")
        writer.append(
            "round_opened",
            {
                "round": id_,
                "name": writer.content("round", name),
                "purpose": purpose,
                "coders": None if coders is None else list(coders),
                "documents": None if documents is None else list(documents),
                "overlap": get_setting(study, "overlap") if overlap is None else overlap,
                "scope": list(scope),
            },
        )
    return id_


def _names(round_: Round) -> tuple[str, str]:
    """What a round is shown as, and what it was called."""
    return round_.name, round_.name.removesuffix(marked(round_.id, ""))


def close_round(study: Study, actor: str, round_: Round) -> EntryRef:
    """End a round: nothing more is coded in it, and what stayed blind may be shown. Its second answers end with it."""
    if round_.state == "closed":
        raise BadInput("the round is closed already.", place=round_.name)
    with study.write(actor) as writer:
        return writer.append("round_closed", {"round": round_.id})


def release_core(study: Study, actor: str, round_: Round) -> EntryRef:
    """Let the round's blind core train models and serve as examples from now on."""
    with study.write(actor) as writer:
        return writer.append("core_released", {"round": round_.id})


def assign(
    study: Study,
    actor: str,
    round_: Round,
    coder: str,
    documents: Sequence[str] | None,
    segments: Sequence[str] | None = None,
) -> EntryRef:
    """Say which documents (ids; None for all of the round's) a coder codes in a round, or which segments (ids) only.

    It takes the place of an earlier assignment, also when work has begun: what is completed stays completed. Refused
    for a round that is closed; BadInput for a coder who does not take part, or a document that is not the round's.
    """
    if round_.state != "open":
        raise Refused(f"The round {round_.name} is closed: nothing more is assigned in it.")
    if round_.second:
        raise Refused(f"The round {round_.name} holds second answers: what comes back in it is drawn by chance.")
    if round_.coders is not None and coder not in round_.coders:
        raise BadInput("this coder does not take part in the round.", place=round_.name)
    parts = None if segments is None else _parts(segments)
    for document in (*(documents or ()), *(parts or ())):
        if round_.documents is not None and document not in round_.documents:
            raise BadInput("the document is not among the round's.", place=round_.name)
    with study.write(actor) as writer:
        chosen = None if documents is None else list(documents)
        payload: dict[str, object] = {"round": round_.id, "coder": coder, "documents": chosen}
        if parts is not None:
            payload["segments"] = [[document, ranges(sorted(set(ordinals)))] for document, ordinals in parts.items()]
        return writer.append("round_assigned", payload)


def _parts(segments: Sequence[str]) -> dict[str, list[int]]:
    """The ordinals of segment ids by document."""
    found: dict[str, list[int]] = {}
    for segment in segments:
        document, _, ordinal = segment.partition(".")
        found.setdefault(document, []).append(int(ordinal))
    return found


def spread(documents: Mapping[str, int], coders: Sequence[str], each: int) -> dict[str, list[str]]:
    """Which documents each coder gets, so that `each` coders have every document and all about the same to read.

    `documents` holds the size of each. The largest come first, each to who has least so far: two coders differ by
    no more than one document. BadInput if there are fewer coders than are wanted for a document.
    """
    if not 1 <= each <= len(coders):
        raise BadInput(f"{each} coders for each document are wanted, and there are {len(coders)}.")
    load = dict.fromkeys(coders, 0)
    given: dict[str, list[str]] = {coder: [] for coder in coders}
    place = {document: i for i, document in enumerate(documents)}
    for document in sorted(documents, key=lambda item: (-documents[item], place[item])):
        for coder in sorted(coders, key=lambda item: (load[item], coders.index(item)))[:each]:
            load[coder] += documents[document]
            given[coder].append(document)
    return {coder: sorted(chosen, key=place.__getitem__) for coder, chosen in given.items()}


def ready(study: Study, coder: str, round_: Round) -> bool:
    """Whether the coder has joined the round and the core of all its documents is drawn."""
    return _joined(study, coder, round_) and not _undrawn(study, round_)


def _joined(study: Study, coder: str, round_: Round) -> bool:
    query = "SELECT 1 FROM membership WHERE round = ? AND coder = ?"
    return study.db.execute(query, (round_.id, coder)).fetchone() is not None


def _undrawn(study: Study, round_: Round) -> list[str]:
    if round_.second:
        return []
    rows = study.db.execute(
        "SELECT d.document FROM document d LEFT JOIN draw w ON w.round = ? AND w.document = d.document "
        "WHERE d.state = 'present' AND d.first >= 0 AND w.document IS NULL ORDER BY d.n",
        (round_.id,),
    )
    return [row[0] for row in rows if round_.documents is None or row[0] in round_.documents]


def _documents(study: Study, round_: Round) -> list[str]:
    rows = study.db.execute("SELECT document FROM document WHERE state = 'present' AND first >= 0 ORDER BY n")
    return [row[0] for row in rows if round_.documents is None or row[0] in round_.documents]


def undrawn_spans(study: Study, round_: Round, coder: str) -> list[tuple[int, int]]:
    """(first, last) segment number of each document of the round for which it is not drawn yet what will be blind for
    the coder: its core is not, or the coder has not joined and so has no arm."""
    if round_.second:
        return []
    joined = _joined(study, coder, round_)
    spans = []
    for document in _undrawn(study, round_) if joined else _documents(study, round_):
        query = "SELECT first, first + count - 1 FROM document WHERE document = ? AND count > 0"
        spans += study.db.execute(query, (document,)).fetchall()
    return spans


def make_ready(study: Study, coder: str, round_: Round) -> None:
    """Draw the blind core of documents that have none yet, and let the coder join: the first step of every review."""
    if ready(study, coder, round_):
        return
    if not study.writable:
        raise Refused(
            f"{study.path.name} is read-only and this coder has not begun in it, so there is no queue to show."
        )
    with study.write(coder) as writer:
        _draw(study, writer, round_)
        if not _joined(study, coder, round_):
            writer.append("joined", {"round": round_.id, "coder": coder})


def draw_core(study: Study, actor: str, round_: Round) -> int:
    """Draw the blind core of the round's documents that have none yet; of how many that was."""
    if not _undrawn(study, round_):
        return 0
    with study.write(actor) as writer:
        return _draw(study, writer, round_)


def _draw(study: Study, writer: Writer, round_: Round) -> int:
    documents = _undrawn(study, round_)
    if not documents:
        return 0
    seed = writer.chance(32).hex()
    core = share(study, "core")
    opening = get_setting(study, "core_opening")
    first = study.db.execute("SELECT 1 FROM draw WHERE round = ? LIMIT 1", (round_.id,)).fetchone() is None
    opening = opening if first else 0
    blocks = []
    for k, document in enumerate(documents):
        size = len(data_numbers(writer.fold, document))
        for block in draw_blocks(seed, document, size, core, min(opening, size) if k == 0 else 0):
            blocks.append([k, block.first, block.last, block.exposure, block.probability])
    writer.append(
        "queue_drawn",
        {
            "round": round_.id,
            "seed": seed,
            "documents": documents,
            "core": core,
            "arm": share(study, "arm"),
            "unsuggested": share(study, "unsuggested_share"),
            "opening": opening,
            "blocks": len(blocks),
            "list": digest(_LIST, canonical(blocks)),
        },
    )
    return len(documents)


def exposure(study: Study, round_: Round, coder: str, number: int, segment: str) -> Exposure:
    """What was drawn for a coder and a segment: the same answer for ever, whatever was suggested since."""
    if round_.second:
        return Exposure("blind", False, 1_000_000)
    row = study.db.execute(
        "SELECT last, exposure, probability FROM core_block WHERE round = ? AND first <= ? ORDER BY first DESC LIMIT 1",
        (round_.id, number),
    ).fetchone()
    if row is not None and row[0] >= number:
        return Exposure(row[1], True, row[2])
    drawn = _draw_of(study, round_, segment)
    if drawn is None:
        return Exposure("shown", False, 1_000_000)
    seed, arm, _, opening = drawn
    if int(segment.partition(".")[2]) < opening:
        return Exposure("shown", False, 1_000_000)
    if in_arm(seed, coder, segment, arm):
        return Exposure("blind_then_shown", False, arm)
    return Exposure("shown", False, 1_000_000 - arm)


def block_start(study: Study, round_: Round, number: int) -> int | None:
    """The first segment of the blind block that a segment lies in; None outside of the core."""
    row = study.db.execute(
        "SELECT first, last FROM core_block WHERE round = ? AND first <= ? ORDER BY first DESC LIMIT 1",
        (round_.id, number),
    ).fetchone()
    return int(row[0]) if row is not None and number <= row[1] else None


def in_sample(study: Study, round_: Round, segment: str) -> bool:
    """Whether the segment is in the queue even if nothing was suggested for it (setting `unsuggested_share`)."""
    drawn = _draw_of(study, round_, segment)
    return drawn is None or sampled(drawn[0], segment, drawn[2])


def _draw_of(study: Study, round_: Round, segment: str) -> tuple[str, int, int, int] | None:
    document = segment.partition(".")[0]
    row = study.db.execute(
        "SELECT seed, arm, unsuggested, opening FROM draw WHERE round = ? AND document = ?", (round_.id, document)
    ).fetchone()
    return (row[0], row[1], row[2], row[3]) if row else None
