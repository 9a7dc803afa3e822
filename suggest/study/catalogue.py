"""All documents in one reading, as a list shows them, and what one of them consists of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from suggest.study.contents import WITHDRAWN
from suggest.study.study import Study


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list: `first` numbers its first segment, `count` are all of them, `data` those to be coded.

    `flags` holds (speaker's number or None for the whole document, consent flag).
    """

    id: str
    label: str
    attributes: Mapping[str, str]
    first: int
    count: int
    data: int
    flags: tuple[tuple[int | None, str], ...] = ()


def catalogue(study: Study) -> list[Listed]:
    """The documents that are present, in the order in which they came: three statements, however many there are."""
    with study.reading():
        flags: dict[str, list[tuple[int | None, str]]] = {}
        for document, speaker, flag in study.db.execute(
            "SELECT document, speaker, flag FROM consent ORDER BY document, speaker, flag"
        ):
            flags.setdefault(document, []).append((None if speaker < 0 else speaker, flag))
        rows = study.db.execute(
            "SELECT d.document, l.body, a.body, d.first, d.count, d.data FROM document d "
            "LEFT JOIN content l ON l.id = d.label LEFT JOIN content a ON a.id = d.attributes "
            "WHERE d.state = 'present' ORDER BY d.n"
        )
        return [
            Listed(id_, WITHDRAWN if label is None else label, json.loads(attributes or "{}"), first, count, data,
                   tuple(flags.get(id_, ())))
            for id_, label, attributes, first, count, data in rows
        ]  # fmt: skip


@dataclass(frozen=True)
class Speaking:
    """How many segments of each role a speaker has in a document. `number` and `name` are None for nobody's."""

    number: int | None
    name: str | None
    data: int
    prompt: int
    other: int


def speaking(study: Study, document: str) -> list[Speaking]:
    """The speakers of a document (an id) in the order in which they came, those of nobody last."""
    row = study.db.execute("SELECT first, count FROM document WHERE document = ?", (document,)).fetchone()
    if row is None or row[0] < 0:
        return []
    found: dict[int | None, dict[str, int]] = {}
    for speaker, role, count in study.db.execute(
        "SELECT speaker, role, count(*) FROM segment WHERE n BETWEEN ? AND ? GROUP BY speaker, role",
        (row[0], row[0] + row[1] - 1),
    ):
        found.setdefault(speaker, {})[role] = count
    names = {
        n: study.contents.text(content)
        for n, content in study.db.execute("SELECT n, name FROM speaker WHERE document = ?", (document,))
    }
    known: list[int | None] = [*sorted(n for n in found if n is not None), *([None] if None in found else [])]
    return [
        Speaking(n, None if n is None else names.get(n, WITHDRAWN), *(found[n].get(role, 0) for role in _ROLES))
        for n in known
    ]


_ROLES = ("data", "prompt", "other")


def ordinals_of(study: Study, document: str, *, speaker: int | None = None, nobody: bool = False) -> list[int]:
    """The ordinals of a speaker's segments in a document, or with `nobody` of those that have none."""
    where = "speaker IS NULL" if nobody else "speaker = ?"
    rows = study.db.execute(
        "SELECT s.ord FROM document d JOIN segment s ON s.n BETWEEN d.first AND d.first + d.count - 1 "
        f"WHERE d.document = ? AND {where} ORDER BY s.ord",
        (document,) if nobody else (document, speaker),
    )
    return [ordinal for (ordinal,) in rows]


def ordinals_between(study: Study, document: str, low: int, high: int, speaker: int | None = None) -> list[int]:
    """The ordinals of the segments that touch the paragraphs low..high, of one speaker if a number is given."""
    rows = study.db.execute(
        "SELECT s.ord FROM document d JOIN segment s ON s.n BETWEEN d.first AND d.first + d.count - 1 "
        "WHERE d.document = ? AND s.paragraph_from <= ? AND s.paragraph_to >= ? AND (? IS NULL OR s.speaker = ?) "
        "ORDER BY s.ord",
        (document, high, low, speaker, speaker),
    )
    return [ordinal for (ordinal,) in rows]
