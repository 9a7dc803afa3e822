"""The study's side of the log screen: pages of readable lines, and what a filter in words means."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suggest.errors import BadInput
from suggest.review.sight import Sight
from suggest.review.visible_log import page_seen, readable
from suggest.study.cites import segment_at
from suggest.study.documents import find_document
from suggest.study.events import KINDS
from suggest.study.log_pages import Choice, Place, get_entry, place_of
from suggest.study.people import find_coder
from suggest.study.study import Study
from tui.log.naming import Names

SIZE = 100


@dataclass(frozen=True)
class Row:
    """An entry in a line; `place` is where it stands."""

    place: Place
    when: str
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class Rows:
    """A page. `further` is where to go on in the same direction, None where there is no more; `first` is the place of
    the first entry that was looked at, shown or not."""

    rows: tuple[Row, ...]
    further: Place | None
    first: Place | None
    looked_at: int


def rows(study: Study, coder: str, place: Place | None, *, backwards: bool, choice: Choice) -> Rows:
    """Entries after a place, or before it, as a coder (a name) may see them."""
    person = find_coder(study, coder)
    sight = Sight(study, "" if person is None else person.id)
    page = page_seen(sight, place, SIZE, backwards=backwards, choice=choice)
    with study.reading():
        names = Names(study)
        found = tuple(
            Row(place_of(entry), (entry.at or "–")[:16].replace("T", " "), names.coder(entry.actor),
                entry.kind.replace("_", " "), names.line(entry))
            for entry in page.entries
        )  # fmt: skip
    return Rows(found, page.further, page.first, page.looked_at)


def whole(study: Study, coder: str, place: Place) -> list[tuple[str, str]]:
    """All of an entry, in labelled texts; nothing where the coder may not see it."""
    person = find_coder(study, coder)
    entry = get_entry(study, place[2], place[3])
    payload = None if entry is None or person is None else readable(Sight(study, person.id), entry)
    if entry is None or payload is None:
        return []
    with study.reading():
        return Names(study).whole(replace(entry, payload=payload))


def chosen(study: Study, words: str) -> Choice:
    """What of the log somebody asks for: a kind, a coder and a citation, with commas between them. BadInput for a word
    that is none of these."""
    found: dict[str, str] = {}
    for part in (part.strip() for part in words.split(",")):
        if not part:
            continue
        kind = part.casefold().replace(" ", "_")
        person = find_coder(study, part)
        if kind in KINDS:
            found["kind"] = kind
        elif person is not None:
            found["actor"] = person.id
        else:
            found["segment"] = _segment(study, part)
    return Choice(**found)


def _segment(study: Study, cite: str) -> str:
    label, _, paragraph = cite.rpartition(" ")
    advice = 'Write a kind such as "decided", a coder\'s name, or a citation such as "BU 51"; commas between them.'
    if not label or not paragraph.isascii() or not paragraph.isdigit() or len(paragraph) > 9:
        raise BadInput("neither a kind of entry, nor a coder, nor a citation.", place=cite, advice=advice)
    segment = segment_at(study, find_document(study, label), int(paragraph))
    if segment is None:
        raise BadInput("there is no such paragraph.", place=cite)
    return segment
