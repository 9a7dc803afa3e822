"""An audit that is counted beside by a stand-in: it prints what the command would print of the study as it is now."""

from __future__ import annotations

import sys
from pathlib import Path

from click.testing import CliRunner
from desk import Desk

from suggest.audit.audit import audit
from suggest.study.codes import read_codes
from suggest.study.people import coders
from tui.cli import main
from tui.errands.errands import Errands

FAKE = Path(__file__).parent / "fake_audit.py"
HEAD = "0" * 64
"""Stands for the head of the log, which is another one whenever an entry has another form."""


def audited(desk: Desk, folder: Path, mode: str = "done", *, head: str = "") -> Errands:
    """Errands of anna's whose child ends in a mode of the stand-in's; it notes in the folder what it was asked.
    `head`: what to print in the place of the log's head."""
    report = folder / "report.json"
    printed = CliRunner().invoke(main, ["audit", str(desk.study.path), "--json", "--sections"]).stdout
    report.write_text(printed.replace(audit(desk.study).head, head) if head else printed, encoding="utf-8")
    command = (sys.executable, str(FAKE), mode, str(report), str(folder / "called"))
    return Errands(desk.study.path, "anna", command=command)


def coded_by_two(desk: Desk) -> Desk:
    """The hostile study, all of it blind and answered by anna and ben, who often differ."""
    codes = [code.id for code in read_codes(desk.study)]
    other = next(coder.name for coder in coders(desk.study) if "ben" in coder.name)
    for n, segment in enumerate(desk.ids()):
        for coder in ("anna", other):
            start, end = desk.line(segment, coder)["start"], desk.line(segment, coder)["end"]
            desk.done("add", segment, coder, code=codes[(n + (coder == other and n % 2)) % 3], range=[start, end])
            desk.done("complete", segment, coder)
    return desk
