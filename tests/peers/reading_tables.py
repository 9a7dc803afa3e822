"""Every table and matrix that leaves a study, read by pandas and by R with the recipes of docs/export.md.

Usage: reading_tables.py [--python PYTHON] [--rscript RSCRIPT]

PYTHON is an interpreter with pandas and openpyxl, RSCRIPT R's own; each is left out where it is not given. The study is
made for this: ids of codes that look like numbers (1.1 and 1.10), a speaker and a code called NA, words that look like
a formula, line feeds, quotation marks, emoji. pandas' cells are compared to ours one by one; of R's the types, what is
missing, the sums and the lengths. Exits with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from suggest.exchange.columns import TABLES, Column, columns_of
from suggest.exchange.matrix import MATRICES, Matrices
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.quotes import QUOTES, THEMES
from suggest.exchange.records import Row, Rows
from suggest.study.study import Study

HERE = Path(__file__).parent
SECONDCODER = (sys.executable, "-c", "from tui.cli import main; main()")
CODES = [
    ("1", "", "Support"), ("1.1", "1", "Hope"), ("1.10", "1", "Trust"), ("007", "", "Courage"), ("NA", "", "NA"),
    ("late", "", "Applied by nobody"),
]  # fmt: skip
TURNS = [
    ("I", "How was it?"), ("R1", "=1+1 is what I thought."), ("NA", 'He said "no", and\nthen nothing more.'),
    ("R1", "It was 😀 good, ä ö ü."), ("I", "And then?"), ("R2", "NA"), ("R2", "-"), ("R1", "True, one might say."),
]  # fmt: skip
LABELS = [
    ("BU-2", "anna", "1.10"), ("BU-3", "anna", "1.1"), ("BU-4", "ben", "007"), ("BU-6", "ben", "NA"),
    ("DS-2", "anna", "1.10"), ("DS-2", "ben", "1"), ("DS-8", "anna", "007"),
]  # fmt: skip


def call(folder: Path, *arguments: str, given: str | None = None) -> str:
    shown = subprocess.run([*SECONDCODER, *arguments], cwd=folder, input=given, text=True, capture_output=True)
    if shown.returncode:
        raise SystemExit(shown.stderr)
    return shown.stdout


def write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


def make_study(folder: Path) -> Path:
    """Three documents, of which nobody has read the third; codings of two people, suggestions, some decided on."""
    turns = {label: [*TURNS, ("R1", f"That was {label}.")] for label in ("BU", "DS", "PU")}
    rows = [(d, f"{d}-{n}", str(n), *turn) for d, held in turns.items() for n, turn in enumerate(held, 1)]
    write(folder / "given-talk.csv", ("document_id", "segment_id", "order", "speaker", "text"), rows)
    write(
        folder / "given-codes.csv",
        ("code_id", "parent_id", "name", "definition"),
        [(*code, f"=what {code[2]} means") for code in CODES],
    )
    write(folder / "given-labels.csv", ("segment_id", "coder_id", "code_id"), LABELS)
    read = [(f"{d}-{n}", coder) for d in ("BU", "DS") for n in range(2, 9) for coder in ("anna", "ben") if n != 5]
    write(folder / "given-coverage.csv", ("segment_id", "coder_id"), read)
    call(folder, "new", "study.db")
    call(folder, "add", "study.db", "given-talk.csv")
    call(folder, "codes", "study.db", "import", "given-codes.csv")
    call(folder, "codings", "study.db", "import", "given-labels.csv", "--coverage", "given-coverage.csv")
    call(folder, "suggest", "study.db", "--profile", "lexical", "--coder", "cleo")
    queue = call(folder, "queue", "study.db", "--coder", "cleo", "--limit", "4", "--json")
    acts = []
    for n, line in enumerate(map(json.loads, queue.splitlines())):
        for one in line["suggestions"][:1]:
            acts.append({"segment": line["segment"], "action": ("accept", "reject")[n % 2], "suggestion": one["id"]})
        acts.append({"segment": line["segment"], "action": "complete"})
    call(folder, "decide", "study.db", "--coder", "cleo", given="\n".join(map(json.dumps, acts)))
    return folder / "study.db"


def ours(path: Path) -> dict[str, tuple[Sequence[Column], list[Row]]]:
    """Every table as it is before it is spelled."""
    with Study.open(path) as study:
        rows, matrices = Rows(study, OutOptions()), Matrices(study, OutOptions())
        found = {name: (columns_of(name), list(rows.table(name))) for name in TABLES}
        for name in MATRICES:
            columns, made = matrices.matrix(name)
            found[f"matrix-{name}"] = (columns, list(made))
    return found


def export(folder: Path, tables: Mapping[str, object]) -> None:
    for name in tables:
        kind, _, table = name.rpartition("-")
        to = ("--to", kind or "csv", *(("--table", table) if name != "all" else ()))
        call(folder, "export", "study.db", *to, "--output", f"{name}.csv")
    call(folder, "export", "study.db", "--to", "quotes", "--table", "quotes", "--output", "quotes.csv")
    call(folder, "export", "study.db", "--to", "quotes", "--table", "themes", "--output", "themes.csv")
    call(folder, "export", "study.db", "--to", "xlsx", "--output", "study.xlsx")
    call(folder, "export", "study.db", "--to", "matrix", "--output", "matrix.xlsx")
    call(folder, "export", "study.db", "--to", "jsonl", "--output", "study.jsonl")


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--python")
    given.add_argument("--rscript")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="secondcoder-peer-") as name:
        folder = Path(name)
        os.environ["SECONDCODER_HOME"] = str(folder / "home")
        tables = ours(make_study(folder))
        export(folder, tables)
        told = {
            name: {"kinds": {column.name: column.kind for column in columns}, "rows": rows}
            for name, (columns, rows) in tables.items()
        }
        told |= {
            name: {"kinds": {column.name: column.kind for column in columns}, "rows": None}
            for name, columns in (("quotes", QUOTES), ("themes", THEMES))
        }
        (folder / "expected.json").write_text(json.dumps(told), encoding="utf-8")
        wrong = 0
        if asked.python:
            wrong += subprocess.run([asked.python, str(HERE / "reading_pandas.py"), name], check=False).returncode
        if asked.rscript:
            shown = subprocess.run([asked.rscript, "--vanilla", str(HERE / "reading_r.R"), name], text=True,
                                   capture_output=True, check=False)  # fmt: skip
            print(shown.stderr, end="")
            wrong += shown.returncode or compared(shown.stdout, tables)
    return int(bool(wrong))


def compared(said: str, tables: Mapping[str, tuple[Sequence[Column], list[Row]]]) -> int:
    """R's account of each column, "table, column, class, missing, sum or length", beside ours; how many differ."""
    lines = said.splitlines()
    print(lines[0])
    found = {tuple(line.split("\t")[:2]): line.split("\t")[2:] for line in lines[1:]}
    wrong = 0
    for name, (columns, rows) in tables.items():
        for column in columns:
            cells = [row.get(column.name) for row in rows]
            there = [cell for cell in cells if cell is not None]
            words = [cell for cell in there if isinstance(cell, str)]
            kind = {"int": "integer", "share": "numeric", "bool": "logical"}.get(column.kind, "character")
            size = sum(map(len, words)) if words else round(sum(float(cell) for cell in there), 4)
            size += sum(cell[:1] in tuple("=+-@\t\r'") for cell in words)
            wanted = [kind, str(len(cells) - len(there)), f"{size:g}"]
            if found.get((name, column.name)) != wanted:
                wrong += 1
                print(f"  {name}, {column.name}: R has {found.get((name, column.name))}, not {wanted}")
        print(f"  {name}: {len(rows)} rows, {len(columns)} columns")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
