"""What was decided in bulk: missing in every figure of agreement, told with its number, and left alone elsewhere."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk

from suggest.audit import recompute
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.file_out import write_audit_file
from suggest.audit.reading import Choice
from suggest.audit.telling import warnings
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.tables_out import write_jsonl
from suggest.study.codes import find_code, merge_codes, read_codes

Make = Callable[..., Desk]


@pytest.fixture
def desk(make: Make) -> Desk:
    """Anna accepts Trust on all segments, of the first three in bulk; ben codes all by himself, with Trust."""
    desk = make(core="0", arm="0", sizes=(12,))
    desk.suggest({segment: desk.candidates("Support/Trust", "Doubts") for segment in desk.ids()})
    listed = {segment: desk.line(segment)["suggestions"][0]["id"] for segment in desk.ids()}
    first = desk.ids()[:3]
    desk.done("bulk", verdict="accept", suggestions=[listed[segment] for segment in first])
    for segment in desk.ids():
        if segment not in first:
            desk.done("accept", segment, suggestion=listed[segment])
        desk.done("complete", segment)
        desk.line(segment, "ben")
        desk.apply(segment, "Support/Trust", "ben")
        desk.done("complete", segment, "ben")
    return desk


def on(report: Report, desk: Desk, name: str) -> tuple[int, int, int, int]:
    """The four counts of anna and ben on a code."""
    pair = next(pair for pair in report.pairs if (pair.a.name, pair.b.name) == ("anna", "ben"))
    code = next(item for item in pair.codes if report.material.codes[item.code or 0].id == desk.codes[name])
    return code.both, code.only_a, code.only_b, code.neither


def test_they_are_missing_on_their_code_and_nowhere_else(desk: Desk) -> None:
    report = audit(desk.study)
    count = len(desk.ids())
    assert on(report, desk, "Support/Trust") == (count - 3, 0, 0, 0)
    assert on(report, desk, "Doubts") == (0, 0, 0, count)
    read = {item.rater.name: item.missing for item in report.scope.read}
    assert read["anna"] == {"bulk": 3}
    assert "bulk" not in read["ben"]


def test_their_number_is_told_whoever_is_chosen(desk: Desk) -> None:
    words = "3 answers were given in bulk, unread. They count as missing; the codings stand."
    assert words in warnings(audit(desk.study))
    assert words in warnings(audit(desk.study, Question(Choice(coders=("anna", "ben")))))
    assert not any("bulk" in told for told in warnings(audit(desk.study, Question(Choice(coders=("ben",))))))


def test_a_verdict_given_one_by_one_since_counts(desk: Desk) -> None:
    first = desk.ids()[0]
    desk.done("reject", first, suggestion=desk.line(first)["suggestions"][0]["id"])
    report = audit(desk.study)
    assert on(report, desk, "Support/Trust") == (len(desk.ids()) - 3, 0, 1, 0)
    assert report.scope.read[0].missing == {"bulk": 2}


def test_one_answer_is_one(desk: Desk) -> None:
    for segment in desk.ids()[:2]:
        desk.done("reject", segment, suggestion=desk.line(segment)["suggestions"][0]["id"])
    told = [words for words in warnings(audit(desk.study)) if "bulk" in words]
    assert told == ["1 answer was given in bulk, unread. It counts as missing; the codings stand."]


def test_they_are_missing_too_where_the_code_was_merged_since(desk: Desk) -> None:
    codes = read_codes(desk.study)
    merge_codes(
        desk.study, desk.anna, find_code(codes, desk.codes["Support/Trust"]), find_code(codes, desk.codes["Setting"])
    )
    report = audit(desk.study)
    assert on(report, desk, "Setting") == (len(desk.ids()) - 3, 0, 0, 0)
    assert report.scope.read[0].missing["bulk"] == 3


def test_exports_hold_their_codings_as_they_are(desk: Desk, tmp_path: Path) -> None:
    write_jsonl(desk.study, tmp_path / "all.jsonl", OutOptions())
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    codings = [item for item in lines if item["record"] == "coding" and item["coder"] == "anna"]
    assert len(codings) == len(desk.ids())
    assert sum(item.get("bulk", False) for item in lines if item["record"] == "decision") == 3


def test_the_script_leaves_them_out_as_well(desk: Desk, tmp_path: Path) -> None:
    write_audit_file(desk.study, tmp_path / "a.zip", Choice())
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        record = json.loads(made.read("audit.json"))
    anna = record["raters"][0]
    assert sum("b" in anna["patterns"][at] for at in anna["answers"]) == 3
    assert recompute.checked(record, as_json(audit(desk.study))) == []
    assert recompute.recomputed(record)["scope"]["coders"][0]["missing"]["bulk"] == 3
    record["raters"][0] = anna | {"patterns": [item.replace("b", "1") for item in anna["patterns"]]}
    assert recompute.checked(record, as_json(audit(desk.study)))
