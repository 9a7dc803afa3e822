"""CSV and its relatives: the delimiter found from the header, the rows read strictly, so that no cell is lost.

`read_records` serves every table of named columns, codebooks and codings too; `read_delimited` makes documents of one.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.decoding import MAX_CELL_CHARACTERS, MAX_TABLE_BYTES, read_text
from suggest.text.tables import COLUMNS, documents_of, find_columns
from suggest.text.transcripts import ReadDocument, Unit

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_delimited(
    path: Path,
    *,
    unit: Unit | None,
    label: str | None,
    mapping: Mapping[str, str],
    language: str | None,
    encoding: str | None,
) -> list[ReadDocument]:
    """The documents of a CSV file; delimiter comma, semicolon, tab or bar, cells quoted with double quotes.

    Raises BadInput with the row for a quote that is not closed, a row with more cells than the header, a cell that
    is too large, and all that a table can have wrong.
    """
    table = read_records(path, [mapping.get(column, column) for column in COLUMNS], encoding=encoding)
    columns = find_columns(table.header, mapping, path.name)
    return documents_of(
        table.rows,
        columns,
        file=path.name,
        label=label,
        stem=path.stem,
        unit=unit,
        language=language,
        notices=table.notices,
    )


@dataclass(frozen=True, slots=True)
class Records:
    """A table's header, its rows (number as a spreadsheet shows it, as many cells as the header), and how it was read.

    The rows are read as they are asked for, once.
    """

    header: Sequence[str]
    rows: Iterator[tuple[int, Sequence[str]]]
    notices: tuple[str, ...]


def read_records(path: Path, columns: Collection[str], *, encoding: str | None = None) -> Records:
    """The records of a CSV file in which `columns` are looked for; encoding and delimiter are found.

    Raises BadInput, also while the rows are read, with the row and what is wrong.
    """
    decoded = read_text(path, encoding=encoding, limit=MAX_TABLE_BYTES)
    delimiter = _delimiter(decoded.text, columns)
    # The csv module keeps one limit for the whole process: it is only ever raised, to the one stated here.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL_CHARACTERS))
    records = _records(decoded.text, delimiter, path.name)
    _, header = next(records)
    notices = (*decoded.notices, f"Columns are parted by {_NAMES[delimiter]}s.")
    return Records(header, _full_rows(records, len(header), path.name), notices)


def _delimiter(text: str, columns: Collection[str]) -> str:
    """The delimiter under which the first row holds most of the columns looked for, else most columns."""
    wanted = {column.casefold() for column in columns}
    first = text.lstrip("\n")[:100_000]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(_lines(first), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(name.strip().casefold() in wanted for name in header), len(header)

    return max(_DELIMITERS, key=score)


def _lines(text: str) -> Iterator[str]:
    """Lines with their line feed; only LF parts lines, unlike str.splitlines."""
    at = 0
    while at < len(text):
        stop = text.find("\n", at) + 1
        stop = stop or len(text)
        yield text[at:stop]
        at = stop


def _records(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, numbered as a spreadsheet shows them; the first is the header."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            if record:
                yield number, record
    except csv.Error as error:
        reason = str(error)
        place = f"row {number + 1}, line {reader.line_num}"
        if "limit" in reason:
            what = f"a cell holds more than {MAX_CELL_CHARACTERS:,} characters."
            advice = "Check for a quote that is not closed, or break the text into rows."
        elif "end of data" in reason:
            what, advice = (
                "a quoted cell is never closed.",
                'Inside a quoted cell a double quote is written twice ("").',
            )
        else:
            what, advice = "a quote ends inside a cell.", 'Inside a quoted cell a double quote is written twice ("").'
        raise BadInput(what, file=file, place=place, advice=advice) from None


def _full_rows(records: Iterator[tuple[int, list[str]]], width: int, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in records:
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]):
                what = f"the row has {len(cells)} cells, the header {width}."
                advice = "Put cells that hold the delimiter into double quotes."
                raise BadInput(what, file=file, place=f"row {number}", advice=advice)
            cells = cells[:width] + [""] * (width - len(cells))
        yield number, cells
