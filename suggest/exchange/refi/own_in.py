"""Our own file within a project that we wrote, read as warily as anything else: what does not hold is passed over."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggest.exchange.refi.archive import Archive
from suggest.exchange.refi.own_out import OWN_NAME, OWN_VERSION
from suggest.study.events import FLAGS, ROLES, SIDES
from suggest.text.transcripts import UNITS, Beside, ReadDocument, Role, Segment

_ROLES: tuple[Role, ...] = ("data", "prompt", "other")
assert _ROLES == ROLES  # the stored lists name roles by their place


@dataclass(frozen=True)
class OwnDocument:
    """A document's segments as the study had them, its attributes and consent. `completed` has the places of the
    segments that a user (a GUID) completed, and those where suggestions were on screen; None if not on record.
    """

    document: ReadDocument
    consent: tuple[tuple[str | None, str], ...]
    completed: Mapping[str, tuple[frozenset[int], frozenset[int]]] | None


_DOCUMENT = re.compile(rb'\{"document":"([0-9a-f-]{36})",')


@dataclass
class OwnFile:
    """What we wrote for ourselves: the GUID of the log's source, the codes' words and the documents' lines by GUID."""

    log: str = ""
    codes: Mapping[str, Any] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)


def read_own(archive: Archive) -> OwnFile:
    """Our own file; an empty one where there is none, or of another version."""
    own = OwnFile()
    for n, raw in enumerate(archive.lines(OWN_NAME)):
        if (found := _DOCUMENT.match(raw)) is not None:
            own.documents[found.group(1).decode()] = raw
            continue
        value = _read(raw)
        if n == 0 and value.get("secondcoder") != OWN_VERSION:
            return own
        if isinstance(log := value.get("log"), str):
            own.log = log
        if isinstance(codes := value.get("codes"), dict):
            own.codes = {guid: words for guid, words in codes.items() if _is_wording(words)}
    return own


def _read(raw: bytes) -> dict[str, Any]:
    """The object of a line; an empty one where it is none, or holds what no text can be."""
    try:
        value = json.loads(raw)
        whole = json.dumps(value, ensure_ascii=False)
        whole.encode("utf-8")  # refuses half characters
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) and "\\u0000" not in whole else {}


def _is_wording(words: Any) -> bool:
    if not isinstance(words, dict):
        return False
    name, examples, external = words.get("name"), words.get("examples"), words.get("external")
    return (
        all(isinstance(words.get(key), str) for key in ("definition", "include", "exclude"))
        and isinstance(examples, list)
        and all(isinstance(text, str) for text in examples)
        and (external is None or isinstance(external, str))
        and isinstance(name, str)
        and bool(name.strip())
        and "\n" not in name
        and len(name) <= 500
    )


def own_document(own: OwnFile, guid: str, label: str, raw: str) -> OwnDocument | None:
    """The document with the segments that it had; None where we did not write it, or its text has changed since."""
    line = _read(own.documents.get(guid, b""))
    if line.get("sha256") != hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest():
        return None
    unit = next((known for known in UNITS if known == line.get("unit")), None)
    rows, attributes, consent = line.get("segments"), line.get("attributes"), line.get("consent")
    if unit is None or not isinstance(rows, list) or not isinstance(attributes, dict) or not isinstance(consent, list):
        return None
    segments: list[Segment] = []
    at = 0
    for row in rows:
        segment = _segment(row, at, len(raw))
        if segment is None:
            return None
        at = segment.end
        segments.append(segment)
    named = tuple((key, value) for key, value in attributes.items() if isinstance(value, str))
    paragraphs = max((segment.paragraph_to for segment in segments), default=0)
    counted = "as in the study that the project came from"
    beside = _beside(line.get("beside"), segments)
    document = ReadDocument(label, raw, tuple(segments), unit, named, (), paragraphs, counted, beside)
    return OwnDocument(document, _flags(line), _completed(line.get("completed"), len(segments)))


def _beside(held: Any, segments: Sequence[Segment]) -> Beside | None:
    """The other language of a document; None where that does not hold."""
    if not isinstance(held, dict) or held.get("side") not in SIDES or not isinstance(held.get("parts"), list):
        return None
    language, cells, at = held.get("language"), [], 0
    for part in held["parts"]:
        if not isinstance(part, list) or len(part) != 3 or any(type(value) is not int for value in part[:2]):
            return None
        first, last, words = part
        if not at <= first <= last < len(segments) or not isinstance(words, str):
            return None
        cells.append((segments[first].start, segments[last].end, words))
        at = last + 1
    return Beside(held["side"], tuple(cells), language if isinstance(language, str) else "")


def _completed(held: Any, count: int) -> Mapping[str, tuple[frozenset[int], frozenset[int]]] | None:
    """Who completed what among `count` segments; None where that does not hold."""
    if not isinstance(held, dict):
        return None
    found = {}
    for guid, listed in held.items():
        if not isinstance(listed, list) or len(listed) != 2:
            return None
        done, shown = (_places(one, count) for one in listed)
        if done is None or shown is None:
            return None
        found[guid] = done, shown
    return found


def _places(listed: Any, count: int) -> frozenset[int] | None:
    """The numbers in ascending ranges [first, last] below `count`."""
    if not isinstance(listed, list):
        return None
    found: list[int] = []
    for pair in listed:
        if not isinstance(pair, list) or len(pair) != 2 or any(type(value) is not int for value in pair):
            return None
        if not (found[-1] if found else -1) < pair[0] <= pair[1] < count:
            return None
        found += range(pair[0], pair[1] + 1)
    return frozenset(found)


def own_consent(
    own: OwnFile, guid: str, speakers: Collection[str]
) -> tuple[tuple[tuple[str | None, str], ...], list[str]]:
    """The consent of a document whose text has changed, or whose segments are made anew: (speaker or None, flag), and
    the names that are not among its `speakers` now. What held for those holds for the whole document."""
    flags = _flags(_read(own.documents.get(guid, b"")))
    kept = [(name if name in speakers else None, flag) for name, flag in flags]
    lost = [name for name, _ in flags if name is not None and name not in speakers]
    return tuple(dict.fromkeys(kept)), list(dict.fromkeys(lost))


def has_beside(own: OwnFile, guid: str) -> bool:
    """Whether something stood beside the document in another language."""
    return isinstance(_read(own.documents.get(guid, b"")).get("beside"), dict)


def _flags(line: Mapping[str, Any]) -> tuple[tuple[str | None, str], ...]:
    consent = line.get("consent")
    return tuple(
        (item[0], item[1])
        for item in (consent if isinstance(consent, list) else [])
        if isinstance(item, list)
        and len(item) == 2
        and (item[0] is None or isinstance(item[0], str))
        and item[1] in FLAGS
    )


def _segment(row: Any, at: int, length: int) -> Segment | None:
    if not isinstance(row, list) or len(row) != 10:
        return None
    start, end, role, speaker, low, high, begin, finish, external, attributes = row
    numbers = (start, end, role, low, high)
    if any(type(value) is not int or not 0 <= value < 2**53 for value in numbers):
        return None
    if any(value is not None and (type(value) is not int or not 0 <= value < 2**53) for value in (begin, finish)):
        return None
    if not at <= start < end <= length or role >= len(_ROLES):
        return None
    if any(value is not None and not isinstance(value, str) for value in (speaker, external)):
        return None
    if not isinstance(attributes, list) or not all(_is_pair(pair) for pair in attributes):
        return None
    pairs = tuple((name, value) for name, value in attributes)
    return Segment(start, end, _ROLES[role], speaker, low, high, external, begin, finish, pairs)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
