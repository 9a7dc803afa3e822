"""The log as one coder may read it: whole for what concerns everybody and oneself, without what is withheld.

What colleagues did on segments where it may not be seen is left out, and what a model suggested for one's blind
segments before they were committed; so are hashes, which would give away by trial what was left out. The plain log
stays whole, for those who audit a study.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from suggest.review.sight import Sight
from suggest.study.fold import Entry
from suggest.study.log import entries, entry_at
from suggest.study.log_pages import Choice, Page, read_page
from suggest.study.segments import segment_number

Payload = dict[str, Any]
Place = tuple[int, int, str, int]

OPEN = frozenset(
    {
        "study_created", "coder_added", "document_added", "segments_made", "document_described", "consent_set",
        "role_set", "text_corrected", "code_changed", "round_opened", "round_assigned", "round_closed", "joined",
        "queue_drawn", "run_ended", "setting_changed", "core_released", "exported", "erased", "text_sent",
        "host_allowed", "host_revoked", "profile_kept", "prompt_kept", "proposal_settled", "looked",
        "second_text_added", "second_text_corrected", "second_text_marked", "second_text_removed",
    }
)  # fmt: skip
"""Kinds that say nothing about what anybody thinks of a segment. A kind that is not known here is kept back."""


@dataclass(frozen=True)
class VisibleEntry:
    """An entry as a coder may read it; the numbers in a chain have gaps. `place` is what `visible_page` takes."""

    replica: str
    seq: int
    at: str | None
    actor: str
    kind: str
    payload: Payload
    place: Place

    def to_json(self) -> dict[str, Any]:
        """As `log --coder` prints it: an entry of the log without its hash."""
        return {
            "replica": self.replica,
            "seq": self.seq,
            "at": self.at,
            "actor": self.actor,
            "kind": self.kind,
            "payload": self.payload,
        }


def visible_page(
    sight: Sight, *, kind: str | None = None, after: Place | None = None, size: int = 1000
) -> tuple[list[VisibleEntry], Place | None]:
    """What the coder may read of the next `size` entries behind a place, only those of a kind if one is given; and the
    place to go on from, None at the end. Whoever waits for more goes on from the last place that was given."""
    found, place, count = [], after, 0
    for entry in islice(entries(sight.study.db, kind=kind, after=after), size):
        place, count = (entry.clock, entry.tick, entry.replica, entry.seq), count + 1
        payload = readable(sight, entry)
        if payload is not None:
            found.append(VisibleEntry(entry.replica, entry.seq, entry.at, entry.actor, entry.kind, payload, place))
    return found, place if count else None


def page_seen(sight: Sight, place: Place | None, size: int, *, backwards: bool, choice: Choice | None = None) -> Page:
    """A page as `read_page` gives it, of what the coder may read, as the coder may read it."""
    page = read_page(
        sight.study, place, size, backwards=backwards, choice=choice,
        keep=lambda entry: readable(sight, entry) is not None,
    )  # fmt: skip
    return replace(page, entries=tuple(replace(entry, payload=readable(sight, entry) or {}) for entry in page.entries))


def readable(sight: Sight, entry: Entry) -> Payload | None:
    """The payload as the coder may read it, None for an entry that is left out."""
    payload = entry.payload
    match entry.kind:
        case "opened" | "revealed" | "decided" | "completed" | "flagged" | "came_back":
            return _on_unit(sight, payload)
        case "suggested" | "sampled" | "suggestion_failed" | "proposed":
            number = segment_number(sight.study, payload["segment"])
            return payload if number is None or sight.suggestions(number) else None
        case "settled":
            return _settled(sight, payload)
        case "memo_written":
            return _memo(sight, payload)
        case "codings_imported":
            return payload if _import_seen(sight, payload) else None
        case "reverted":
            target = entry_at(sight.study.db, *payload["entry"])
            return payload if target is None or readable(sight, target) is not None else None
        case "run_started":
            return {**payload, "training": None}  # a hash and a count of everybody's decisions
        case "replica_started" | "merged" | "checkpointed":
            key = "grown_from" if entry.kind == "replica_started" else "heads"
            return {key: [head[:2] for head in payload[key]]}
        case _:
            return payload if entry.kind in OPEN else None


def _on_unit(sight: Sight, payload: Payload) -> Payload | None:
    number = segment_number(sight.study, payload["segment"])
    if number is None:
        return payload if payload["coder"] == sight.coder else None
    if not sight.codings(payload["coder"], payload["round"], number):
        return None
    if "sets" in payload and not sight.suggestions(number):
        # A hash of what is withheld: whoever guesses the suggestions could try.
        return {**payload, "sets": None}
    return payload


def _settled(sight: Sight, payload: Payload) -> Payload | None:
    """What was settled is for those who agreed on it, and else for whom the work behind it is."""
    number = segment_number(sight.study, payload["segment"])
    if number is None:
        return payload if sight.coder in payload["with"] else None
    return payload if sight.settled(payload["with"], payload["round"], number) else None


def _memo(sight: Sight, payload: Payload) -> Payload | None:
    """A note on a segment, or on a coding, is its writer's; one on a code, a document or the study is for all,
    unless it is reflexive."""
    if payload.get("type") == "reflexive" and payload["coder"] != sight.coder:
        return None
    if payload["about"] not in ("segment", "coding") or (payload["coder"] == sight.coder and not sight.come_back):
        return payload
    if payload["about"] == "coding" or payload["subject"] is None:
        target = entry_at(sight.study.db, *payload["coding"]) if payload["coding"] else None
        return payload if target is not None and readable(sight, target) is not None else None
    number = segment_number(sight.study, payload["subject"])
    return payload if number is not None and sight.memo(payload["coder"], number) else None


def _import_seen(sight: Sight, payload: Payload) -> bool:
    """Codings made elsewhere come document by document: they are told when every segment of them may be seen."""
    first = segment_number(sight.study, f"{payload['document']}.0")
    if payload["coder"] == sight.coder and not sight.come_back:
        return True
    if first is None:
        return bool(payload["coder"] == sight.coder)
    numbers = {first + segment for _, segment, _, _ in payload["codings"]}
    numbers.update(first + n for low, high in payload["completed"] for n in range(low, high + 1))
    return all(sight.codings(payload["coder"], payload["round"], number) for number in numbers)
