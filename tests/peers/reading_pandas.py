"""Reads the tables in a folder with pandas as docs/export.md says, and compares each cell; run by reading_tables.py."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pandas

FOLDER = Path(sys.argv[1])
KINDS = {"int": "Int64", "share": "Float64", "bool": "boolean"}


def cell(value: object) -> object:
    """A cell of pandas as JSON has it; a workbook's times are dates to it."""
    if pandas.isna(value):
        return None
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return value.item() if hasattr(value, "item") else value


def plain(value: object) -> object:
    """A text as CSV spells it: with an apostrophe before what a spreadsheet would run."""
    bare = value.lstrip("'") if isinstance(value, str) else ""
    return f"'{value}" if bare[:1] in tuple("=+-@\t\r") and bare else value


def differences(name: str, found: pandas.DataFrame, held: dict, *, spelled: bool) -> int:
    wrong = 0
    if held["rows"] is not None:
        if len(found) != len(held["rows"]):
            print(f"  {name}: {len(found)} rows, not {len(held['rows'])}")
            return 1
        for n, (row, wanted) in enumerate(zip(found.to_dict("records"), held["rows"], strict=True)):
            for column in held["kinds"]:
                ours = plain(wanted.get(column)) if spelled else wanted.get(column)
                theirs = cell(row.get(column))
                same = abs(ours - theirs) < 1e-6 if isinstance(ours, float) and theirs is not None else ours == theirs
                same = same and (spelled or type(ours) is type(theirs) or isinstance(ours, float))
                if not same:
                    wrong += 1
                    print(f"  {name}, row {n + 1}, {column}: {theirs!r}, not {ours!r}")
    return wrong


def main() -> int:
    tables = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    wrong = 0
    print(f"pandas {pandas.__version__}")
    for name, held in tables.items():
        kinds = defaultdict(lambda: "string")
        kinds.update({column: KINDS[kind] for column, kind in held["kinds"].items() if kind in KINDS})
        found = pandas.read_csv(FOLDER / f"{name}.csv", dtype=kinds, keep_default_na=False, na_values=[""])
        wrong += differences(f"{name}.csv", found, held, spelled=True)
        if "at" in held["kinds"]:
            pandas.to_datetime(found["at"], utc=True)
        print(f"  {name}.csv: {len(found)} rows, {len(found.columns)} columns")
    for book, prefix in (("study.xlsx", ""), ("matrix.xlsx", "matrix-")):
        sheets = pandas.read_excel(FOLDER / book, sheet_name=None, keep_default_na=False, na_values=[""], dtype=object)
        for sheet, found in sheets.items():
            if (held := tables.get(prefix + sheet)) is not None:
                wrong += differences(f"{book}, {sheet}", found, held, spelled=False)
                print(f"  {book}, {sheet}: {len(found)} rows")
    lines = pandas.read_json(FOLDER / "study.jsonl", lines=True, dtype=False).convert_dtypes()
    records = lines[~lines["record"].isin(["code", "document"])]
    wrong += differences("study.jsonl", records, tables["all"], spelled=False)
    print(f"  study.jsonl: {len(lines)} lines")
    return int(bool(wrong))


sys.exit(main())
