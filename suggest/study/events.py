"""Every kind of log entry, in the past tense, with the shape of its payload.

A payload holds opaque ids, integers, closed vocabularies and commitments, never a free string or a float;
`check` refuses anything else before it can reach the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from suggest.study.shapes import Bool, ContentId, Int, Many, OneOf, Opt, Record, Row, Shape, Text

_ID = re.compile(r"[a-z][a-z2-7]{12}(\.[0-9]{1,9})?\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_REPLICA = re.compile(r"[0-9a-f]{16}\Z")

ROLES = ("data", "prompt", "other")
UNITS = ("turn", "paragraph", "sentence", "line", "row")
ACTIONS = ("accept", "edit", "reject", "unsure", "add", "remove", "no_code", "keep", "skip")
EXPOSURES = ("shown", "blind", "blind_then_shown")
PURPOSES = ("pilot", "training", "reliability", "main", "consensus", "imported", "stability")
ASKED = ("drawn", "open")
"""Why "anything missing?" was asked before completing: drawn by chance, or since suggestions were open."""
MEMO_TYPES = ("analytic", "reflexive", "query")
"""What a memo is for: an idea about the material, a thought of one's own, a question to the site. None: a note."""
SIDES = ("original", "translation")
"""What a second text is to the text that is coded."""
MARKS = ("check", "query", "answer", "draft")
"""What a person says of a part of a second text: checked, asked about, all questions answered, own word taken back."""
FLAGS = ("local_only", "no_quote", "exclude")
FAILURES = (
    "refusal", "content_filter", "cut_off", "context_overflow", "invalid_answer", "transport", "timeout",
    "cancelled", "internal",
)  # fmt: skip
SETTINGS = (
    "arm", "core", "core_opening", "current_runs", "learn_every", "overlap", "peers", "reject_reasons", "site_order",
    "stability", "stability_gap", "timing", "translation_checks", "unsuggested_share",
)  # fmt: skip

ID, HASH, CONTENT, REPLICA = Text(_ID), Text(_HASH), ContentId(_HASH), Text(_REPLICA)
ENTRY = Row((REPLICA, Int(1)))
HEAD = Row((REPLICA, Int(0), Opt(HASH)))
RANGE = Row((Int(), Int()))
NEW_CODE = Record({"code": ID, "parent": Opt(ID), "wording": CONTENT})
CANDIDATE = Record(
    {
        "code": ID,
        "fits": Bool(),
        "confidence": Opt(Int(0, 1_000_000)),
        "method": OneOf(("none", "rank", "probability", "agreement", "verbal")),
        "evidence": Opt(RANGE),
        "state": OneOf(("exact", "tolerant", "not_found", "none")),
        "basis": Many(ID),
    },
    # How many of how many samples named the code, where several were asked for.
    {"votes": Row((Int(0), Int(1)))},
)
SCOPE = Row((OneOf(("all", "branch", "code")), Opt(ID)))

PROPOSAL = Record(
    {
        "proposal": ID,
        "wording": CONTENT,
        "parent": Opt(ID),
        "evidence": Opt(RANGE),
        "state": OneOf(("exact", "tolerant", "not_found", "none")),
    }
)

_TREE_OPS: dict[str, dict[str, Shape]] = {
    "add": {"codes": Many(NEW_CODE)},
    "rename": {"code": ID, "wording": CONTENT},
    "define": {"code": ID, "wording": CONTENT},
    "move": {"code": ID, "parent": Opt(ID)},
    "merge": {"code": ID, "into": ID},
    "split": {"code": ID, "parts": Many(NEW_CODE)},
    "retire": {"code": ID},
}
_TREE_OPTIONS: dict[str, dict[str, Shape]] = {"add": {"proposals": Many(ID)}}
"""What a model had proposed before a person made the codes of it."""


class TreeChange(Shape):
    """A change of the code tree: the operation says which fields there are."""

    def _shape(self, value: Any, where: str) -> Record:
        if not isinstance(value, dict) or value.get("op") not in tuple(_TREE_OPS):
            raise ValueError(f"{where}: not a change of the code tree")
        op = value["op"]
        return Record({"op": OneOf(tuple(_TREE_OPS)), **_TREE_OPS[op]}, _TREE_OPTIONS.get(op, {}))

    def check(self, value: Any, where: str) -> None:
        self._shape(value, where).check(value, where)

    def contents(self, value: Any) -> Iterator[str]:
        yield from self._shape(value, "").contents(value)


_UNIT: dict[str, Shape] = {"round": ID, "coder": ID, "segment": ID}

KINDS: dict[str, Shape] = {
    "study_created": Record({"study": ID, "title": CONTENT, "secret": CONTENT}),
    "replica_started": Record({"grown_from": Many(HEAD)}),
    "merged": Record({"heads": Many(HEAD)}),
    "coder_added": Record({"coder": ID, "type": OneOf(("person", "model")), "name": CONTENT}),
    "document_added": Record(
        {
            "document": ID,
            "label": CONTENT,
            "text": CONTENT,
            "name": Opt(CONTENT),
            "attributes": Opt(CONTENT),
            "length": Int(),
        }
    ),
    "segments_made": Record(
        {
            "document": ID,
            "unit": OneOf(UNITS),
            "count": Int(),
            "speakers": Many(CONTENT),
            "chunks": Many(CONTENT),
        }
    ),
    "document_described": Record({"document": ID, "label": Opt(CONTENT), "attributes": Opt(CONTENT)}),
    "consent_set": Record({"document": ID, "speaker": Opt(Int()), "flag": OneOf(FLAGS), "on": Bool()}),
    "role_set": Record({"document": ID, "segments": Many(RANGE), "role": OneOf(ROLES)}),
    "text_corrected": Record(
        {
            "document": ID,
            "text": CONTENT,
            "length": Int(),
            "edits": Many(Row((Int(), Int(), Int()))),
            "reason": OneOf(("redaction", "transcription", "translation", "withdrawal")),
        },
        {"ref": HASH},
    ),
    # Parts as first and last ordinal of their segments; long texts come in several entries with one id.
    "second_text_added": Record(
        {
            "document": ID,
            "text": ID,
            "side": OneOf(SIDES),
            "language": Opt(CONTENT),
            "name": Opt(CONTENT),
            "first": Int(),
            "parts": Many(Row((Int(), Int(), Opt(CONTENT)))),
        }
    ),
    "second_text_corrected": Record({"document": ID, "text": ID, "part": Int(), "words": CONTENT}),
    # `of` names the words that were judged: what is said of others does not hold for these.
    "second_text_marked": Record(
        {
            "document": ID,
            "text": ID,
            "part": Int(),
            "action": OneOf(MARKS),
            "of": Opt(HASH),
            "words": Opt(CONTENT),
            "ref": Opt(HASH),
        }
    ),
    "second_text_removed": Record({"document": ID, "text": ID}),
    "code_changed": TreeChange(),
    "round_opened": Record(
        {
            "round": ID,
            "name": CONTENT,
            "purpose": OneOf(PURPOSES),
            "coders": Opt(Many(ID)),
            "documents": Opt(Many(ID)),
            "overlap": Int(0, 1000),
            "scope": SCOPE,
        }
    ),
    "round_assigned": Record(
        {"round": ID, "coder": ID, "documents": Opt(Many(ID))}, {"segments": Many(Row((ID, Many(RANGE))))}
    ),
    "round_closed": Record({"round": ID}),
    "joined": Record({"round": ID, "coder": ID}),
    "queue_drawn": Record(
        {
            "round": ID,
            "seed": HASH,
            "documents": Many(ID),
            "core": Int(0, 1_000_000),
            "arm": Int(0, 1_000_000),
            "unsuggested": Int(0, 1_000_000),
            "opening": Int(),
            "blocks": Int(),
            "list": HASH,
        }
    ),
    # A segment that a coder completed is to be coded once more, blind, in the round of second answers.
    "came_back": Record({**_UNIT, "share": Int(0, 1_000_000), "gap": Int()}),
    "run_started": Record(
        {
            "run": ID,
            "model": ID,
            "identity": CONTENT,
            "parameters": CONTENT,
            "prompt": Opt(HASH),
            "threshold": Opt(Int()),
            "training": Opt(Record({"upto": ENTRY, "hash": HASH, "count": Int()})),
            "codes": Opt(Many(ID)),
            "segments": Int(),
        },
        # One that proposes new codes suggests none of the tree.
        {"baseline": Bool(), "proposes": Bool()},
    ),
    "proposed": Record(
        {
            "run": ID,
            "segment": ID,
            "task": HASH,
            "proposals": Many(PROPOSAL),
            "raw": Opt(CONTENT),
            "context": Many(ID),
            "tokens": Opt(Row((Int(), Int()))),
        },
        {"served": CONTENT},
    ),
    "proposal_settled": Record(
        {"proposals": Many(ID), "action": OneOf(("merge", "dismiss")), "code": Opt(ID), "reason": Opt(CONTENT)}
    ),
    "suggested": Record(
        {
            "run": ID,
            "segment": ID,
            "task": HASH,
            "candidates": Many(CANDIDATE),
            "notes": Opt(CONTENT),
            "raw": Opt(CONTENT),
            "context": Many(ID),
            "tokens": Opt(Row((Int(), Int()))),
        },
        # Of a tree that was too large for the model: the codes that it could choose from.
        {"served": CONTENT, "offered": Many(ID)},
    ),
    "sampled": Record(
        {
            "run": ID,
            "segment": ID,
            "task": HASH,
            "raw": CONTENT,
            "context": Many(ID),
            "tokens": Opt(Row((Int(), Int()))),
        },
        {"served": CONTENT},
    ),
    "suggestion_failed": Record(
        {"run": ID, "segment": ID, "task": HASH, "reason": OneOf(FAILURES), "detail": Opt(CONTENT)},
        {"tokens": Row((Int(), Int())), "raw": CONTENT, "context": Many(ID), "served": CONTENT},
    ),
    "run_ended": Record({"run": ID, "state": OneOf(("done", "stopped", "failed"))}),
    "opened": Record({**_UNIT, "exposure": OneOf(EXPOSURES), "sets": Many(HASH), "shown": Bool()}),
    "revealed": Record({**_UNIT, "sets": Many(HASH)}),
    "decided": Record(
        {
            **_UNIT,
            "action": OneOf(ACTIONS),
            "set": Opt(HASH),
            "rank": Opt(Int()),
            "code": Opt(ID),
            "range": Opt(RANGE),
            "reason": Opt(CONTENT),
            "ref": Opt(HASH),
        },
        {"bulk": ID},
    ),
    "completed": Record(
        {**_UNIT, "scope": SCOPE, "tree": Opt(ENTRY), "end_seen": Opt(Bool()), "ref": Opt(HASH)},
        {"asked": OneOf(ASKED)},
    ),
    "flagged": Record({**_UNIT, "on": Bool(), "ref": Opt(HASH)}),
    "settled": Record(
        {
            "round": ID,
            "segment": ID,
            "codes": Opt(Many(ID)),
            "with": Many(ID),
            "tree": Opt(ENTRY),
            "reason": Opt(CONTENT),
        },
        # The changes of the tree that wrote its outcome into a code's "not when".
        {"defined": Many(ENTRY)},
    ),
    "memo_written": Record(
        {
            "coder": ID,
            "about": OneOf(("study", "document", "segment", "code", "coding")),
            "subject": Opt(ID),
            "coding": Opt(ENTRY),
            "text": CONTENT,
            "ref": Opt(HASH),
        },
        {"type": OneOf(MEMO_TYPES)},
    ),
    "codings_imported": Record(
        {
            "round": ID,
            "coder": ID,
            "document": ID,
            "codes": Many(ID),
            "codings": Many(Row((Int(), Int(), Int(), Int()))),
            "completed": Many(RANGE),
        },
        # When each was made, in seconds since 1970, where its file says so; no finer than the setting `timing`.
        # The segments that were answered with suggestions on screen, where its file says so.
        {"times": Many(Opt(Int())), "shown": Many(RANGE)},
    ),
    "reverted": Record({"entry": ENTRY, "ref": Opt(HASH)}),
    "profile_kept": Record({"name": HASH, "spec": Opt(CONTENT)}),
    "prompt_kept": Record({"name": HASH, "sha256": Opt(HASH), "text": Opt(CONTENT)}),
    "host_allowed": Record({"host": HASH, "name": CONTENT}),
    "host_revoked": Record({"host": HASH}),
    "text_sent": Record(
        {
            "run": ID,
            "host": HASH,
            "name": Opt(CONTENT),
            "segments": Many(ID),
            "requests": Int(1),
            "characters": Int(),
        }
    ),
    "setting_changed": Record({"key": OneOf(SETTINGS), "value": Opt(Int()), "text": Opt(CONTENT)}),
    "core_released": Record({"round": ID}),
    "looked": Record({"round": ID, "documents": Int(), "segments": Int()}),
    "exported": Record({"target": OneOf(("backup", "copy", "checkpoint", "file")), "path": CONTENT}),
    "checkpointed": Record({"heads": Many(Row((REPLICA, Int(), HASH)))}),
    "erased": Record(
        {
            "scope": OneOf(("document", "speaker", "segments")),
            "document": ID,
            "segments": Many(RANGE),
            "gone": Many(HASH),
            "replaced": Many(Row((HASH, CONTENT))),
            "reason": Opt(CONTENT),
        },
        # The parts of second texts that a mask is in.
        {"second": Many(Row((ID, Int())))},
    ),
}

ACTS = ("opened", "revealed", "decided", "completed", "flagged", "memo_written", "second_text_marked")
"""What a coder does with segments: it changes nobody's codes, rounds, settings or documents."""

UNDOABLE = (
    "decided", "completed", "flagged", "memo_written", "code_changed", "proposal_settled", "second_text_marked",
)  # fmt: skip


def check(kind: str, payload: dict[str, Any]) -> None:
    """Refuse with ValueError a kind that is not listed or a payload that is not of its kind's shape."""
    if kind not in KINDS:
        raise ValueError(f"no log entry is called {kind}")
    KINDS[kind].check(payload, kind)


def contents(kind: str, payload: dict[str, Any]) -> Iterator[str]:
    """The ids of the content rows that an entry stands on."""
    return KINDS[kind].contents(payload)
