"""Excel workbooks: one sheet's cells as text, formulas only where Excel stored their result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.archives import check_archive
from suggest.text.decoding import refuse_nul, settle_line_endings
from suggest.text.tables import documents_of, find_columns
from suggest.text.transcripts import ReadDocument, Unit

_MAX_COLUMNS = 500
_DAMAGE = (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, OSError)


@dataclass(frozen=True, slots=True)
class _Formula:
    """A formula's place among the rows that are kept, and its address in the sheet."""

    row: int
    column: int
    address: str


def read_workbook(
    path: Path, *, unit: Unit | None, label: str | None, mapping: Mapping[str, str], language: str | None
) -> list[ReadDocument]:
    """The documents of the first sheet, or of the one that `mapping["sheet"]` names.

    Raises BadInput with the cell's address for a formula without stored result and for an error value in a column
    that is read, and for a workbook that is damaged, could harm, or lacks the sheet.
    """
    check_archive(path, "xlsx")
    sheet_name, rows = _cells(path, mapping.get("sheet"))
    width = max(index for index, cell in enumerate(rows[0][1]) if cell.strip()) + 1
    columns = find_columns(rows[0][1][:width], mapping, path.name)
    return documents_of(
        _filled(rows[1:], width, path.name),
        columns,
        file=path.name,
        label=label,
        stem=path.stem,
        unit=unit,
        language=language,
        notices=(f"Read from the sheet “{sheet_name}”.",),
    )


def _cells(path: Path, wanted: str | None) -> tuple[str, list[tuple[int, list[str]]]]:
    """The sheet's name and its rows that are not empty, the first of them being the header."""
    with _opened(path, values=False) as workbook:
        name = _sheet_name(workbook, wanted, path.name)
        formulas: list[_Formula] = []
        rows = list(_rows(workbook[name], path.name, formulas))
    if not rows:
        raise BadInput("the sheet is empty.", file=path.name, place=name, advice="Name another: --map sheet=NAME.")
    if formulas:
        _fill_in(path, name, rows, formulas)
    return name, rows


@contextmanager
def _opened(path: Path, *, values: bool) -> Iterator[Any]:
    """The workbook, read row by row; openpyxl leaves a file open that it cannot load, so it is opened here."""
    import warnings

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as stream:
        try:
            with warnings.catch_warnings():
                # openpyxl warns of drawings and validations that it leaves out; the cells' words are all we read.
                warnings.simplefilter("ignore")
                workbook = load_workbook(stream, read_only=True, data_only=values, keep_links=False)
        except (InvalidFileException, *_DAMAGE):
            what = "this is not a readable .xlsx file: its parts are damaged."
            raise BadInput(what, file=path.name, advice="Open it in Excel and save it anew.") from None
        try:
            yield workbook
        finally:
            workbook.close()


def _sheet_name(workbook: Any, wanted: str | None, file: str) -> str:
    names = [sheet.title for sheet in workbook.worksheets]
    if wanted is None and names:
        return str(names[0])
    if wanted in names:
        return str(wanted)
    found = ", ".join(f"'{name}'" for name in names)
    raise BadInput(
        f"the workbook has no sheet '{wanted or ''}'.", file=file, advice=f"Sheets found: {found or 'none'}."
    )


def _rows(sheet: Any, file: str, formulas: list[_Formula]) -> Iterator[tuple[int, list[str]]]:
    """Number and cells, as text, of each row that is not empty; formulas are noted, their cells left empty for now."""
    sheet.reset_dimensions()
    limit = _MAX_COLUMNS
    place = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if len(cells) > limit:
                what = f"the row has more than {limit} columns."
                raise BadInput(what, file=file, place=f"row {number}", advice="Keep only the columns to be read.")
            found = [_Formula(place, at, cell.coordinate) for at, cell in enumerate(cells) if cell.data_type == "f"]
            words = ["" if cell.data_type == "f" else _text(cell.value, cell, file) for cell in cells]
            if not found and not any(word and not word.isspace() for word in words):
                continue
            formulas.extend(found)
            yield number, words
            place += 1
    except _DAMAGE:
        what = "the sheet is damaged and cannot be read to its end."
        raise BadInput(what, file=file, advice="Open it in Excel and save it anew.") from None


def _fill_in(path: Path, sheet: str, rows: list[tuple[int, list[str]]], formulas: list[_Formula]) -> None:
    """Puts the stored result of each formula into its cell; a formula without one is refused by its address."""
    by_row: dict[int, list[_Formula]] = {}
    for formula in formulas:
        by_row.setdefault(rows[formula.row][0], []).append(formula)
    with _opened(path, values=True) as workbook:
        workbook[sheet].reset_dimensions()
        for number, cells in enumerate(workbook[sheet].iter_rows(), 1):
            for formula in by_row.get(number, ()):
                cell = cells[formula.column] if formula.column < len(cells) else None
                if cell is None or cell.value is None:
                    advice = "Open the file in Excel and save it, or replace the formula by its value."
                    place = f"cell {formula.address}"
                    raise BadInput("a formula has no stored result.", file=path.name, place=place, advice=advice)
                rows[formula.row][1][formula.column] = _text(cell.value, cell, path.name)


def _text(value: object, cell: Any, file: str) -> str:
    """A cell's value as text: whole numbers without a decimal point, dates as ISO 8601."""
    if isinstance(value, str):
        if cell.data_type == "e":
            what, advice = f"the cell holds the error value {value}.", "Correct the cell, or empty it."
            raise BadInput(what, file=file, place=f"cell {cell.coordinate}", advice=advice)
        words = settle_line_endings(value)
        refuse_nul(words, file, f"cell {cell.coordinate}")
        return words
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _filled(rows: Sequence[tuple[int, list[str]]], width: int, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in rows:
        if any(cell.strip() for cell in cells[width:]):
            what = "a cell is filled to the right of the named columns."
            raise BadInput(
                what, file=file, place=f"row {number}", advice="Name its column in the first row, or empty it."
            )
        yield number, cells[:width] + [""] * (width - len(cells))
