"""Tables of segments, wherever they come from: named columns, one row a segment, one document per document_id."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from suggest.errors import BadInput, UsageError
from suggest.text.segmentation import parts_of
from suggest.text.speakers import role_of
from suggest.text.transcripts import Attributes, Beside, ReadDocument, Role, Segment, Unit

COLUMNS = (
    "document_id",
    "segment_id",
    "order",
    "speaker",
    "text",
    "role",
    "paragraph",
    "paragraph_from",
    "paragraph_to",
    "original",
    "translation",
)
SIDES = ("original", "translation")
"""Columns with the same words in another language; a table has one of them at most."""
SETTINGS = ("encoding", "sheet", "speakers")
_RANGE = re.compile(r"\s*(\d{1,9})\s*(?:[-–—]\s*(\d{1,9})\s*)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each named column stands in a row, and the further columns, which become attributes."""

    at: Mapping[str, int]
    further: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Rows:
    """The rows of one document, column by column, in the order of the file."""

    number: list[int] = field(default_factory=list)
    cells: list[Sequence[str]] = field(default_factory=list)


def find_columns(header: Sequence[str], mapping: Mapping[str, str], file: str) -> Columns:
    """The columns of the contract in this header, by their names or by `mapping` (ours to the file's).

    Raises BadInput naming the columns found where `text` or a mapped one is missing, or a name stands twice.
    """
    names = [name.strip() for name in header]
    unknown = [key for key in mapping if key not in COLUMNS and key not in SETTINGS]
    if unknown:
        raise UsageError(f"There is no column '{unknown[0]}' to map. Columns: {', '.join(COLUMNS)}.")
    at: dict[str, int] = {}
    for column in COLUMNS:
        wanted = mapping.get(column, column)
        places = [index for index, name in enumerate(names) if name == wanted]
        if not places:
            places = [index for index, name in enumerate(names) if name.casefold() == wanted.casefold()]
        if len(places) > 1:
            raise BadInput(
                f"two columns are called '{wanted}'.", file=file, place="row 1", advice="Rename one of them."
            )
        if places and column in SIDES and column not in mapping and places[0] in at.values():
            continue  # the column that is coded may be called so
        if places:
            at[column] = places[0]
        elif column in mapping or column == "text":
            raise _missing(wanted, column, names, file)
    if all(side in at for side in SIDES):
        what = f"there are both '{names[at[SIDES[0]]]}' and '{names[at[SIDES[1]]]}', and one text stands beside 'text'."
        advice = "Say --map text=NAME where one of them is coded, or rename the one that is to be an attribute."
        raise BadInput(what, file=file, place="row 1", advice=advice)
    if len(set(at.values())) < len(at):
        raise UsageError("One column of the file is mapped to two names. Map each column once.")
    taken = set(at.values())
    further = tuple((i, name or f"column {i + 1}") for i, name in enumerate(names) if i not in taken)
    twice = {name for i, (_, name) in enumerate(further) if name in {other for _, other in further[:i]}}
    if twice:
        what = f"two columns are called '{min(twice)}'."
        raise BadInput(what, file=file, place="row 1", advice="Rename one of them.")
    return Columns(at, further)


def documents_of(
    rows: Iterable[tuple[int, Sequence[str]]],
    columns: Columns,
    *,
    file: str,
    label: str | None,
    stem: str,
    unit: Unit | None,
    language: str | None,
    notices: tuple[str, ...],
) -> list[ReadDocument]:
    """The documents of a table's rows (number as in a spreadsheet, cells), in the order in which they first stand.

    The stored text of a document is its rows' texts joined by line feeds; a row's own line breaks stay inside it.
    Raises BadInput, with row numbers, for a missing document_id, a segment_id twice, or an order that is no number.
    """
    grouped = _grouped(rows, columns, file, label or stem)
    if not grouped:
        raise BadInput("the table holds no rows.", file=file, advice="Check that the right sheet or file was exported.")
    if label is not None and len(grouped) > 1:
        raise UsageError(f"A label names one document; {file} holds {len(grouped)}. Leave the label away.")
    documents = []
    for name in list(grouped):
        made = _document(label or name, grouped.pop(name), columns, file, unit or "row", language, notices)
        if made is not None:
            documents.append(made)
    if not documents:
        raise BadInput("no row holds any words.", file=file, advice="Check which column holds the text.")
    return documents


def _missing(wanted: str, column: str, names: Sequence[str], file: str) -> BadInput:
    found = ", ".join(f"'{name}'" for name in names[:30])
    advice = f"Name it: --map {column}=NAME. Columns found: {found}."
    return BadInput(f"the column '{wanted}' is missing.", file=file, place="row 1", advice=advice)


def _grouped(rows: Iterable[tuple[int, Sequence[str]]], columns: Columns, file: str, single: str) -> dict[str, _Rows]:
    by = columns.at.get("document_id")
    ids = columns.at.get("segment_id")
    grouped: dict[str, _Rows] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        name = single if by is None else cells[by].strip()
        if not name:
            advice = "Give every row a document_id, or leave the column out for one document."
            raise BadInput("document_id is empty.", file=file, place=f"row {number}", advice=advice)
        if ids is not None and (external := cells[ids].strip()):
            first = seen.setdefault((name, external), number)
            if first != number:
                what = "the same segment_id stands twice in one document."
                raise BadInput(what, file=file, place=f"rows {first} and {number}", advice="Make the ids unique.")
        group = grouped.get(name)
        if group is None:
            group = grouped[name] = _Rows()
        group.number.append(number)
        group.cells.append(cells)
    return grouped


def _document(
    label: str, group: _Rows, columns: Columns, file: str, unit: Unit, language: str | None, notices: tuple[str, ...]
) -> ReadDocument | None:
    _sort(group, columns, file)
    at = columns.at
    texts = [cells[at["text"]] for cells in group.cells]
    text = "\n".join(texts)
    if not text.strip():
        return None
    constant, varying = _attributes(group, columns)
    segments = _row_segments(group, columns, texts, varying, file)
    empty = len(texts) - len(segments)
    said = list(notices)
    if empty:
        said.append(f"{empty} row{'s' if empty > 1 else ''} without words: counted as paragraphs, no segment made.")
    numbered = "paragraph" in at or "paragraph_from" in at
    counted = "taken from the file's paragraph column" if numbered else "counted by this program from 1 over the rows"
    if unit != "row" and unit != "paragraph":
        segments = _resegmented(text, segments, unit, language)
        said.append(
            "Where a row gives several segments their ids end in .1, .2 …; joined rows have no id of their own."
        )
    beside = _beside(group, columns, texts)
    if beside is not None:
        filled = sum(1 for _, _, words in beside.cells if words.strip())
        said.append(f"The column '{beside.side}' stands beside the text, filled in {filled} of {len(texts)} rows.")
        lost = sum(1 for start, end, words in beside.cells if words.strip() and not text[start:end].strip())
        if lost:
            said.append(f"{lost} rows have words in '{beside.side}' and none in 'text': they are left out.")
    return ReadDocument(label, text, tuple(segments), unit, constant, tuple(said), len(texts), counted, beside)


def _beside(group: _Rows, columns: Columns, texts: Sequence[str]) -> Beside | None:
    side = next((side for side in SIDES if side in columns.at), None)
    if side is None:
        return None
    cells, position = [], 0
    for row, words in zip(group.cells, texts, strict=True):
        cells.append((position, position + len(words), row[columns.at[side]]))
        position += len(words) + 1
    return Beside(side, tuple(cells)) if any(words.strip() for _, _, words in cells) else None


def _sort(group: _Rows, columns: Columns, file: str) -> None:
    """By the column `order` where it is filled, rows of equal order as in the file."""
    at = columns.at.get("order")
    if at is None or not any(cells[at].strip() for cells in group.cells):
        return
    keys = [_order(cells[at], file, number) for number, cells in zip(group.number, group.cells, strict=True)]
    if all(before <= after for before, after in pairwise(keys)):
        return
    ranks = sorted(range(len(keys)), key=keys.__getitem__)
    group.number = [group.number[rank] for rank in ranks]
    group.cells = [group.cells[rank] for rank in ranks]


def _order(cell: str, file: str, number: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        advice = "Fill the column with numbers, or leave it out."
        raise BadInput("order is not a number.", file=file, place=f"row {number}", advice=advice)
    return value


def _attributes(group: _Rows, columns: Columns) -> tuple[Attributes, tuple[tuple[int, str], ...]]:
    """The further columns that say one thing of the whole document, and those that differ from row to row."""
    constant: list[tuple[str, str]] = []
    varying: list[tuple[int, str]] = []
    for index, name in columns.further:
        first = group.cells[0][index]
        if all(cells[index] == first for cells in group.cells):
            if first.strip():
                constant.append((name, first))
        else:
            varying.append((index, name))
    return tuple(constant), tuple(varying)


def _row_segments(
    group: _Rows, columns: Columns, texts: Sequence[str], varying: tuple[tuple[int, str], ...], file: str
) -> list[Segment]:
    at = columns.at
    speaker_at, id_at, role_at = at.get("speaker"), at.get("segment_id"), at.get("role")
    from_at, to_at = at.get("paragraph_from", at.get("paragraph")), at.get("paragraph_to")
    segments: list[Segment] = []
    position = 0
    for index, (number, cells, words) in enumerate(zip(group.number, group.cells, texts, strict=True), 1):
        start, position = position, position + len(words) + 1
        if not words or words.isspace():
            continue
        speaker = " ".join(cells[speaker_at].split()) or None if speaker_at is not None else None
        role = role_of(words, speaker, row=True)
        if role_at is not None and cells[role_at].strip():
            role = _named_role(cells[role_at], file, number)
        first = last = index
        if from_at is not None:
            first, last = _paragraphs(cells[from_at], cells[to_at] if to_at is not None else "", file, number)
        external = cells[id_at].strip() or None if id_at is not None else None
        attributes = tuple((name, cells[i]) for i, name in varying if cells[i]) if varying else ()
        end = start + len(words)
        segments.append(Segment(start, end, role, speaker, first, last, external, None, None, attributes))
    return segments


def _named_role(cell: str, file: str, number: int) -> Role:
    named = cell.strip().casefold()
    for role in ("data", "prompt", "other"):
        if named == role:
            return role
    advice = "Use data, prompt or other, or give the column another name."
    raise BadInput("role is not one of the three.", file=file, place=f"row {number}", advice=advice)


def _paragraphs(cell: str, until: str, file: str, number: int) -> tuple[int, int]:
    found = _RANGE.fullmatch(cell)
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if until.strip():
        upper = _RANGE.fullmatch(until)
        last = int(upper[1]) if upper and not upper[2] else 0
    if not 1 <= first <= last:
        advice = "Use a number from 1, or a range such as 10-14, or give the column another name."
        raise BadInput("paragraph is not a paragraph number.", file=file, place=f"row {number}", advice=advice)
    return first, last


def _resegmented(text: str, rows: Sequence[Segment], unit: Unit, language: str | None) -> list[Segment]:
    return _joined_rows(rows) if unit == "turn" else _parts_of_rows(text, rows, unit, language)


def _joined_rows(rows: Sequence[Segment]) -> list[Segment]:
    """Turns: rows of one named speaker and one role in a row become one segment."""
    turns: list[Segment] = []
    for row in rows:
        last = turns[-1] if turns else None
        if (
            last is None
            or row.speaker is None
            or row.role == "other"
            or (last.speaker, last.role) != (row.speaker, row.role)
        ):
            turns.append(row)
            continue
        upper = max(last.paragraph_to, row.paragraph_to)
        turns[-1] = Segment(last.start, row.end, row.role, row.speaker, last.paragraph_from, upper)
    return turns


def _parts_of_rows(text: str, rows: Sequence[Segment], unit: Unit, language: str | None) -> list[Segment]:
    result: list[Segment] = []
    for row in rows:
        ranges = list(parts_of(text, row.start, row.end, unit, language))
        for index, (start, end) in enumerate(ranges, 1):
            external = row.external if row.external is None or len(ranges) == 1 else f"{row.external}.{index}"
            first, last = row.paragraph_from, row.paragraph_to
            role = row.role
            result.append(Segment(start, end, role, row.speaker, first, last, external, None, None, row.attributes))
    return result
