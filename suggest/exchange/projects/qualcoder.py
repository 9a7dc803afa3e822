"""QualCoder's projects: texts, categories and codes, codings of several coders, annotations, cases, journals.

What its tables hold was read in QualCoder 4.0 Beta (`__main__.py`), with what older versions lack left out. Positions
are as its windows count them; the words of each coding tell how that was.
"""

from __future__ import annotations

from collections.abc import Mapping

from suggest.exchange.projects.cells import key, number, words
from suggest.exchange.refi.found import (
    FoundCase,
    FoundCode,
    FoundCoding,
    FoundFile,
    FoundNote,
    FoundSelection,
    FoundText,
)
from suggest.study.foreign import Cell, ForeignFile

_ORIGIN = "QualCoder"
_MEDIA = {"images": "pictures", "audio": "audio recordings", "video": "video recordings"}
_COUNTED = {
    "code_image": "codings on pictures and PDF areas",
    "code_av": "codings on recordings",
    "graph": "graphs",
    "stored_sql": "stored queries",
    "ris": "bibliographic entries",
}


def is_qualcoder(file: ForeignFile) -> bool:
    """Whether the tables are QualCoder's."""
    return file.has("source", "fulltext") and file.has("code_name", "cid", "name") and file.has("code_text", "pos0")


def read_qualcoder(file: ForeignFile) -> FoundFile:
    """The project as REFI-QDA would say it."""
    found = FoundFile(kind="Project", origin=_ORIGIN)
    reading = _Reading(file, found)
    reading.codes()
    reading.texts()
    reading.codings()
    reading.cases()
    reading.notes()
    for table, what in _COUNTED.items():
        found.untaken[what] += file.count(table)
    return found


class _Reading:
    """Fills the records from the tables, one kind after the other."""

    def __init__(self, file: ForeignFile, found: FoundFile) -> None:
        self._file, self._found = file, found
        self._users: dict[str, str] = {}
        self._texts: dict[int, FoundText] = {}

    def _user(self, owner: Cell) -> str:
        name = words(owner).strip()
        if not name:
            return ""
        user = self._users.setdefault(name, key("user", len(self._users)))
        self._found.users.setdefault(user, name)
        return user

    def _note(self, name: str, said: Cell, owner: Cell) -> list[str]:
        """The id of a note with these words, if there are any."""
        if not words(said).strip():
            return []
        id_ = key("note", len(self._found.notes))
        self._found.notes[id_] = FoundNote(name, self._user(owner), words(said), "")
        return [id_]

    def codes(self) -> None:
        """Categories and codes as one tree, parents first; what would be its own parent stands at the top."""
        nodes: dict[str, tuple[str, str, str]] = {}
        above: dict[str, str] = {}
        for id_, name, memo, parent in self._file.rows("code_cat", "catid", "name", "memo", "supercatid"):
            nodes[key("category", id_)] = (words(name), words(memo), "")
            if parent is not None:
                above[key("category", id_)] = key("category", parent)
        columns = ("cid", "name", "memo", "catid", "color", "supercid")
        for id_, name, memo, category, color, parent in self._file.rows("code_name", *columns):
            nodes[key("code", id_)] = (words(name), words(memo), words(color))
            if parent is not None:
                above[key("code", id_)] = key("code", parent)
            elif category is not None:
                above[key("code", id_)] = key("category", category)
        children: dict[str | None, list[str]] = {}
        for node in nodes:
            parent_ = above.get(node)
            children.setdefault(parent_ if parent_ in nodes else None, []).append(node)
        placed: dict[str, int] = {}
        self._place(nodes, children, placed, list(children.get(None, [])))
        if circling := [node for node in nodes if node not in placed]:
            self._found.warnings.append(
                f"{len(circling)} codes and categories are above themselves in the file; one of each circle was put to "
                "the top."
            )
            for node in circling:
                if node not in placed:
                    self._place(nodes, children, placed, [node])

    def _place(
        self,
        nodes: Mapping[str, tuple[str, str, str]],
        children: Mapping[str | None, list[str]],
        placed: dict[str, int],
        top: list[str],
    ) -> None:
        waiting: list[tuple[str, int | None]] = [(node, None) for node in reversed(top)]
        while waiting:
            node, parent = waiting.pop()
            if node in placed:
                continue
            name, memo, color = nodes[node]
            place = placed[node] = len(self._found.codes)
            self._found.codes.append(FoundCode(node, name, memo, color, parent, place + 1))
            waiting += [(child, place) for child in reversed(children.get(node, []))]

    def texts(self) -> None:
        """Sources with words; pictures and recordings are counted."""
        for id_, name, content, path, memo, owner in self._file.rows(
            "source", "id", "name", "fulltext", "mediapath", "memo", "owner"
        ):
            folder = words(path).removeprefix("/").partition("/")[0].partition(":")[0]
            if folder in _MEDIA:
                self._found.untaken[_MEDIA[folder]] += 1
                continue
            if not isinstance(id_, int):
                continue
            text = FoundText(key("source", id_), words(name), "", words(content), False, self._user(owner))
            text.notes += self._note("", memo, owner)
            self._texts[id_] = text
            self._found.texts.append(text)

    def codings(self) -> None:
        """Codings with their coders and memos; annotations as selections without a code."""
        columns = ("cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important")
        for code, source, said, start, end, owner, date, memo, important in self._file.rows("code_text", *columns):
            text = self._texts.get(number(source) or -1)
            if text is None:
                self._found.untaken["codings in documents that are not there"] += 1
                continue
            user = self._user(owner)
            coding = FoundCoding(key("code", code), user, words(date), self._note("", memo, owner))
            place = (number(start), number(end))
            text.selections.append(FoundSelection(*place, words(said), user, words(date), "", [coding]))
            self._found.untaken["marks of importance on codings"] += important == 1
        for source, start, end, memo, owner, date in self._file.rows(
            "annotation", "fid", "pos0", "pos1", "memo", "owner", "date"
        ):
            text = self._texts.get(number(source) or -1)
            notes = self._note("", memo, owner)
            if text is None or not notes:
                self._found.untaken["annotations without words or document"] += 1
                continue
            place = (number(start), number(end))
            text.selections.append(FoundSelection(*place, "", self._user(owner), words(date), "", [], notes))

    def cases(self) -> None:
        """Cases with the documents that belong to them wholly, and the values of attributes."""
        values: dict[tuple[str, int], list[tuple[str, str]]] = {}
        for name, kind, value, id_ in self._file.rows("attribute", "name", "attr_type", "value", "id"):
            if words(name).strip() and str(value if value is not None else "").strip() and isinstance(id_, int):
                self._found.variables.setdefault(key("variable", words(name)), words(name))
                values.setdefault((words(kind), id_), []).append((key("variable", words(name)), str(value).strip()))
        for id_, text in self._texts.items():
            text.values += values.get(("file", id_), [])
        whole: dict[int, list[str]] = {}
        for case, source, start, end in self._file.rows("case_text", "caseid", "fid", "pos0", "pos1"):
            text_ = self._texts.get(number(source) or -1)
            if text_ is None or not isinstance(case, int):
                continue
            if number(start) == 0 and (number(end) or 0) >= len((text_.content or "").rstrip()) - 1:
                whole.setdefault(case, []).append(text_.guid)
            else:
                self._found.untaken["parts of documents that belong to a case"] += 1
        for id_, name, memo, owner in self._file.rows("cases", "caseid", "name", "memo", "owner"):
            if isinstance(id_, int):
                held = FoundCase(words(name), values.get(("case", id_), []), whole.get(id_, []))
                self._found.cases.append(held)
                if not held.sources:
                    self._found.untaken["cases that hold no document wholly"] += 1
                    self._found.untaken["values of such cases"] += len(held.values)
                self._found.project_notes += self._note(f"Case {words(name)}", memo, owner)

    def notes(self) -> None:
        """Journals, and what is said of the project."""
        for (memo,) in self._file.rows("project", "memo"):
            self._found.project_notes += self._note("", memo, None)
        for name, entry, owner in self._file.rows("journal", "name", "jentry", "owner"):
            self._found.project_notes += self._note(words(name), entry, owner)
