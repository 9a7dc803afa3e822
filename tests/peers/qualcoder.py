"""A project of ours through QualCoder's own code and back: what it reads, what it writes, what comes home.

Usage: qualcoder.py --tools FOLDER --qualcoder SRC --python PYTHON [--project FILE.qdpx]

FOLDER holds `qualcoder_refi.py` and `qualcoder_export.py`, which run QualCoder without a screen; SRC is the folder
`src` of QualCoder's repository, PYTHON an interpreter with PyQt6, Pillow and numpy. Without --project the example study
goes, with its reference codings and decisions on suggestions. Exits with 1 if a coding, a coder or a word is lost.

Memos here hold no "&" and no "<": QualCoder (commit c3204641) writes the memos of annotations without escaping them, so
that its own file is no XML any more, which `add` then refuses with the line.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from suggest.exchange.bring_in import Wish
from suggest.exchange.refi.project_in import IncomingProject, read_project

SECONDCODER = (sys.executable, "-c", "from tui.cli import main; main()")
Coding = tuple[str, str, str, str]


def example(folder: Path) -> Path:
    """The example study with codings of two people, suggestions decided on, and a memo, as a project."""

    def call(*arguments: str, given: str | None = None) -> str:
        shown = subprocess.run([*SECONDCODER, *arguments], cwd=folder, input=given, text=True, capture_output=True)
        if shown.returncode:
            raise SystemExit(shown.stderr)
        return shown.stdout

    call("demo", "--dir", "demo", "--no-review")
    call("codings", "demo/study.db", "import", "demo/labels.csv", "--coverage", "demo/coverage.csv")
    lines = [json.loads(line) for line in call("queue", "demo/study.db", "--limit", "40", "--json").splitlines()]
    acts = []
    for n, line in enumerate(lines):
        for one in line["suggestions"][:1]:
            acts.append({"segment": line["segment"], "action": ("accept", "reject")[n % 2], "suggestion": one["id"]})
        if n % 8 == 0:
            acts.append({"segment": line["segment"], "action": "memo", "text": f"a memo, number {n}, “ä😀”"})
    call("decide", "demo/study.db", given="\n".join(map(json.dumps, acts)))
    call("export", "demo/study.db", "--to", "qdpx", "--output", "ours.qdpx")
    return folder / "ours.qdpx"


def codings(project: IncomingProject) -> Counter[Coding]:
    """(document, coder, code, words) of every coding; QualCoder's GUIDs and positions are its own."""
    names = {item.key: item.wording.name for item in project.codes}
    found: Counter[Coding] = Counter()
    for item in project.documents:
        text = item.read.document.text
        for one in item.read.codings:
            words = text[one.start : one.end].lstrip("\ufeff")
            found[item.read.document.label, one.coder, names[one.code], words] += 1
    return found


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--tools", type=Path, required=True)
    given.add_argument("--qualcoder", type=Path, required=True)
    given.add_argument("--python", required=True)
    given.add_argument("--project", type=Path)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="secondcoder-peer-") as name:
        folder = Path(name)
        os.environ["SECONDCODER_HOME"] = str(folder / "home")
        ours = asked.project.resolve() if asked.project else example(folder)

        def peer(script: str, *arguments: object) -> None:
            command = [
                asked.python,
                str(asked.tools / script),
                *map(str, arguments),
                "--qualcoder",
                str(asked.qualcoder),
            ]
            subprocess.run(command, check=True, timeout=300, capture_output=True)

        peer("qualcoder_refi.py", ours, folder / "read.json", "--keep", folder / "kept")
        (kept,) = (folder / "kept").iterdir()
        peer("qualcoder_export.py", kept, folder / "theirs.qdpx")
        read = json.loads((folder / "read.json").read_text(encoding="utf-8"))
        sent, back = read_project(ours, Wish()), read_project(folder / "theirs.qdpx", Wish())
    return report(read, codings(sent), sent, codings(back), back)


def report(
    read: dict[str, list[dict[str, str]]],
    sent: Counter[Coding],
    ours: IncomingProject,
    back: Counter[Coding],
    theirs: IncomingProject,
) -> int:
    """Print what happened; 1 if something was lost."""
    shifted = sum(one["text"] not in _texts(ours) for one in read["text_codings"])
    coders, memos = (
        {one["coder"] for one in read["text_codings"]},
        sum(bool(one["memo"]) for one in read["text_codings"]),
    )
    print(f"QualCoder {read['program']}, error: {read['error']}")
    print(
        f"  read {len(read['documents'])} documents, {len(read['codes'])} codes, {len(read['attributes'])} attributes,"
    )
    print(f"  {len(read['text_codings'])} codings of {len(coders)} coders, {memos} of them with a memo,")
    print(f"  {len(read['annotations'])} annotations; codings on words that are not ours: {shifted}")
    print(f"came home: {len(theirs.documents)} documents, {len(theirs.codes)} codes,")
    print(f"  {sum(back.values())} codings of {len(theirs.coders)} coders; not taken: {dict(theirs.untaken)}")
    for notice in theirs.notices:
        print("  " + notice)
    lost = sent - back
    same = sum((sent & back).values())
    print(f"codings with the same document, coder, code and words: {same} of {sum(sent.values())}")
    for one, times in lost.most_common(5):
        print("  lost:", times, one)
    return int(bool(lost) or shifted > 0)


def _texts(project: IncomingProject) -> str:
    return "\x00".join(item.read.document.text for item in project.documents)


if __name__ == "__main__":
    sys.exit(main())
