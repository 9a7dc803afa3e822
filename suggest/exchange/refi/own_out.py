"""What REFI-QDA has no place for, as a file of our own within the archive: JSON Lines, first a header, then the codes,
then a line for each document. Our reader gets back exactly what was there; other programs pass it over.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from suggest.study.codes import Code
from suggest.study.documents import Document, ranges
from suggest.study.events import ROLES
from suggest.study.segments import Segment, all_details, segments
from suggest.study.study import Study

OWN_NAME = "secondcoder/study.jsonl"
OWN_VERSION = 1


def header(log: str) -> dict[str, Any]:
    """The first line; `log` is the GUID of the source that holds the log."""
    return {"secondcoder": OWN_VERSION, "log": log}


def codes_line(codes: Sequence[Code], guid: Callable[[str], str]) -> dict[str, Any]:
    """The codes' names and words by GUID, since names in the project may have got a parent's before them."""
    return {
        "codes": {
            guid(code.id): {
                "name": code.name,
                "definition": code.wording.definition,
                "include": code.wording.include,
                "exclude": code.wording.exclude,
                "examples": list(code.wording.examples),
                "external": code.wording.external,
            }
            for code in codes
        }
    }


def document_line(
    study: Study,
    document: Document,
    guid: str,
    text: str,
    speaker: Callable[[str], str],
    withheld: Counter[str] | None = None,
    answers: Iterable[tuple[str, int, bool, bool]] = (),
) -> dict[str, Any]:
    """A document's unit, consent, who completed which segments, and segments: [start, end, role, speaker, paragraph
    from, to, time from, to, external id, attributes].

    `speaker` gives the name under which one goes out, `answers` are (GUID of a user, number of a segment, whether
    it is completed, whether suggestions were on screen): they become two lists of ranges of places in the list of
    segments, those completed and those on screen.
    What segments of excluded speakers say beside their words stays, and is counted in `withheld`.
    """
    rows = list(_rows(study, document, speaker, Counter() if withheld is None else withheld))
    return {
        "document": guid,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "unit": document.unit,
        "attributes": dict(document.attributes),
        "consent": [[None if name is None else speaker(name), flag] for name, flag in document.consent],
        "completed": _completed(study, document, answers),
        "segments": rows,
    }


def _completed(
    study: Study, document: Document, answers: Iterable[tuple[str, int, bool, bool]]
) -> dict[str, list[list[list[int]]]]:
    places = {segment.number: place for place, segment in enumerate(segments(study, document.id))}
    found: dict[str, tuple[set[int], set[int]]] = {}
    for guid, number, completed, shown in answers:
        if number in places:
            done, seen = found.setdefault(guid, (set(), set()))
            if completed:
                done.add(places[number])
            if shown:
                seen.add(places[number])
    return {guid: [ranges(sorted(held)) for held in found[guid]] for guid in sorted(found)}


def _rows(
    study: Study, document: Document, speaker: Callable[[str], str], withheld: Counter[str]
) -> Iterator[list[Any]]:
    further = all_details(study, document.id)
    excluded = excluded_speakers(document)
    for segment in segments(study, document.id):
        held = further.get(segment.ordinal)
        if held and segment.speaker in excluded:
            withheld["external ids and attributes"] += (held.external is not None) + len(held.attributes)
            held = None
        yield [
            segment.start,
            segment.end,
            ROLES.index(segment.role),
            None if segment.speaker is None else speaker(segment.speaker),
            segment.paragraph_from,
            segment.paragraph_to,
            segment.time_from,
            segment.time_to,
            held.external if held else None,
            [list(pair) for pair in held.attributes] if held else [],
        ]


def line(value: dict[str, Any]) -> bytes:
    """One line of JSON, the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def excluded_speakers(document: Document) -> frozenset[str]:
    """The speakers whose consent excludes them."""
    return frozenset(name for name, flag in document.consent if name is not None and flag == "exclude")


def masked(text: str, document: Document, spoken: Iterator[Segment]) -> str:
    """The text with a block for every letter of the speakers whose consent excludes them; positions stay."""
    excluded = excluded_speakers(document)
    if not excluded:
        return text
    parts, at = [], 0
    for segment in spoken:
        if segment.speaker in excluded:
            words = "".join(c if c.isspace() else "█" for c in text[segment.start : segment.end])
            parts += [text[at : segment.start], words]
            at = segment.end
    return "".join([*parts, text[at:]])
