"""The record without text: it holds no word, and a script apart from the program gives the same figures from it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk

from suggest.audit import recompute
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, audit
from suggest.audit.file_out import write_audit_file
from suggest.audit.quantiles import t_quantile
from suggest.audit.reading import Choice
from suggest.exchange.outgoing import OutOptions, coder_names
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.settling import settle

Make = Callable[..., Desk]


def unpacked(desk: Desk, folder: Path) -> Path:
    write_audit_file(desk.study, folder / "audit.zip", Choice())
    with zipfile.ZipFile(folder / "audit.zip") as made:
        made.extractall(folder)
    report = as_json(audit(desk.study, Question()))
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "recompute.py"), *arguments], capture_output=True, text=True, check=False
    )


def test_the_script_finds_the_same_figures_in_every_class_of_exposure(make: Make, tmp_path: Path) -> None:
    desk = make(core="0.4", arm="0.3", sizes=(20, 14))
    desk.suggest_everywhere()
    for number, segment in enumerate(desk.ids()):
        for coder in ("anna", "ben"):
            desk.line(segment, coder)
            if (number + (coder == "ben")) % 3:
                desk.apply(segment, "Support", coder)
            desk.done("complete", segment, coder)
    both = [desk.anna, ensure_coder(desk.study, "ben")]
    for segment in desk.assigned("blind_then_shown"):
        settle(desk.study, desk.anna, desk.round, segment, [desk.codes["Support"]], both)
    folder = unpacked(desk, tmp_path)
    same = run(folder, str(folder / "report.json"))
    assert (same.returncode, same.stderr) == (0, ""), same.stdout
    report = json.loads((folder / "report.json").read_text())
    assert {pair["exposure"] for pair in report["pairs"]} >= {"blind", "arm", "shown", "settled"}
    report["pairs"][0]["pooled"]["alpha"] += 0.001
    (folder / "wrong.json").write_text(json.dumps(report))
    wrong = run(folder, str(folder / "wrong.json"))
    assert wrong.returncode == 1 and "pooled: alpha" in wrong.stdout


@pytest.mark.parametrize("text", [None, "{", "[]", '{"pairs": 1}', '{"pairs": [{}]}'])
def test_what_is_no_report_is_said_in_one_line(make: Make, tmp_path: Path, text: str | None) -> None:
    desk = make(core="0", arm="0")
    for coder in ("anna", "ben"):
        desk.line(desk.ids()[0], coder)
        desk.done("complete", desk.ids()[0], coder)
    folder = unpacked(desk, tmp_path)
    if text is not None:
        (folder / "other.json").write_text(text)
    found = run(folder, str(folder / "other.json"))
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (2, "", 1)
    assert "other.json: " in found.stderr


def test_intervals_are_recomputed(make: Make, tmp_path: Path) -> None:
    desk = make(sizes=(9,) * 12)
    new, done = [], {}
    for n, coder in enumerate(("cleo", "dan")):
        for d, document in enumerate(desk.documents):
            done[coder, document] = list(range(9))
            places = [at for at in range(8) if (at + n * (d % 4)) % 3]
            new += [NewCoding(coder, document, desk.codes["Doubts"], at, at, at) for at in places]
    import_codings(desk.study, desk.anna, "elsewhere", new, done)
    folder = unpacked(desk, tmp_path)
    assert json.loads((folder / "report.json").read_text())["pairs"][0]["pooled"]["alpha_ci"] is not None
    same = run(folder, str(folder / "report.json"))
    assert same.returncode == 0, same.stdout


def test_no_word_is_in_it(make: Make, tmp_path: Path) -> None:
    desk = make(core="0.5", arm="0")
    for segment in desk.ids()[:5]:
        for coder in ("anna", "ben"):
            desk.line(segment, coder)
            desk.apply(segment, "Doubts", coder)
            desk.done("complete", segment, coder)
    text = (unpacked(desk, tmp_path) / "audit.json").read_text()
    for word in ("anna", "ben", "Doubts", "turn", "D0", "R1"):
        assert f'"{word}' not in text and word not in text.replace("round", "")


def test_people_are_numbered_as_in_every_file_with_pseudonyms(make: Make, tmp_path: Path) -> None:
    desk = make(core="0.5", arm="0")
    for segment in desk.ids()[:3]:
        for coder in ("ben", "cleo"):
            desk.line(segment, coder)
            desk.apply(segment, "Doubts", coder)
            desk.done("complete", segment, coder)
    record = json.loads((unpacked(desk, tmp_path) / "audit.json").read_text())
    elsewhere = coder_names(desk.study, OutOptions(pseudonyms=True))
    worked = {elsewhere[ensure_coder(desk.study, name)] for name in ("ben", "cleo")}
    assert {rater["name"] for rater in record["raters"] if rater["kind"] == "person"} == worked
    assert worked == {"coder 3", "coder 4"}


@pytest.mark.parametrize("df", [4, 9, 62])
def test_the_scripts_own_quantile_is_students(df: int) -> None:
    assert recompute.t_quantile(df) == pytest.approx(t_quantile(0.975, df), abs=1e-6)
