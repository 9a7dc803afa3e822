"""Tables of named columns, in and out: the columns looked for are found by name, every row keeps its number, and
what is written stays data when a spreadsheet opens it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.text.delimited import read_records

_FORMULA = re.compile("'*[=+\\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number as a spreadsheet shows it, and its cells by column; columns that are not there have no key."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell; "" where the file has no such column."""
        return self.cells.get(column, "")

    def word(self, column: str) -> str:
        """The cell without white space around it."""
        return self.get(column).strip()


@dataclass(frozen=True)
class Table:
    """The rows of a file that were not empty, the columns found, those not taken, and how the file was read."""

    file: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    further: tuple[str, ...]
    notices: tuple[str, ...]

    def bad(self, what: str, row: Row | int, advice: str = "") -> BadInput:
        """The error for a row of this table."""
        number = row if isinstance(row, int) else row.number
        return BadInput(what, file=self.file, place=f"row {number}", advice=advice)


def read_table(
    path: Path,
    needed: Sequence[str],
    optional: Sequence[str] = (),
    *,
    encoding: str | None = None,
    advice: Mapping[str, str] | None = None,
) -> Table:
    """The table in a CSV file; column names are compared without case and white space around them.

    BadInput with the row for all that a CSV file can have wrong, and for a needed column that is missing or there
    twice. `advice` says for a column what to do where it is missing.
    """
    wanted = (*needed, *optional)
    records = read_records(path, wanted, encoding=encoding)
    names = [name.strip().casefold() for name in records.header]
    at: dict[str, int] = {}
    for column in wanted:
        places = [i for i, name in enumerate(names) if name == column.strip().casefold()]
        if len(places) > 1:
            what = f"two columns are called '{column}'."
            raise BadInput(what, file=path.name, place="row 1", advice="Rename one of them.")
        if places:
            at[column] = places[0]
        elif column in needed:
            found = ", ".join(f"'{name.strip()}'" for name in records.header[:30])
            what = f"the column '{column}' is missing."
            help_ = f"{advice[column]} " if advice and column in advice else ""
            raise BadInput(what, file=path.name, place="row 1", advice=f"{help_}Columns found: {found}.")
    rows = tuple(
        Row(number, {column: safe_in(cells[i]) for column, i in at.items()})
        for number, cells in records.rows
        if any(cell.strip() for cell in cells)
    )
    further = tuple(name.strip() for i, name in enumerate(records.header) if i not in at.values())
    return Table(path.name, rows, tuple(at), further, records.notices)


def safe_out(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def safe_in(cell: str) -> str:
    """The cell without the apostrophe that `safe_out` put before it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file's text: comma, double quotes, LF, no cell a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_out(cell) for cell in row] for row in rows)
    return buffer.getvalue()
