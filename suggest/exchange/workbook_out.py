"""Excel workbooks written row by row, so that memory does not grow with them: typed cells, and no cell a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggest.exchange.columns import Column
from suggest.printable import printable

if TYPE_CHECKING:
    from suggest.exchange.records import Cell, Row

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
_WIDTHS = {"words": 60, "text": 18, "time": 20}


class Workbook:
    """One workbook; sheets are written in the order in which they are asked for."""

    def __init__(self, most: int = SHEET_ROWS) -> None:
        import openpyxl
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self._book = openpyxl.Workbook(write_only=True)
        self._cell = WriteOnlyCell
        self._bold = Font(bold=True)
        self._most = most
        self._cut = 0

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
        """A sheet with a header that stays in sight, going on in another sheet where one is full; how many rows."""
        sheet, filled, total, part = self._sheet(name, columns), 1, 0, 1
        for row in rows:
            if filled == self._most:
                part += 1
                sheet, filled = self._sheet(f"{name} {part}", columns), 1
            sheet.append([self._typed(sheet, column, row.get(column.name)) for column in columns])
            filled, total = filled + 1, total + 1
        return total

    def explain(self, columns: Iterable[Column]) -> None:
        """A sheet that says what each column holds."""
        text = (Column("column", "text", "", ""), Column("kind", "text", "", ""), Column("meaning", "words", "", ""))
        rows = ({"column": c.name, "kind": c.kind, "meaning": c.meaning} for c in columns)
        self.table("columns", text, (dict(row) for row in rows))

    def save(self, path: Path) -> int:
        """Write the file; how many cells had to be cut to Excel's limit."""
        with path.open("wb") as stream:
            self._book.save(stream)
        return self._cut

    def _sheet(self, name: str, columns: Sequence[Column]) -> Any:
        from openpyxl.utils import get_column_letter

        sheet = self._book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for n, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(n)].width = _WIDTHS.get(column.kind, 12)
        head = []
        for column in columns:
            cell = self._text(sheet, column.name)
            cell.font = self._bold
            head.append(cell)
        sheet.append(head)
        return sheet

    def _typed(self, sheet: Any, column: Column, value: Cell) -> Any:
        if not isinstance(value, str):
            return value
        if column.kind == "time":
            # Excel knows no time zones; the column's meaning says that it is UTC.
            return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        shown = printable(value)
        if len(shown) > CELL_CHARACTERS:
            self._cut += 1
            shown = shown[:CELL_CHARACTERS]
        return self._text(sheet, shown) if shown[:1] in ("=", "#") else shown

    def _text(self, sheet: Any, value: str) -> Any:
        cell = self._cell(sheet, value=value)
        cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
        return cell
