"""Taguette's projects: documents in HTML, tags with dots for levels, highlights counted in bytes of the words.

What its tables hold was read in taguette 1.5.2 (database/models.py, extract.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from suggest.errors import BadInput
from suggest.exchange.projects.cells import key, number, words
from suggest.exchange.refi.found import FoundCode, FoundCoding, FoundFile, FoundNote, FoundSelection, FoundText
from suggest.study.foreign import ForeignFile
from suggest.text.web import Words

_ORIGIN = "Taguette"


def is_taguette(file: ForeignFile) -> bool:
    """Whether the tables are Taguette's."""
    return (
        file.has("documents", "id", "contents") and file.has("highlights", "start_offset") and file.has("tags", "path")
    )


def read_taguette(file: ForeignFile, name: str) -> FoundFile:
    """The one project of a file, as REFI-QDA would say it. BadInput where the file holds several."""
    projects = file.rows("projects", "id", "name", "description")
    if len(projects) > 1:
        what = f"the file holds {len(projects)} projects."
        raise BadInput(what, file=name, advice="Export the one that you want from Taguette, as SQLite3.")
    found = FoundFile(kind="Project", origin=_ORIGIN)
    for _, title, description in projects:
        found.name, found.description = words(title), words(description)
    _codes(file, found)
    tagged: dict[int, list[str]] = {}
    for highlight, tag in file.rows("highlight_tags", "highlight_id", "tag_id"):
        if isinstance(highlight, int):
            tagged.setdefault(highlight, []).append(key("tag", tag))
    _texts(file, found, tagged, _makers(file, found))
    return found


def _codes(file: ForeignFile, found: FoundFile) -> None:
    """The tags as codes: "care.time" is a code "time" below "care" where there is a tag "care"."""
    rows = file.rows("tags", "id", "path", "description")
    listed = sorted((words(path), n, id_, words(said)) for n, (id_, path, said) in enumerate(rows))
    places: dict[str, int] = {}
    for path, _, id_, description in listed:
        above, dot, last = path.rpartition(".")
        parent = places.get(above) if dot and last.strip() else None
        places.setdefault(path, len(found.codes))
        label = path if parent is None else last
        found.codes.append(FoundCode(key("tag", id_), label, description, "", parent, len(found.codes) + 1))


def _makers(file: ForeignFile, found: FoundFile) -> Mapping[int, tuple[str, str]]:
    """Who made or last changed each highlight, and when, from the commands that Taguette keeps."""
    users: dict[str, str] = {}
    makers: dict[int, tuple[str, str]] = {}
    for login, date, payload in file.rows("commands", "user_login", "date", "payload"):
        held = _payload(words(payload))
        highlight = held.get("highlight_id")
        if held.get("type") != "highlight_add" or not isinstance(highlight, int):
            continue
        user = users.setdefault(words(login), key("user", len(users)))
        makers[highlight] = (user, words(date))
    members = [words(login) for (login,) in file.rows("project_members", "user_login")]
    for login in members if not users else ():
        users.setdefault(login, key("user", len(users)))
    found.users.update((user, login) for login, user in users.items())
    return makers


def _payload(text: str) -> dict[str, Any]:
    try:
        held = json.loads(text) if len(text) < 1_000_000 else None
    except (ValueError, RecursionError):
        held = None
    return held if isinstance(held, dict) else {}


def _texts(
    file: ForeignFile, found: FoundFile, tagged: Mapping[int, list[str]], makers: Mapping[int, tuple[str, str]]
) -> None:
    pages: dict[int, Words] = {}
    texts: dict[int, FoundText] = {}
    for id_, name, description, contents in file.rows("documents", "id", "name", "description", "contents"):
        if not isinstance(id_, int):
            continue
        page = pages[id_] = Words(words(contents).replace("\r\n", "\n").replace("\r", "\n"))
        for what, count in page.left_out.items():
            found.untaken[f"{what} in documents"] += count
        text = FoundText(key("document", id_), words(name), "", page.text, False, "")
        if words(description).strip():
            note = key("described", id_)
            found.notes[note] = FoundNote("", "", words(description), "")
            text.notes.append(note)
        texts[id_] = text
        found.texts.append(text)
    columns = ("id", "document_id", "start_offset", "end_offset", "snippet")
    for id_, document, start, end, snippet in file.rows("highlights", *columns):
        text_, page_ = texts.get(number(document) or -1), pages.get(number(document) or -1)
        if text_ is None or page_ is None:
            found.untaken["highlights in documents that are not there"] += 1
            continue
        first, last = number(start), number(end)
        place = None if first is None or last is None else page_.range_of(first, last)
        user, at = makers.get(number(id_) or -1, ("", ""))
        codings = [FoundCoding(code, user, at) for code in tagged.get(number(id_) or -1, [])]
        found.untaken["highlights without a tag"] += not codings
        begin, stop = place if place is not None else (None, None)
        if codings:
            text_.selections.append(FoundSelection(begin, stop, Words(words(snippet)).text, user, at, "", codings))
