"""The record without text: it holds no word, and a script apart from the program gives the same figures from it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from coded import coded_by, dice, finished_study
from desk import Desk

from suggest.audit import recompute
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, audit
from suggest.audit.file_out import write_audit_file
from suggest.audit.quantiles import clopper_pearson, t_quantile
from suggest.audit.reading import Choice
from suggest.exchange.outgoing import OutOptions, coder_names
from suggest.study.again import come_back
from suggest.study.imports import NewCoding, import_codings
from suggest.study.people import ensure_coder
from suggest.study.rounds import close_round, find_round
from suggest.study.runs import start_run, store_set

Make = Callable[..., Desk]


def unpacked(desk: Desk, folder: Path, question: Question | None = None, choice: Choice | None = None) -> Path:
    write_audit_file(desk.study, folder / "audit.zip", choice or Choice())
    with zipfile.ZipFile(folder / "audit.zip") as made:
        made.extractall(folder)
    report = as_json(audit(desk.study, question or Question()))
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "recompute.py"), *arguments], capture_output=True, text=True, check=False
    )


def test_the_script_recomputes_every_figure_of_the_report(finished: Desk, tmp_path: Path) -> None:
    question = Question(Choice(compare=("1", "2", "3")), by="site", half_width=0.1, epsilon=0.2)
    folder = unpacked(finished, tmp_path, question)
    same = run(folder, str(folder / "report.json"))
    assert (same.returncode, same.stderr) == (0, ""), same.stdout
    report = json.loads((folder / "report.json").read_text())
    assert {pair["exposure"] for pair in report["pairs"]} == {"blind", "arm", "shown", "settled"}
    for key in ("misses", "calibration", "alternative_test", "prevalence"):
        assert report[key]["models"], key
    assert report["comparison"]["pairs"] and report["exposure_effect"]["switches"] and report["plan"]["pairs"]
    assert f"{recompute.figures_in(report)} figures" in same.stdout


def mixed(path: Path) -> Desk:
    """As `finished`, and some segments were decided in bulk, some came back, and one model was asked about one code
    anew."""
    desk = finished_study(path, sizes=(20,) * 6, stability="0.5", stability_gap="5")
    left = [segment for segment in desk.assigned("shown", "cleo") if dice(segment, "cleo", "open") < 0.05]
    listed = {segment: desk.line(segment, "cleo")["suggestions"] for segment in left}
    desk.done("bulk", coder="cleo", verdict="accept", suggestions=[found[0]["id"] for found in listed.values()])
    for segment in left:
        desk.done("complete", segment, "cleo")
    for coder in ("anna", "ben"):
        waiting = come_back(desk.study, ensure_coder(desk.study, coder))
        for segment in [id_ for id_ in desk.ids() if desk.number(id_) in waiting]:
            for code in sorted(coded_by(segment, f"{coder} later", 0.1)):
                desk.apply(segment, code, coder)
            desk.done("complete", segment, coder)
    anew = start_run(
        desk.study, desk.anna, profile="other", identity="other 9", parameters={}, prompt=None, threshold=None,
        training=None, codes=(desk.codes["Setting"],), segments=20,
    )  # fmt: skip
    with desk.study.write(desk.anna) as writer:
        for segment in desk.ids()[:20]:
            store_set(writer, anew, segment, "1" * 64, desk.candidates("Setting") if dice(segment) < 0.3 else [])
    close_round(desk.study, desk.anna, find_round(desk.study, "main, again"))
    return desk


def test_the_script_recomputes_a_study_of_all_kinds_of_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = mixed(tmp_path / "s.db")
    folder = unpacked(desk, tmp_path, Question(Choice(every_run=True), by="site", half_width=0.1))
    desk.study.close()
    same = run(folder, str(folder / "report.json"))
    assert (same.returncode, same.stderr) == (0, ""), same.stdout
    report = json.loads((folder / "report.json").read_text())
    assert {item["first"] for item in report["stability"]["coders"]} == {"alone", "shown"}
    assert {pair["exposure"] for pair in report["pairs"]} == {"blind", "arm", "shown", "settled"}
    assert sum(item["missing"].get("bulk", 0) for item in report["scope"]["coders"]) > 0


def test_no_figure_can_change_unnoticed(finished: Desk, tmp_path: Path) -> None:
    folder = unpacked(finished, tmp_path, Question(Choice(compare=("1", "3")), by="document", half_width=0.2))
    record = json.loads((folder / "audit.json").read_text())
    report = json.loads((folder / "report.json").read_text())
    changed = recompute.checked(record, _more(report))
    assert len(changed) == recompute.figures_in(recompute.without(report, ASKED))
    report["pairs"][0]["pooled"]["alpha"] += 0.001
    (folder / "wrong.json").write_text(json.dumps(report))
    wrong = run(folder, str(folder / "wrong.json"))
    assert wrong.returncode == 1 and "/pairs/0/pooled/alpha: " in wrong.stdout and wrong.stdout.count("\n") == 1


ASKED = ("epsilon", "half_width", "run")
"""What a report was asked with: the script goes by it."""


def _more(report: object) -> object:
    """The report with every figure a little larger."""
    if isinstance(report, dict):
        return {key: held if key in (*recompute.WORDS, *ASKED) else _more(held) for key, held in report.items()}
    if isinstance(report, list):
        return [_more(held) for held in report]
    return report + 1 if isinstance(report, int | float) and not isinstance(report, bool) else report


def test_the_script_finds_the_figures_of_a_branch_and_of_chosen_coders(finished: Desk, tmp_path: Path) -> None:
    folder = unpacked(finished, tmp_path, Question(Choice(branch="Support")))
    assert run(folder, str(folder / "report.json")).returncode == 0
    few = tmp_path / "few"
    few.mkdir()
    chosen = Choice(coders=("ben", "anna", "model:other"))
    folder = unpacked(finished, few, Question(chosen), chosen)
    assert run(folder, str(folder / "report.json")).returncode == 0
    assert json.loads(run(folder, "--json").stdout)["groups"]


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


@pytest.mark.parametrize(("hits", "units"), [(0, 59), (1, 5), (29, 59), (59, 59), (10_000, 30_000), (29_999, 30_000)])
def test_the_scripts_own_limits_of_a_share_are_exact(hits: int, units: int) -> None:
    assert recompute.exact_interval(hits, units) == pytest.approx(clopper_pearson(hits, units), abs=1e-9)
