"""What an audit stands on, read in bulk: the segments that can be coded, who worked on which under what exposure, and
what models proposed for them in which run. Which of it counts is the audit's business."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from suggest.study.answers import AnswerReader
from suggest.study.carry import Answer
from suggest.study.codes import load_tree
from suggest.study.cores import runs_too_early
from suggest.study.selecting import barred
from suggest.study.study import Study
from suggest.study.units import bulk_decided


@dataclass(frozen=True, slots=True)
class Place:
    """A `data` segment that consent does not keep out. `speaker` belongs to the document, None for nobody's."""

    number: int
    document: str
    ordinal: int
    speaker: int | None
    start: int
    end: int


def places(study: Study) -> list[Place]:
    """All segments that can be coded, ascending."""
    span = study.db.execute("SELECT coalesce(min(n), 0), coalesce(max(n), -1) FROM segment").fetchone()
    kept_out = barred(study, *span)
    rows = study.db.execute(
        "SELECT n, document, ord, speaker, start, \"end\" FROM segment WHERE role = 'data' ORDER BY n"
    )
    return [Place(*row) for row in rows if row[0] not in kept_out]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a round's blind core, from segment `first` to `last`; `probability` of being drawn in millionths."""

    first: int
    last: int
    exposure: str
    probability: int


def core_blocks(study: Study, round_: str) -> list[Block]:
    """The blocks of a round's blind core, ascending."""
    rows = study.db.execute(
        "SELECT first, last, exposure, probability FROM core_block WHERE round = ? ORDER BY first", (round_,)
    )
    return [Block(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Worked:
    """How a coder met a segment in a round. `assigned` and `actual` as in `Unit`; `sets` are the hashes pinned when it
    was opened, None if it never was; `revealed` that suggestions came up after the answer; `seen` that they had been on
    screen in another round before; `view` the tree view of the completion, None where it is not completed."""

    number: int
    assigned: str | None
    actual: str | None
    sets: tuple[str, ...] | None
    revealed: bool
    seen: bool
    completed: bool
    view: int | None


def worked(study: Study, round_: str, coder: str) -> Iterator[Worked]:
    """The units of a coder in a round (ids), ascending."""
    rows = study.db.execute(
        "SELECT segment, assigned, actual, sets, revealed, seen, completed, view FROM unit "
        "WHERE round = ? AND coder = ? ORDER BY segment",
        (round_, coder),
    )
    for number, assigned, actual, sets, revealed, seen, completed, view in rows:
        pinned = None if sets is None else tuple(json.loads(sets))
        yield Worked(number, assigned, actual, pinned, revealed is not None, bool(seen), completed is not None, view)


def workers(study: Study, round_: str) -> list[str]:
    """The coders (ids) who completed a segment in the round or committed a blind answer, in the order they came."""
    rows = study.db.execute(
        "SELECT coder FROM coder WHERE coder IN (SELECT coder FROM unit WHERE round = ? AND completed IS NOT NULL "
        "UNION SELECT coder FROM snapshot WHERE round = ?) ORDER BY n",
        (round_, round_),
    )
    return [coder for (coder,) in rows]


def views_completed(study: Study, round_: str) -> dict[int, int]:
    """Under how many standing changes of the tree (its version then) how many units of a round were completed."""
    found: dict[int, int] = {}
    for heads, count in study.db.execute(
        "SELECT v.heads, count(*) FROM unit u JOIN tree_view v ON v.view = u.view "
        "WHERE u.round = ? AND u.completed IS NOT NULL GROUP BY u.view",
        (round_,),
    ).fetchall():
        version = version_of(study, json.loads(heads))
        found[version] = found.get(version, 0) + count
    return found


def version_of(study: Study, heads: Mapping[str, int]) -> int:
    """How many changes of the tree that stand somebody knew who knew each replica up to its head."""
    return sum(
        study.db.execute(
            "SELECT count(*) FROM tree_change WHERE replica = ? AND seq <= ? AND live = 1", (replica, seq)
        ).fetchone()[0]
        for replica, seq in heads.items()
    )


@dataclass(frozen=True)
class Proposed:
    """A model's stored answer to one segment: its run, and every code of today's tree. `candidates` has the confidence
    (millionths, None without one) of each code that it listed, fitting or not; `methods` how these came about."""

    hash: str
    run: str
    answers: dict[str, Answer]
    candidates: dict[str, int | None]
    methods: frozenset[str]


@dataclass(frozen=True)
class _RunScope:
    number: int
    ord: int
    view: int
    codes: tuple[str, ...] | None
    learned: bool


class ProposedReader:
    """What one model (a coder's id) proposed, by suggestion set, and which run's stands for a segment without a pin."""

    def __init__(self, study: Study, model: str, reader: AnswerReader) -> None:
        self._study, self._reader = study, reader
        self._runs = {
            run: _RunScope(n, ord_, view, None if codes is None else tuple(json.loads(codes)), training is not None)
            for run, n, ord_, view, codes, training in study.db.execute(
                "SELECT run, n, ord, view, codes, training FROM run WHERE model = ?", (model,)
            )
        }
        self._model = model
        self._carried: dict[tuple[object, ...], dict[str, Answer]] = {}

    def newest(self, *, only: Collection[str] | None = None) -> dict[int, str]:
        """The hash, by segment number, of the newest set about the whole tree; of these runs only, if they are
        named."""
        found: dict[int, tuple[int, str]] = {}
        for hash_, run, number in self._study.db.execute(
            "SELECT s.hash, s.run, s.segment FROM suggestion_set s JOIN run r ON r.run = s.run WHERE r.model = ?",
            (self._model,),
        ):
            held = self._runs[run]
            if held.codes is not None or (only is not None and run not in only):
                continue
            if number not in found or found[number][0] < held.number:
                found[number] = (held.number, hash_)
        return {number: hash_ for number, (_, hash_) in found.items()}

    def unlearned(self, round_: str) -> set[str]:
        """The runs (ids) that cannot have learned from the round's blind core: they learned nothing, or knew that it
        was drawn and began before it was released."""
        early, released = runs_too_early(self._study), released_at(self._study, round_)
        return {
            run
            for run, held in self._runs.items()
            if not held.learned or (run not in early and (released is None or held.ord < released))
        }

    def read(self, hashes: Collection[str]) -> dict[str, Proposed]:
        """The sets of those hashes that are this model's; one about a few codes answers these only, as does one where
        the tree was too large to be offered whole."""
        found: dict[str, Proposed] = {}
        for hash_, run, candidates, offered in self._study.db.execute(
            "SELECT s.hash, s.run, s.candidates, s.offered FROM suggestion_set s JOIN run r ON r.run = s.run "
            "WHERE r.model = ?",
            (self._model,),
        ):
            if hash_ in hashes:
                listed = None if offered is None else tuple(json.loads(offered))
                found[hash_] = self._proposed(hash_, run, json.loads(candidates), listed)
        return found

    def _proposed(
        self, hash_: str, run: str, candidates: list[dict[str, Any]], offered: tuple[str, ...] | None
    ) -> Proposed:
        fits = frozenset(item["code"] for item in candidates if item["fits"])
        held = self._runs[run]
        asked = held.codes if offered is None else offered
        key = (held.view, asked, fits)
        if key not in self._carried:
            view = self._reader.view(held.view)
            scope = view.scope("all", None) if asked is None else asked
            answers = dict.fromkeys(scope, Answer.NOT_APPLIED) | dict.fromkeys(fits, Answer.APPLIED)
            self._carried[key] = self._reader.carried(held.view, answers)
        listed = {item["code"]: item["confidence"] for item in candidates}
        methods = frozenset(item["method"] for item in candidates if item["confidence"] is not None)
        return Proposed(hash_, run, self._carried[key], listed, methods)

    def run_numbers(self, *, learned: bool = False) -> dict[str, int]:
        """The number of each run of the model, or only of those that learned from decisions."""
        return {run: held.number for run, held in self._runs.items() if held.learned or not learned}


def released_at(study: Study, round_: str) -> int | None:
    """The place in the fold's order at which a round's core was released; None while it is not."""
    row = study.db.execute(
        "SELECT min(position) FROM (SELECT kind, payload, row_number() OVER (ORDER BY clock, tick, replica, seq) "
        "AS position FROM log) WHERE kind = 'core_released' AND json_extract(payload, '$.round') = ?",
        (round_,),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def openings(study: Study, round_: str) -> list[tuple[int, int]]:
    """(first, last) segment number of the stretches of a round that are always shown, whatever the draw."""
    rows = study.db.execute(
        "SELECT d.first, d.first + w.opening - 1 FROM draw w JOIN document d ON d.document = w.document "
        "WHERE w.round = ? AND w.opening > 0 ORDER BY d.first",
        (round_,),
    )
    return [(first, last) for first, last in rows]


@dataclass(frozen=True)
class Verdicts:
    """What a coder did with a model's suggestions in a round, by action; `bulk`: how many more were decided in bulk."""

    coder: str
    model: str
    actions: dict[str, int]
    bulk: int


def verdicts(study: Study, round_: str) -> list[Verdicts]:
    """The last verdict on each suggestion that stands, by coder and model (ids)."""
    last: dict[tuple[str, str, int], tuple[str, str, bool]] = {}
    for coder, model, hash_, rank, action, bulk in study.db.execute(
        'SELECT a.coder, r.model, a."set", a.rank, a.action, a.bulk IS NOT NULL FROM act a '
        'JOIN suggestion_set s ON s.hash = a."set" JOIN run r ON r.run = s.run WHERE a.round = ? AND a.live = 1 '
        "AND a.action IN ('accept', 'edit', 'reject', 'unsure') AND a.rank IS NOT NULL ORDER BY a.ord",
        (round_,),
    ):
        last[coder, hash_, rank] = (model, action, bool(bulk))
    found: dict[tuple[str, str], Verdicts] = {}
    for (coder, _, _), (model, action, bulk) in last.items():
        held = found.get((coder, model), Verdicts(coder, model, {}, 0))
        actions = held.actions if bulk else {**held.actions, action: held.actions.get(action, 0) + 1}
        found[coder, model] = Verdicts(coder, model, actions, held.bulk + bulk)
    return list(found.values())


def decided_in_bulk(study: Study, round_: str, coder: str) -> dict[int, frozenset[str]]:
    """By segment number, the codes (ids, of today's tree) of the suggestions that a coder decided on in bulk and not
    one by one since: no measure of agreement counts them."""
    tree, found = load_tree(study), dict[int, set[str]]()
    for number, hash_, rank in bulk_decided(study, round_, coder):
        row = study.db.execute(
            "SELECT json_extract(candidates, '$[' || ? || '].code') FROM suggestion_set WHERE hash = ?", (rank, hash_)
        ).fetchone()
        if row is not None and row[0] in tree.codes:
            found.setdefault(number, set()).add(tree.resolve(row[0]))
    return {number: frozenset(codes) for number, codes in found.items()}


def log_state(study: Study) -> tuple[int, str]:
    """How many entries the log holds, and its head: names the state that a figure was counted from."""
    from suggest.study.verify import combined_head

    rows = study.db.execute("SELECT replica, size, head FROM replica")
    heads = {replica: (size, head) for replica, size, head in rows}
    return sum(size for size, _ in heads.values()), combined_head(heads)
