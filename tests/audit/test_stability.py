"""How stable coders are: the same person beside the same person, told to that person first and to nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, make_desk

from suggest.audit import recompute
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.coefficients import by_document, krippendorff_alpha
from suggest.audit.file_out import write_audit_file
from suggest.audit.intervals import jackknife
from suggest.audit.page import page
from suggest.audit.reading import Choice
from suggest.study.again import log_own_look
from suggest.study.rounds import close_round, find_round

Make = Callable[..., Desk]
DOCUMENTS = 11
CODES = ("Support/Trust", "Doubts")


def coded_twice(desk: Desk) -> tuple[list[list[bool]], list[list[bool]], list[str]]:
    """Anna codes everything, and answers what comes back at once, every fifth time without Trust: her answers on the
    two codes, first and second, and the document of each segment."""
    ids = {desk.number(segment): segment for segment in desk.ids()}
    answers: dict[str, list[bool]] = {}
    first, second, documents = [], [], []
    for n, segment in enumerate(desk.ids()):
        answers[segment] = [n % 3 == 0, n % 4 == 0]
        _answer(desk, segment, answers[segment])
        while (number := desk.queue(limit=1)[0] if desk.queue(limit=1) else None) in map(desk.number, answers):
            back = ids[number or 0]
            again = [answers[back][0] and len(first) % 5 != 0, answers[back][1]]
            _answer(desk, back, again)
            first.append(answers[back])
            second.append(again)
            documents.append(back.partition(".")[0])
    return first, second, documents


def _answer(desk: Desk, segment: str, applied: list[bool]) -> None:
    for code, yes in zip(CODES, applied, strict=True):
        if yes:
            desk.apply(segment, code)
    desk.done("complete", segment)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))
        desk = make_desk(
            tmp_path_factory.mktemp("twice") / "s.db", sizes=(12,) * DOCUMENTS, core="0", arm="0", stability="1",
            stability_gap="10",
        )  # fmt: skip
        yield desk, coded_twice(desk)
        desk.study.close()


def seen_by(desk: Desk, reader: str | None) -> Report:
    return audit(desk.study, Question(Choice(reader=reader)))


def test_the_figures_are_those_of_two_raters(twice: tuple[Desk, Any]) -> None:
    desk, (first, second, documents) = twice
    (held,) = seen_by(desk, "anna").stabilities
    pooled = held.figures.pooled
    cells = [(a[c], b[c]) for a, b in zip(first, second, strict=True) for c in range(2)]
    # On the five other codes both answers are no.
    nothing = 5 * len(first)
    assert (held.first, held.came_back, held.figures.segments) == ("alone", len(first), len(first))
    assert held.changed == sum(a != b for a, b in zip(first, second, strict=True)) > 3
    assert (pooled.both, pooled.only_a, pooled.only_b) == (
        cells.count((True, True)), cells.count((True, False)), cells.count((False, True)),
    )  # fmt: skip
    assert pooled.neither == cells.count((False, False)) + nothing
    ratings = [*cells, *[(False, False)] * nothing]
    units = [*(d for d in documents for _ in range(2)), *(d for d in documents for _ in range(5))]
    by_hand = krippendorff_alpha(ratings)
    assert pooled.alpha.value == pytest.approx(by_hand.value)
    interval = jackknife(by_document(krippendorff_alpha, ratings, units))
    assert pooled.alpha.interval == pytest.approx((interval.low, interval.high))


def test_codes_carry_a_coefficient_by_the_same_rule_as_elsewhere(twice: tuple[Desk, Any]) -> None:
    desk, _ = twice
    report = seen_by(desk, "anna")
    (held,) = report.stabilities
    codes = {report.material.codes[item.code or 0].id: item for item in held.figures.codes}
    assert codes[desk.codes["Support/Trust"]].alpha.value is not None
    assert codes[desk.codes["Setting"]].alpha.value is None


def test_nothing_of_it_is_in_any_other_figure(twice: tuple[Desk, Any]) -> None:
    desk, (first, _, _) = twice
    report = seen_by(desk, "anna")
    assert [read.segments for read in report.scope.read] == [len(desk.ids())]
    assert (report.pairs, report.groups) == ((), ())
    assert report.material.rounds == ("main",)
    assert len(first) < len(desk.ids())


def test_a_coder_sees_it_first_and_others_once_that_is_in_the_log(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="2", sizes=(12,))
    coded_twice(desk)
    hidden = as_json(seen_by(desk, "lead"))["stability"]
    assert (hidden["coders"], hidden["not_looked"]) == ([], ["anna"])
    assert "anna" in page(seen_by(desk, None), "x").partition('id="stability"')[2].partition("</section>")[0]
    main = find_round(desk.study, "main")
    assert log_own_look(desk.study, desk.anna, main, 1, 3)
    assert not log_own_look(desk.study, desk.anna, main, 1, 4)
    told = as_json(seen_by(desk, "lead"))["stability"]
    assert ([item["coder"] for item in told["coders"]], told["not_looked"]) == (["anna"], [])


def test_it_is_told_when_the_round_is_over(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="2", sizes=(12,))
    coded_twice(desk)
    assert not seen_by(desk, None).stabilities
    close_round(desk.study, desk.anna, find_round(desk.study, "main"))
    assert seen_by(desk, None).stabilities


def test_what_was_answered_with_suggestions_stands_apart(make: Make) -> None:
    desk = make(core="0", arm="0.5", stability="1", stability_gap="2", sizes=(30,))
    desk.suggest_everywhere()
    for segment in desk.ids():
        desk.line(segment)
        desk.done("complete", segment)
        for number in [n for n in desk.queue(limit=1) if n < desk.number(segment)]:
            back = next(one for one in desk.ids() if desk.number(one) == number)
            desk.done("complete", back)
    found = {item.first: item.figures.segments for item in seen_by(desk, "anna").stabilities}
    drawn = {len(desk.assigned("shown")), len(desk.assigned("blind_then_shown"))}
    assert set(found) == {"alone", "shown"}
    assert sum(found.values()) == len(desk.ids()) - 2
    assert all(any(abs(count - held) <= 2 for held in drawn) for count in found.values())


def test_too_few_documents_give_no_interval(make: Make) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="2", sizes=(12, 12))
    coded_twice(desk)
    (held,) = as_json(seen_by(desk, "anna"))["stability"]["coders"]
    assert held["pooled"]["alpha"] is not None
    assert held["pooled"]["alpha_ci"] is None
    assert "too few documents" in held["pooled"]["alpha_ci_undefined"]


def test_without_second_answers_nothing_is_said(make: Make) -> None:
    desk = make(core="0", arm="0", sizes=(12,))
    coded_twice(desk)
    report = seen_by(desk, "anna")
    assert as_json(report)["stability"]["undefined"]
    assert 'id="stability"' not in page(report, "x")


def test_the_script_recomputes_it_from_the_record(twice: tuple[Desk, Any], tmp_path: Path) -> None:
    desk, (first, _, _) = twice
    write_audit_file(desk.study, tmp_path / "a.zip", Choice(reader="anna"))
    report = as_json(seen_by(desk, "anna"))
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        made.extractall(tmp_path)
    record = json.loads((tmp_path / "audit.json").read_text())
    assert recompute.checked(record, report) == []
    assert recompute.recomputed(record)["stability"]["coders"][0]["segments"] == len(first)
    report["stability"]["coders"][0]["pooled"]["both"] += 1
    assert recompute.checked(record, report)
    (tmp_path / "report.json").write_text(json.dumps(as_json(seen_by(desk, "anna"))))
    ran = subprocess.run(
        [sys.executable, "recompute.py", "report.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout[:8]) == (0, "The same")


def test_a_record_made_by_somebody_else_holds_nothing_that_its_coder_has_not_seen(make: Make, tmp_path: Path) -> None:
    desk = make(core="0", arm="0", stability="1", stability_gap="2", sizes=(12,))
    coded_twice(desk)
    write_audit_file(desk.study, tmp_path / "a.zip", Choice(reader="lead"))
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert json.loads(made.read("audit.json"))["twice"] == []


def test_every_number_of_its_tables_is_found_by_hand(twice: tuple[Desk, Any]) -> None:
    desk, (first, second, documents) = twice
    made = page(seen_by(desk, "anna"), "x").partition('id="stability"')[2].partition("</section>")[0]
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<td class="i">(.*?)</td>', made)]
    changed = sum(a != b for a, b in zip(first, second, strict=True))
    assert cells[:4] == [str(len(first)), str(len(first)), str(len(set(documents))), str(changed)]
    trust = [(a[0], b[0]) for a, b in zip(first, second, strict=True)]
    wanted = [trust.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))]
    assert cells[8:] == [str(count) for count in wanted]
