"""Excel workbooks: one sheet's cells as text, formulas only where Excel stored their result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.text.archives import check_archive
from suggest.text.decoding import refuse_nul, settle_line_endings
from suggest.text.tables import documents_of, find_columns
from suggest.text.transcripts import ReadDocument, Unit

_MAX_COLUMNS = 1000


def read_workbook(
    path: Path, *, unit: Unit | None, label: str | None, mapping: Mapping[str, str], language: str | None
) -> list[ReadDocument]:
    """The documents of the first sheet, or of the one that `mapping["sheet"]` names.

    Raises BadInput with the cell's address for a formula without stored result and for an error value in a column
    that is read, and for a workbook that is damaged, could harm, or lacks the sheet.
    """
    check_archive(path, "xlsx")
    formulas = _open(path, values=False)
    values = _open(path, values=True)
    try:
        sheet_name = _sheet_name(formulas, mapping.get("sheet"), path.name)
        rows = _rows(formulas[sheet_name], values[sheet_name], path.name)
        header = next(((number, cells) for number, cells in rows if any(cell.strip() for cell in cells)), None)
        if header is None:
            raise BadInput(
                "the sheet is empty.", file=path.name, place=sheet_name, advice="Name another: --map sheet=NAME."
            )
        width = max(index for index, cell in enumerate(header[1]) if cell.strip()) + 1
        columns = find_columns(header[1][:width], mapping, path.name)
        notice = f"Read from the sheet “{sheet_name}”."
        filled = _filled(rows, width, path.name)
        return documents_of(
            filled,
            columns,
            file=path.name,
            label=label,
            stem=path.stem,
            unit=unit,
            language=language,
            notices=(notice,),
        )
    finally:
        formulas.close()
        values.close()


def _open(path: Path, *, values: bool) -> Any:
    import warnings

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # openpyxl warns of drawings and validations that it leaves out; the words of the cells are all we read.
            warnings.simplefilter("ignore")
            return load_workbook(path, read_only=True, data_only=values, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError):
        what = "this is not a readable .xlsx file: its parts are damaged."
        raise BadInput(what, file=path.name, advice="Open it in Excel and save it anew.") from None


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


def _rows(formulas: Any, values: Any, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and cells as text; formulas are looked up among the stored results."""
    for sheet in (formulas, values):
        sheet.reset_dimensions()
    pairs = zip(
        formulas.iter_rows(max_col=_MAX_COLUMNS), values.iter_rows(max_col=_MAX_COLUMNS, values_only=True), strict=False
    )
    try:
        for number, (cells, results) in enumerate(pairs, 1):
            yield number, [_text(cell, result, file) for cell, result in zip(cells, results, strict=False)]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError):
        what = "the sheet is damaged and cannot be read to its end."
        raise BadInput(what, file=file, advice="Open it in Excel and save it anew.") from None


def _text(cell: Any, result: object, file: str) -> str:
    if result is None:
        if cell.data_type == "f":
            advice = "Open the file in Excel and save it, or replace the formula by its value."
            raise BadInput("a formula has no stored result.", file=file, place=f"cell {cell.coordinate}", advice=advice)
        return ""
    if cell.data_type == "e":
        what, advice = "the cell holds an error value.", "Correct the cell, or empty it."
        raise BadInput(what, file=file, place=f"cell {cell.coordinate}", advice=advice)
    if isinstance(result, str):
        words = settle_line_endings(result)
        refuse_nul(words, file, f"cell {cell.coordinate}")
        return words
    if isinstance(result, bool):
        return "TRUE" if result else "FALSE"
    if isinstance(result, float) and result.is_integer() and abs(result) < 1e15:
        return str(int(result))
    if isinstance(result, datetime | date | time):
        return result.isoformat()
    return str(result)


def _filled(rows: Iterator[tuple[int, list[str]]], width: int, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[width:]):
            what = "a cell is filled to the right of the named columns."
            raise BadInput(
                what, file=file, place=f"row {number}", advice="Name its column in the first row, or empty it."
            )
        yield number, cells[:width] + [""] * (width - len(cells))
