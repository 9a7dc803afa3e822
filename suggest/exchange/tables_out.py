"""The tables of a study as CSV, Excel workbook or JSON Lines, written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from suggest.errors import UsageError
from suggest.exchange.columns import RECORDS, TABLES, Column, columns_of
from suggest.exchange.outgoing import Outcome, OutOptions, blind_notice
from suggest.exchange.records import Cell, Row, Rows
from suggest.exchange.tables import safe_out
from suggest.study.study import Study


def write_csv(study: Study, path: Path, options: OutOptions) -> Outcome:
    """One table as CSV: UTF-8, comma, LF, true and false, an empty cell where nothing is known, no cell a formula.

    `options.table` is one of `columns.TABLES`; the long one with all records if none is named.
    """
    table = _table(options)
    with study.reading():
        rows = Rows(study, options)
        count = write_rows(path, columns_of(table), rows.table(table), bom=options.bom)
        return Outcome({"rows": count}, notices(study, options, rows))


def write_rows(path: Path, columns: Sequence[Column], rows: Iterable[Row], *, bom: bool = False) -> int:
    """A CSV file of typed rows; how many there are. Names of columns may come from people too, and are no formula."""
    count = 0
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        names = [column.name for column in columns]
        writer.writerow([safe_out(name) for name in names])
        for row in rows:
            writer.writerow([_spelled(row.get(name)) for name in names])
            count += 1
    return count


def _spelled(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_out(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def write_jsonl(study: Study, path: Path, options: OutOptions) -> Outcome:
    """JSON Lines, ASCII-escaped and verbatim: codes and documents first, then all records; `record` says what a line
    is, and what is not known has no key. With `options.table` that table alone."""
    counts: dict[str, int] = {}
    with study.reading(), path.open("w", encoding="ascii", newline="\n") as stream:
        rows = Rows(study, options)
        for record, row in _lines(rows, options):
            kept = {"record": record, **{key: _value(key, cell) for key, cell in row.items() if cell is not None}}
            stream.write(json.dumps(kept, ensure_ascii=True) + "\n")
            name = str(kept["record"])
            counts[name] = counts.get(name, 0) + 1
        return Outcome({f"{name} lines": n for name, n in counts.items()}, notices(study, options, rows))


def _lines(rows: Rows, options: OutOptions) -> Iterator[tuple[str, Row]]:
    single = {"codes": "code", "documents": "document", "segments": "segment"}
    table = _table(options)
    for name in ("codes", "documents", "all") if options.table is None else (table,):
        yield from ((single.get(name, ""), row) for row in rows.table(name))


def _value(key: str, cell: Cell) -> object:
    return json.loads(cell) if key == "attributes" and isinstance(cell, str) else cell


def write_xlsx(study: Study, path: Path, options: OutOptions) -> Outcome:
    """An Excel workbook: a sheet for each table, typed cells, the header frozen, and a sheet that explains the
    columns. With `options.table` that table alone. A table longer than a sheet goes on in another one."""
    from suggest.exchange.workbook_out import Workbook

    if options.table is not None:
        _table(options)
    tables = (*RECORDS, "codes", "documents") if options.table is None else (options.table,)
    with study.reading():
        rows = Rows(study, options)
        book = Workbook()
        counts = {}
        for table in tables:
            counts[f"{table} rows"] = book.table(table, columns_of(table), rows.table(table))
        explained = {column.name: column for table in tables for column in columns_of(table)}
        book.explain(explained.values())
        cut = book.save(path)
    more = (f"{cut} cells are longer than Excel's 32,767 characters and were cut; CSV has them whole.",) if cut else ()
    return Outcome(counts, (*notices(study, options, rows), *more))


def _table(options: OutOptions) -> str:
    table = options.table or "all"
    if table not in TABLES:
        raise UsageError(f"There is no table '{table}'. --table is one of {', '.join(TABLES)}.")
    return table


def notices(study: Study, options: OutOptions, rows: Rows) -> tuple[str, ...]:
    """What the user has to know of what was written."""
    found = [*rows.reworded]
    if rows.withheld:
        found.append(
            f"{rows.withheld} text{' was' if rows.withheld == 1 else 's were'} left out: consent to quote is missing "
            "(column withheld)."
        )
    if rows.naming:
        found.append(
            f"A speaker's name stands in {rows.naming} text{'' if rows.naming == 1 else 's'} all the same, since words "
            "go out as they are. "
            "Mask it: 'secondcoder documents STUDY correct'."
        )
    return (*found, *blind_notice(study, options))
