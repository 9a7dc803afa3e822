"""Runs of a model: beginning and ending them, storing their answers, and how they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggest.study.fold.runs import set_hash
from suggest.study.log import EntryRef, Writer
from suggest.study.people import add_coder, find_coder
from suggest.study.segments import segment_number
from suggest.study.study import Study


@dataclass(frozen=True)
class NewCandidate:
    """A code proposed for a segment. Confidence in millionths or None, evidence in document offsets or None; `votes`
    as (n of K samples), None where a single one was asked for."""

    code: str
    fits: bool
    confidence: int | None
    method: str
    evidence: tuple[int, int] | None
    state: str
    rationale: str
    basis: tuple[str, ...] = ()
    votes: tuple[int, int] | None = None


@dataclass(frozen=True)
class Training:
    """What a run had learned from, frozen: the newest log entry considered, a hash of the examples, their number.

    The log names `hash`, so it has to be keyed with the study's secret: the examples' words are in it.
    """

    upto: EntryRef
    hash: str
    count: int


@dataclass(frozen=True)
class Run:
    """A run and its counters; `segments` is how many it was begun for, `codes` what it was limited to (ids).

    `threshold` (millionths) is what decided what fits, None where the model knows none.
    """

    id: str
    number: int
    profile: str
    identity: str
    state: str
    segments: int
    suggested: int
    no_code: int
    failed: int
    tokens: tuple[int, int]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    prompt: str | None = None
    training: Training | None = None
    codes: tuple[str, ...] | None = None
    threshold: int | None = None


MODEL_PREFIX = "model:"


def start_run(
    study: Study,
    actor: str,
    *,
    profile: str,
    identity: str,
    parameters: dict[str, Any],
    prompt: str | None,
    threshold: int | None,
    training: Training | None,
    codes: Sequence[str] | None,
    segments: int,
) -> str:
    """Log a run's beginning; its id. The profile becomes a coder called "model:PROFILE" with its first run."""
    with study.write(actor) as writer:
        return begin_run(
            study,
            writer,
            profile=profile,
            identity=identity,
            parameters=parameters,
            prompt=prompt,
            threshold=threshold,
            training=training,
            codes=codes,
            segments=segments,
        )


def begin_run(
    study: Study,
    writer: Writer,
    *,
    profile: str,
    identity: str,
    parameters: Mapping[str, Any],
    prompt: str | None,
    threshold: int | None,
    training: Training | None,
    codes: Sequence[str] | None,
    segments: int,
    baseline: bool = False,
    proposes: bool = False,
) -> str:
    """`start_run` inside an open transaction, where the caller has made sure that there is no such run yet. What a
    `baseline` suggests is shown only where no other model was asked, unless the setting `current_runs` names its run.
    One that `proposes` new codes is none of the `runs`: see `suggest.study.proposals`.
    """
    known = find_coder(study, MODEL_PREFIX + profile)
    model = known.id if known else writer.new_id("c")
    if known is None:
        add_coder(writer, model, MODEL_PREFIX + profile, "model")
    run = writer.new_id("u")
    writer.append(
        "run_started",
        {
            "run": run,
            "model": model,
            "identity": writer.content("identity", identity),
            "parameters": writer.content("parameters", json.dumps(dict(parameters), sort_keys=True)),
            "prompt": prompt,
            "threshold": threshold,
            "training": None
            if training is None
            else {"upto": list(training.upto), "hash": training.hash, "count": training.count},
            "codes": None if codes is None else list(codes),
            "segments": segments,
            **({"baseline": True} if baseline else {}),
            **({"proposes": True} if proposes else {}),
        },
    )
    return run


def store_set(
    writer: Writer,
    run: str,
    segment: str,
    task: str,
    candidates: Sequence[NewCandidate],
    *,
    raw: str | None = None,
    context: Sequence[str] = (),
    tokens: tuple[int, int] | None = None,
    served: str | None = None,
    offered: Sequence[str] | None = None,
) -> str:
    """Store a suggestion set inside an open transaction; its hash. It is never changed afterwards.

    `served` is what an endpoint said of itself with the answer, a line each: model, fingerprint, milliseconds. `task`
    is the hash of the question, with the words in it: the log names it keyed, as `StoredSet.task` has it. `offered` are
    the codes that could be chosen from, None for all of the run: of the others the set says nothing.
    """
    rationales = [candidate.rationale for candidate in candidates]
    payload = {
        "run": run,
        "segment": segment,
        "task": writer.keyed(task),
        "candidates": [
            {
                "code": candidate.code,
                "fits": candidate.fits,
                "confidence": candidate.confidence,
                "method": candidate.method,
                "evidence": None if candidate.evidence is None else list(candidate.evidence),
                "state": candidate.state,
                "basis": list(candidate.basis),
                **({"votes": list(candidate.votes)} if candidate.votes else {}),
            }
            for candidate in candidates
        ],
        "notes": writer.content("notes", json.dumps(rationales)) if any(rationales) else None,
        "raw": writer.content("raw", raw) if raw else None,
        "context": list(context),
        "tokens": None if tokens is None else list(tokens),
        **({"served": writer.content("served", served)} if served else {}),
        **({"offered": sorted(offered)} if offered is not None else {}),
    }
    writer.append("suggested", payload)
    return set_hash(payload)


def store_sample(
    writer: Writer,
    run: str,
    segment: str,
    task: str,
    raw: str,
    *,
    context: Sequence[str] = (),
    tokens: tuple[int, int] | None = None,
    served: str | None = None,
) -> None:
    """Store one of several answers to the same question inside an open transaction, as `store_set` names its parts:
    what is made of all of them is a set of its own."""
    payload = {
        "run": run,
        "segment": segment,
        "task": writer.keyed(task),
        "raw": writer.content("raw", raw),
        "context": list(context),
        "tokens": None if tokens is None else list(tokens),
        **({"served": writer.content("served", served)} if served else {}),
    }
    writer.append("sampled", payload)


def samples_kept(study: Study, runs: Sequence[str], segment: str, tasks: Sequence[str]) -> dict[str, str]:
    """What the runs (ids) were answered to questions about a segment (an id), by these task hashes (keyed): raw
    answers, without those that were withdrawn since."""
    number = segment_number(study, segment)
    if number is None:
        return {}
    rows = study.db.execute(
        "SELECT task, content FROM model_words WHERE segment = ? AND task IN (SELECT value FROM json_each(?)) "
        "AND run IN (SELECT value FROM json_each(?)) ORDER BY content DESC",
        (number, json.dumps(list(tasks)), json.dumps(list(runs))),
    ).fetchall()
    found = ((task, study.contents.body(content)) for task, content in rows)
    return {task: raw for task, raw in found if raw is not None}


def store_failure(
    writer: Writer,
    run: str,
    segment: str,
    task: str,
    reason: str,
    detail: str = "",
    tokens: tuple[int, int] | None = None,
    *,
    raw: str | None = None,
    context: Sequence[str] = (),
    served: str | None = None,
) -> None:
    """Store a typed failure: missing, not an answer. `tokens` (in, out) is what it cost, None where nothing counts;
    `raw` what the model said, with these segments before it; `served` as `store_set`."""
    payload: dict[str, Any] = {
        "run": run,
        "segment": segment,
        "task": writer.keyed(task),
        "reason": reason,
        "detail": writer.content("detail", detail) if detail else None,
    }
    if tokens is not None:
        payload["tokens"] = list(tokens)
    if raw:
        payload["raw"] = writer.content("raw", raw)
    if served:
        payload["served"] = writer.content("served", served)
    if raw or served:
        payload["context"] = list(context)
    writer.append("suggestion_failed", payload)


def end_run(study: Study, actor: str, run: str, state: str) -> None:
    """Log a run's end: "done", "stopped" (it can be resumed) or "failed"."""
    with study.write(actor) as writer:
        writer.append("run_ended", {"run": run, "state": state})


def runs(study: Study) -> list[Run]:
    """All runs, oldest first."""
    rows = study.db.execute(
        "SELECT r.run, r.n, c.name, r.identity, r.state, r.segments, r.suggested, r.no_code, r.failed, r.tokens_in, "
        "r.tokens_out, r.parameters, r.prompt, r.training, r.codes, r.threshold "
        "FROM run r JOIN coder c ON c.coder = r.model ORDER BY r.n"
    ).fetchall()
    text = study.contents.text
    return [
        Run(
            row[0],
            row[1],
            profile_of(text(row[2])),
            text(row[3]),
            row[4],
            row[5],
            row[6],
            row[7],
            row[8],
            (row[9], row[10]),
            json.loads(study.contents.body(row[11]) or "{}"),
            row[12],
            _training(row[13]),
            None if row[14] is None else tuple(json.loads(row[14])),
            row[15],
        )
        for row in rows
    ]


def _training(stored: str | None) -> Training | None:
    if stored is None:
        return None
    item = json.loads(stored)
    return Training((item["upto"][0], item["upto"][1]), item["hash"], item["count"])


def profile_of(name: str) -> str:
    """The profile of a model's coder, by that coder's name."""
    return name.removeprefix(MODEL_PREFIX)


def latest_run(study: Study, profile: str) -> Run | None:
    """The newest run of a profile."""
    return next((run for run in reversed(runs(study)) if run.profile == profile), None)
