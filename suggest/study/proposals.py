"""Codes that models propose: storing what a run of such proposals brings, reading it, and what people make of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from suggest.errors import BadInput
from suggest.study.codes import NewCode, Wording, add_codes_within
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text
from suggest.study.positions import map_range
from suggest.study.runs import profile_of
from suggest.study.segments import segment_id
from suggest.study.study import Study

Action = Literal["make", "merge", "dismiss"]


@dataclass(frozen=True)
class NewProposal:
    """A code that a model would have: `parent` is the code (an id) that it would belong under, `evidence` a range of
    the document, None where the quote is not there (`state` says so)."""

    name: str
    definition: str
    rationale: str
    parent: str | None
    evidence: tuple[int, int] | None
    state: str


@dataclass(frozen=True)
class Fate:
    """What became of a proposal, by whom (a coder's id) and when. `code` is the code that was made or that covers it,
    None where it was dismissed."""

    action: Action
    entry: EntryRef
    by: str
    at: str | None
    code: str | None
    reason: str


@dataclass(frozen=True)
class Proposal:
    """A stored proposal. `number` is its segment's; the evidence lies in today's text, None where it is gone or was
    never found; `fate` None as long as nobody has settled it."""

    id: str
    run: int
    profile: str
    number: int
    name: str
    definition: str
    rationale: str
    parent: str | None
    evidence: tuple[int, int] | None
    state: str
    fate: Fate | None = None


@dataclass(frozen=True)
class ProposalRun:
    """A run that proposed codes, with what came of it; numbers begin with 1 for these runs alone."""

    id: str
    number: int
    profile: str
    identity: str
    prompt: str | None
    state: str
    segments: int
    answered: int
    proposals: int
    failed: int
    tokens: tuple[int, int]
    parameters: Mapping[str, Any]


def store_proposals(
    writer: Writer,
    run: str,
    segment: str,
    task: str,
    found: Sequence[NewProposal],
    *,
    raw: str | None,
    context: Sequence[str],
    tokens: tuple[int, int] | None,
    served: str | None = None,
) -> EntryRef:
    """Store what a model proposed for a segment, inside an open transaction; nothing is an answer, too. The rest is as
    `store_set` has it."""
    rows = [
        {
            "proposal": writer.new_id("p"),
            "wording": writer.content("proposal", json.dumps([one.name, one.definition, one.rationale])),
            "parent": one.parent,
            "evidence": None if one.evidence is None else list(one.evidence),
            "state": one.state,
        }
        for one in found
    ]
    return writer.append(
        "proposed",
        {
            "run": run,
            "segment": segment,
            "task": writer.keyed(task),
            "proposals": rows,
            "raw": writer.content("raw", raw) if raw else None,
            "context": list(context),
            "tokens": None if tokens is None else list(tokens),
            **({"served": writer.content("served", served)} if served else {}),
        },
    )


def proposal_runs(study: Study) -> list[ProposalRun]:
    """All runs that proposed codes, oldest first."""
    rows = study.db.execute(
        "SELECT r.run, r.n, c.name, r.identity, r.prompt, r.state, r.segments, r.tokens_in, r.tokens_out, "
        "r.parameters, (SELECT count(*) FROM proposal_answer a WHERE a.run = r.run), "
        "(SELECT count(*) FROM proposal p WHERE p.run = r.run), (SELECT count(*) FROM failure f WHERE f.run = r.run) "
        "FROM proposal_run r JOIN coder c ON c.coder = r.model ORDER BY r.n"
    ).fetchall()
    text = study.contents.text
    return [
        ProposalRun(
            run, n, profile_of(text(name)), text(identity), prompt, state, segments, answered, made, failed,
            (tokens_in, tokens_out), json.loads(study.contents.body(parameters) or "{}"),
        )
        for run, n, name, identity, prompt, state, segments, tokens_in, tokens_out, parameters, answered, made, failed
        in rows
    ]  # fmt: skip


def has_proposed(study: Study, run: str, number: int) -> bool:
    """Whether the run has an answer for the segment, be it that there is nothing to propose."""
    row = study.db.execute("SELECT 1 FROM proposal_answer WHERE run = ? AND segment = ?", (run, number)).fetchone()
    return row is not None


def proposed_for(study: Study, runs: Sequence[str]) -> dict[int, set[str]]:
    """The task hashes (keyed) by segment number of what these runs answered."""
    found: dict[int, set[str]] = {}
    marks = ",".join("?" * len(runs))
    for number, task in study.db.execute(
        f"SELECT segment, task FROM proposal_answer WHERE run IN ({marks})", list(runs)
    ):
        found.setdefault(number, set()).add(task)
    return found


# The entry that settled a proposal last, of those that stand.
_FATE = """
SELECT a.proposal, a.action, a.replica, a.seq, t.coder, l.at, a.code, a.reason FROM proposal_act a
  JOIN act t ON t.replica = a.replica AND t.seq = a.seq AND t.live = 1
  JOIN log l ON l.replica = a.replica AND l.seq = a.seq ORDER BY t.ord
"""


def read_proposals(study: Study, *, settled: bool = False) -> list[Proposal]:
    """The proposals in the order in which they came, those alone that wait for a person unless `settled`. What was
    withdrawn is left out."""
    with study.reading():
        fates = {
            proposal: Fate(action, (replica, seq), by, at, code, study.contents.text(reason) if reason else "")
            for proposal, action, replica, seq, by, at, code, reason in study.db.execute(_FATE)
        }
        rows = study.db.execute(
            'SELECT p.proposal, r.n, c.name, p.segment, p.version, p.wording, p.parent, p.start, p."end", p.state '
            "FROM proposal p JOIN proposal_run r ON r.run = p.run JOIN coder c ON c.coder = r.model ORDER BY p.ord, p.i"
        ).fetchall()
        edits = _Edits(study)
        found = []
        for id_, run, model, number, version, wording, parent, start, end, state in rows:
            body = None if not settled and id_ in fates else study.contents.body(wording)
            if body is None:
                continue
            name, definition, rationale = json.loads(body)
            evidence = None if start is None else edits.now(number, version, start, end)
            profile = profile_of(study.contents.text(model))
            found.append(
                Proposal(id_, run, profile, number, name, definition, rationale, parent, evidence, state,
                         fates.get(id_))
            )  # fmt: skip
        return found


def proposal_counts(study: Study) -> dict[str, int]:
    """How many proposals there are by what became of them: "waiting", "made", "merged" and "dismissed"; empty where no
    model has proposed anything."""
    told: dict[Action | None, str] = {None: "waiting", "make": "made", "merge": "merged", "dismiss": "dismissed"}
    held = Counter(told[one.fate.action if one.fate else None] for one in read_proposals(study, settled=True))
    return {state: held[state] for state in told.values()} if held else {}


class _Edits:
    """The corrections that documents have had since a version."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._held: dict[str, list[tuple[int, list[list[int]]]]] = {}

    def now(self, number: int, version: int, start: int, end: int) -> tuple[int, int] | None:
        document = segment_id(self._study, number).partition(".")[0]
        if document not in self._held:
            self._held[document] = [
                (corrected, json.loads(edits))
                for corrected, edits in self._study.db.execute(
                    "SELECT version, edits FROM correction WHERE document = ? AND live = 1 ORDER BY version",
                    (document,),
                )
            ]
        for corrected, edits in self._held[document]:
            if corrected > version:
                start, end = map_range(start, end, edits)
        return (start, end) if start < end else None


def make_code(study: Study, actor: str, ids: Sequence[str], wording: Wording, parent: str | None) -> str:
    """Make a code of proposals; its id. Its author is the person, and where it came from stays on record. BadInput for
    a proposal that does not wait any more, and as `add_codes`."""
    with study.write(actor) as writer:
        _refuse_settled(study, ids)
        made = add_codes_within(study, writer, [NewCode("new", wording, parent)], proposals=ids)
    return made["new"]


def merge_proposals(study: Study, actor: str, ids: Sequence[str], code: str) -> EntryRef:
    """Put on record that a code that there is covers the proposals. The code stays as it is."""
    with study.write(actor) as writer:
        _refuse_settled(study, ids)
        return writer.append(
            "proposal_settled", {"proposals": list(ids), "action": "merge", "code": code, "reason": None}
        )


def dismiss_proposals(study: Study, actor: str, ids: Sequence[str], reason: str = "") -> EntryRef:
    """Put proposals away, for a reason if one is given."""
    check_text(reason)
    with study.write(actor) as writer:
        _refuse_settled(study, ids)
        why = writer.content("reason", reason) if reason else None
        return writer.append(
            "proposal_settled", {"proposals": list(ids), "action": "dismiss", "code": None, "reason": why}
        )


def _refuse_settled(study: Study, ids: Sequence[str]) -> None:
    waiting = {one.id for one in read_proposals(study)}
    if not ids or not waiting.issuperset(ids):
        raise BadInput("a proposal is not there, or somebody has settled it; nothing was stored.")


def origin(study: Study, code: str) -> list[Proposal]:
    """The proposals that a code (an id) was made of, oldest first."""
    return [
        one
        for one in read_proposals(study, settled=True)
        if one.fate is not None and one.fate.action == "make" and one.fate.code == code
    ]
