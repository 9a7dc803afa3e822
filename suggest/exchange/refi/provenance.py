"""What a note in a project says of how a coding came about, and what the project's description says of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suggest.exchange.refi.codebook_out import origin
from suggest.study.codes import Code, read_codes
from suggest.study.coding_facts import CodingFacts
from suggest.study.rounds import rounds
from suggest.study.runs import Run, runs
from suggest.study.study import Study
from suggest.study.units import decision_counts

NOTE_NAME = "Second Coder: how this coding came about"
_DID = {"accept": "accepted a suggestion", "edit": "edited a suggestion", "add": "added by hand"}


@dataclass(frozen=True)
class Origins:
    """What the notes name: codes, rounds and runs by id."""

    codes: Mapping[str, Code]
    rounds: Mapping[str, str]
    consensus: frozenset[str]
    runs: Mapping[str, Run]


def read_origins(study: Study) -> Origins:
    """What the notes of a study may name."""
    held = rounds(study)
    return Origins(
        {code.id: code for code in read_codes(study, all_states=True)},
        {item.id: item.name for item in held},
        frozenset(item.id for item in held if item.purpose == "consensus"),
        {run.id: run for run in runs(study)},
    )


def note_on(facts: CodingFacts, coder: str, origins: Origins, *, reason: bool = True) -> str | None:
    """ "key: value" lines on the decision and the suggestion behind it; None for a coding that came from elsewhere.

    `coder` is what the one who decided is called outside. Without `reason` the words of the one who decided stay.
    """
    if facts.origin not in _DID:
        return None
    lines = [f"Second Coder: {_DID[facts.origin]}", f"decided by: {coder}"]
    if facts.at is not None:
        lines.append(f"decided at: {facts.at}")
    lines.append(f"round: {origins.rounds.get(facts.round, facts.round)}")
    lines.append(f"suggestions seen before: {facts.actual or 'not on record'}")
    if (one := facts.suggested) is not None:
        run = origins.runs.get(one.run)
        lines.append(f"model: {run.profile if run else one.model}")
        if run is not None:
            lines += [f"model identity: {run.identity}", f"run: {run.number}"]
            lines.append(f"prompt version: {run.prompt or 'none, this model takes no prompt'}")
        code = origins.codes.get(one.code)
        lines.append(f"suggested code: {code.path_text if code else one.code}")
        if one.evidence is not None:
            lines.append(f"evidence: {one.evidence[0]}-{one.evidence[1]}")
        lines.append(f"rank: {one.rank + 1}")
        confidence = "none" if one.confidence is None else f"{one.confidence / 1_000_000:g} ({one.method})"
        lines.append(f"confidence: {confidence}")
    if facts.reason and reason:
        lines.append(f"reason: {facts.reason}")
    return "\n".join(lines)


def description_of(study: Study, origins: Origins) -> str:
    """What the codings of the project do not show: how many suggestions there were, and what was decided on them."""
    counts = decision_counts(study)
    lines = [f"Written by {origin()}."]
    for run in origins.runs.values():
        lines.append(
            f"Run {run.number} of {run.profile}: {run.segments} segments, {run.suggested} with a suggestion, "
            f"{run.no_code} with none, {run.failed} failed."
        )
    named = ("accept", "edit", "reject", "unsure", "add", "no_code")
    lines.append("Decisions: " + ", ".join(f"{name} {counts.get(name, 0)}" for name in named) + ".")
    if counts.get("reject"):
        lines.append(f"The {counts['reject']} rejected suggestions are not among the codings; the log has them.")
    lines.append("Codings are under the person who decided; consensus has a user of its own.")
    return "\n".join(lines)
