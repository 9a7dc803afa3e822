"""Codings in: a table of who applied which code to which segment or paragraphs, and a table of what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.tables import Row, Table, read_table
from suggest.study.codes import find_code, read_codes
from suggest.study.documents import Document, list_documents
from suggest.study.imports import ImportedCodings, NewCoding, import_codings
from suggest.study.people import check_name
from suggest.study.rounds import rounds
from suggest.study.segments import SegmentReader, externals
from suggest.study.study import Study

_KEYS = ("segment_id", "document_id", "paragraph_from", "paragraph_to")


@dataclass(frozen=True)
class ReadCodings:
    """The codings of a file with everything found that its rows name, not yet stored.

    `completed` holds ordinals of segments by (coder's name, document's id); `notices` are remarks for the user.
    """

    name: str
    codings: tuple[NewCoding, ...]
    completed: Mapping[tuple[str, str], frozenset[int]]
    notices: tuple[str, ...]

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders' names in the order in which they first stand."""
        names = [*(coding.coder for coding in self.codings), *(person for person, _ in self.completed)]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class _Place:
    """The segments of a row: ordinals in a document; `read` are those that count as read by it."""

    document: str
    anchor: int
    first: int
    last: int
    read: tuple[int, ...]


def read_codings(
    study: Study,
    labels: Path,
    *,
    coverage: Path | None = None,
    coder_column: str | None = None,
    coder: str | None = None,
    round_name: str | None = None,
    encoding: str | None = None,
) -> ReadCodings:
    """The codings of a file, for a round of its own.

    `coder_column` is what the files call the column of coders, `coder` names the one coder of files without one.
    With `coverage` exactly what it lists counts as completed; without it the labelled segments do, since nothing else
    is known to have been read. BadInput names the row of what cannot be taken.
    """
    if coder is not None and coder_column is not None:
        raise UsageError("Name the column of coders or the one coder, not both.")
    finder, who = _Finder(study), _Coders(coder_column or "coder_id", coder)
    table = read_table(labels, ("code_id", *who.columns), _KEYS, encoding=encoding, advice=who.advice)
    if not table.rows:
        raise BadInput("the file holds no codings.", file=table.file, advice="Check that the right file was exported.")
    notices: list[str] = []
    codings: dict[NewCoding, None] = {}
    done: dict[tuple[str, str], set[int]] = {}
    for row in table.rows:
        place, person, code = finder.place(table, row), who.of(table, row), finder.code(table, row)
        codings[NewCoding(person, place.document, code, place.anchor, place.first, place.last)] = None
        done.setdefault((person, place.document), set()).update(place.read)
    if twice := len(table.rows) - len(codings):
        notices.append(f"{twice} rows say what another row says; they were taken once.")
    if coverage is not None:
        labelled, done = done, _covered(finder, who, coverage, encoding)
        if outside := sum(len(read - done.get(key, set())) for key, read in labelled.items()):
            notices.append(f"{outside} labelled segments are not in {coverage.name}: coded, not counted as completed.")
    completed = {key: frozenset(read) for key, read in done.items()}
    return ReadCodings(round_name or free_round_name(study, labels.stem), tuple(codings), completed, tuple(notices))


def store_codings(study: Study, actor: str, read: ReadCodings) -> ImportedCodings:
    """Store what was read, all or none."""
    return import_codings(study, actor, read.name, read.codings, read.completed)


def _covered(finder: _Finder, who: _Coders, path: Path, encoding: str | None) -> dict[tuple[str, str], set[int]]:
    table = read_table(path, who.columns, _KEYS, encoding=encoding, advice=who.advice)
    done: dict[tuple[str, str], set[int]] = {}
    for row in table.rows:
        place = finder.place(table, row)
        done.setdefault((who.of(table, row), place.document), set()).update(place.read)
    return done


def free_round_name(study: Study, stem: str) -> str:
    """A name for a round after a file, with a number where it is taken."""
    taken = {item.name for item in rounds(study)}
    base = " ".join(stem.split()) or "imported"
    name, n = base, 1
    while name in taken:
        n += 1
        name = f"{base} {n}"
    return name


@dataclass
class _Coders:
    """Who coded a row: the cell of a column, or one name for all rows."""

    column: str
    single: str | None
    _checked: set[str] = field(default_factory=set)

    @property
    def columns(self) -> tuple[str, ...]:
        return () if self.single is not None else (self.column,)

    @property
    def advice(self) -> dict[str, str]:
        """What to do where the column is missing."""
        return {self.column: "Name it with --coder-column, or the one coder of all rows with --by."}

    def of(self, table: Table, row: Row) -> str:
        name = self.single if self.single is not None else row.word(self.column)
        if name not in self._checked:
            if not name:
                raise table.bad(f"{self.column} is empty.", row, "Say in every row who coded it.")
            try:
                check_name(name)
            except BadInput as error:
                raise table.bad(error.what, row) from None
            self._checked.add(name)
        return name


class _Finder:
    """Finds the segments and codes that rows name; each name is looked up once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._codes = read_codes(study)
        self._found_codes: dict[str, str] = {}
        self._documents: dict[str, Document] = {}
        for document in list_documents(study):
            self._documents.setdefault(document.id, document)
        for document in list_documents(study):
            self._documents[document.label] = document
        self._externals = externals(study)
        self._paragraphs: dict[str, list[tuple[int, int, int, str]]] = {}
        self._reader = SegmentReader(study)

    def code(self, table: Table, row: Row) -> str:
        """The id of the row's code."""
        ref = row.word("code_id")
        if ref not in self._found_codes:
            if not ref:
                raise table.bad("code_id is empty.", row, "What was read and not coded belongs in a --coverage file.")
            try:
                self._found_codes[ref] = find_code(self._codes, ref).id
            except BadInput as error:
                raise table.bad(f"'{ref}': {error.what}", row, error.advice) from None
        return self._found_codes[ref]

    def place(self, table: Table, row: Row) -> _Place:
        """The segments that the row names, by segment_id, or by document_id and paragraphs."""
        named = row.word("document_id")
        document = self._document(table, row, named) if named else None
        external = row.word("segment_id")
        if external:
            return self._segment(table, row, external, document)
        if document is None or not row.word("paragraph_from"):
            what = "the row names no segment."
            advice = "Fill segment_id, or document_id and paragraph_from (and paragraph_to)."
            raise table.bad(what, row, advice)
        return self._range(table, row, document)

    def _document(self, table: Table, row: Row, label: str) -> Document:
        if label not in self._documents:
            known = ", ".join(dict.fromkeys(document.label for document in self._documents.values()))
            raise table.bad(f"no document is called '{label}'.", row, f"There are: {known[:200] or 'none yet'}.")
        return self._documents[label]

    def _segment(self, table: Table, row: Row, external: str, document: Document | None) -> _Place:
        ids = self._externals.get(external, [])
        if not ids and (own := self._reader.get(external)) is not None:
            ids = [own.id]
        if document is not None:
            ids = [id_ for id_ in ids if id_.partition(".")[0] == document.id]
        if not ids:
            where = f" in {document.label}" if document else ""
            advice = "The ids are those of the file that the documents came from."
            raise table.bad(f"no segment is called '{external}'{where}.", row, advice)
        if len(ids) > 1:
            what = f"{len(ids)} segments are called '{external}'."
            raise table.bad(what, row, "Add a column document_id that says which one.")
        held, _, ordinal = ids[0].partition(".")
        at = int(ordinal)
        return _Place(held, at, at, at, (at,))

    def _range(self, table: Table, row: Row, document: Document) -> _Place:
        low = _number(table, row, "paragraph_from")
        high = _number(table, row, "paragraph_to") if row.word("paragraph_to") else low
        if high < low:
            raise table.bad("paragraph_to is before paragraph_from.", row)
        held = [item for item in self._of(document) if item[1] <= high and item[2] >= low]
        if not held:
            raise table.bad(f"{document.label} has no segment in paragraphs {low} to {high}.", row)
        data = tuple(item[0] for item in held if item[3] == "data")
        anchor = data[0] if data else held[0][0]
        return _Place(document.id, anchor, held[0][0], held[-1][0], data)

    def _of(self, document: Document) -> list[tuple[int, int, int, str]]:
        """(ordinal, first and last paragraph, role) of each segment of a document."""
        if document.id not in self._paragraphs:
            last = document.first + document.count - 1
            self._paragraphs[document.id] = [
                (segment.ordinal, segment.paragraph_from, segment.paragraph_to, segment.role)
                for segment in self._reader.span(document.first, last)
            ]
        return self._paragraphs[document.id]


def _number(table: Table, row: Row, column: str) -> int:
    text = row.word(column)
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 9 or int(text) < 1:
        raise table.bad(f"{column} is not a paragraph number.", row, "Write a whole number from 1.")
    return int(text)
