"""Every number of the page is found again: answers from the exported tables by the tests' own code, figures from these
by the script of the record, and each cell of the page is one of them."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import Any

import pytest
from by_hand import Tables
from coded import PEOPLE
from desk import Desk
from retold import number, told_by_tables

from suggest.audit import recompute
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, audit
from suggest.audit.file_out import write_audit_file
from suggest.audit.page import page
from suggest.audit.reading import Choice
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.tables_out import write_jsonl

Json = dict[str, Any]


@pytest.fixture(scope="module")
def tables(finished: Desk, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    path = tmp_path_factory.mktemp("tables") / "all.jsonl"
    write_jsonl(finished.study, path, OutOptions())
    return Tables(path)


@pytest.fixture(scope="module")
def record(finished: Desk, tmp_path_factory: pytest.TempPathFactory) -> Json:
    path = tmp_path_factory.mktemp("record") / "audit.zip"
    write_audit_file(finished.study, path, Choice())
    with zipfile.ZipFile(path) as made:
        found: Json = json.loads(made.read("audit.json"))
    return found


@pytest.fixture(scope="module")
def by_hand(tables: Tables, record: Json) -> Json:
    return told_by_tables(tables, record, PEOPLE)


def test_the_exported_tables_tell_the_same_answers(record: Json, by_hand: Json) -> None:
    assert by_hand["segments"]["block"] == record["segments"]["block"]
    assert by_hand["segments"]["weight"] == pytest.approx(record["segments"]["weight"], rel=1e-5)
    for mine, theirs in zip([*by_hand["raters"], *by_hand["runs"]], [*record["raters"], *record["runs"]], strict=True):
        for key in ("answers", "revised"):
            assert _spelled(mine, key) == _spelled(theirs, key), (mine["name"], key)
        assert mine.get("exposure") == theirs.get("exposure")
    assert by_hand["verdicts"] == record["verdicts"]


def _spelled(rater: Json, key: str) -> list[str]:
    """Answers by segment, without the ways of saying no after a reveal."""
    found = [rater["patterns"][at] if at >= 0 else "" for at in rater.get(key, ())]
    return [item.replace("r", "0").replace("u", "0") for item in found] if key == "revised" else found


# The page


def plain(path: str) -> Callable[[Json], str]:
    return lambda item: str(found(item, path))


def value(path: str) -> Callable[[Json], str]:
    return lambda item: number(found(item, path))


def interval(path: str) -> Callable[[Json], str]:
    """The interval of a figure; any words where there is none."""

    def told(item: Json) -> str:
        ends = found(item, f"{path}_ci")
        return "*" if ends is None else f"{number(ends[0])} to {number(ends[1])}"

    return told


def found(item: Json, path: str) -> Any:
    for step in path.split("/"):
        item = item[int(step)] if isinstance(item, list) else item[step]
    return item


def some(part: str, of: str) -> Callable[[Json], str]:
    def told(item: Json) -> str:
        above, below = found(item, part), found(item, of)
        return f"{number(above / below)} ({above} of {below})" if below else "–"

    return told


COUNTS = [plain("segments"), plain("documents")]
CELLS = [plain("both"), plain("only_a"), plain("only_b"), plain("neither")]
POOLED = [*COUNTS, *(plain(f"pooled/{key}") for key in ("both", "only_a", "only_b", "neither")),
          value("pooled/agreement"), value("pooled/positive_agreement"), value("pooled/alpha"),
          interval("pooled/alpha"), value("pooled/kappa"), value("pooled/ac1")]  # fmt: skip
SHORT = [*COUNTS, value("pooled/agreement"), value("pooled/positive_agreement"), value("pooled/alpha"),
         interval("pooled/alpha")]  # fmt: skip
WHOLE = [value("set_alpha"), interval("set_alpha"), value("jaccard_alpha"), value("tree_alpha"), interval("tree_alpha")]
GROUP = [*COUNTS, value("agreement"), value("positive_agreement"), value("alpha"), interval("alpha"), value("ac1")]
MISS = [plain("applied"), plain("found"), plain("missed"), plain("listed_below_threshold"), plain("model_only"),
        value("recall"), interval("recall")]  # fmt: skip
VERSUS = [plain("applied"), plain("only_first_right"), plain("only_second_right"), value("alpha_first"),
          value("alpha_second"), value("alpha_difference"), interval("alpha_difference")]  # fmt: skip
Rows = list[list[str]]


def rows(items: Sequence[Json], cells: Sequence[Callable[[Json], str]]) -> Rows:
    return [[cell(item) for cell in cells] for item in items]


def expected(mine: Json) -> Iterator[tuple[str, Rows]]:
    """(section, the numbers of a table) in the order of the page."""
    yield "scope", [[str(r["segments"]), str(r["documents"]), str(r["core"]), str(sum(r["missing"].values()))]
                    for r in mine["scope"]["coders"]]  # fmt: skip
    pairs = [pair for pair in mine["pairs"] if "consensus" not in (pair["a"], pair["b"])]
    of = {name: [p for p in pairs if p["exposure"] == name] for name in recompute.CLASSES}
    groups = {name: [g for g in mine["groups"] if g["exposure"] == name and len(g["coders"]) > 2] for name in of}

    def pooled(name: str) -> Iterator[tuple[str, Rows]]:
        yield f"agreement-{name}", rows(of[name], POOLED)
        yield f"agreement-{name}", rows(of[name], WHOLE)
        yield f"agreement-{name}", rows(groups[name], GROUP)
        yield f"agreement-{name}", rows(groups[name], WHOLE)

    yield from pooled("blind")
    yield "agreement-blind", rows(mine["differences"], [*COUNTS, value("human_human"), value("human_model"),
                                                       value("difference"), interval("difference")])  # fmt: skip
    people = {(pair["a"], pair["b"]): pair for pair in of["blind"]}
    looked = [{**people[item["a"], item["b"]], **item} for item in mine["looks"]["pairs"]]
    yield "looks", rows(looked, [plain("documents"), plain("planned_documents"), value("alpha_at_any_look"),
                                 interval("pooled/alpha"), interval("alpha_at_any_look")])  # fmt: skip
    used = [code for code in groups["blind"][0]["codes"] if code["alpha"] is not None]
    yield "codes", rows(used, [value("alpha"), interval("alpha")])
    yield "levels", rows(groups["blind"], [value("levels/0/alpha"), value("levels/1/alpha")])
    yield "by", [row for part in mine["by"]["parts"] for row in rows(part["pairs"], SHORT)]
    yield "comparison", [["1"], ["1"], ["1"]]
    sums = [*COUNTS, plain("unlike"), *(lambda item, of=of: of(item["pooled"]) for of in VERSUS[1:])]
    yield "comparison", rows(mine["comparison"]["pairs"], sums)
    more = [*VERSUS, value("positive_agreement_difference"), interval("positive_agreement_difference")]
    for item in mine["comparison"]["pairs"][:6]:
        yield "comparison", rows(item["codes"], more)
    for item in mine["plan"]["pairs"]:
        yield "plan", [
            [number(need["half_width"]), str(need["documents_needed"] or "–"), str(need["segments_needed"] or "–")]
            for need in (item["pooled"], *item["codes"])
        ]  # fmt: skip
    models = mine["misses"]["models"]
    heads = [plain("coded"), *(lambda item, of=of: of(item["pooled"]) for of in (*MISS, value("recall_weighted")))]
    yield "misses", rows(models, heads)
    for item in models[:6]:
        yield "misses", rows([code for code in item["codes"] if code["missed"]], MISS)
    for item in mine["alternative_test"]["models"]:
        tests = [("", None, item["whole"])]
        tests += [(str(code["applied"]), code["published"], code["guarded"]) for code in item["codes"]]
        yield "stand-in", [[applied, *_held(one), *_held(two)] for applied, one, two in tests]
    for item in mine["prevalence"]["models"]:
        yield "prevalence", rows(item["codes"], [
            plain("applied"), value("people"), interval("people"), value("model"), value("design_based"),
            interval("design_based"), value("prediction_powered"), interval("prediction_powered"),
        ])  # fmt: skip
    for item in mine["calibration"]["models"]:
        bins = [held for held in item["bins"] if held["count"]]
        yield "calibration", rows(bins, [plain("count"), value("confidence"), value("share_right"),
                                         interval("share_right")])  # fmt: skip
    for item in mine["exposure_effect"]["effects"]:
        arms = (item["blind"], item["shown"])
        yield "effect", [
            [*(some("taken", "suggested")(arm) for arm in arms), *rows([item], [value("commission"),
                                                                              interval("commission")])[0]],
            [*(some("own", "segments")(arm).replace(" of ", " in ") for arm in arms),
             *rows([item], [value("omission"), interval("omission")])[0]],
        ]  # fmt: skip
    moved = [plain(key) for key in ("revealed", "changed", "toward_model", "away_from_model")]
    yield "effect", rows(mine["exposure_effect"]["switches"], moved)
    yield "consensus", rows([p for p in mine["pairs"] if "consensus" in (p["a"], p["b"])], SHORT)
    yield from pooled("arm")
    yield from pooled("shown")
    yield "acceptance", rows(mine["acceptance"], [
        plain("accept"), plain("edit"), plain("reject"), plain("unsure"), some("accept", "decided"), plain("in_bulk"),
    ])  # fmt: skip


def _held(test: Json | None) -> list[str]:
    if test is None:
        return ["", ""]
    tested = [one for one in test["annotators"] if one["p"] is not None]
    held = f"{sum(one['held_its_own'] for one in tested)} of {len(tested)}" if tested else "–"
    return [held, number(test["rho"])]


def tables_of(made: str) -> Iterator[tuple[str, Rows]]:
    """(section, the cells that are numbers) of each table on a page that has such cells."""
    for section in re.findall(r'<section id="([^"]+)">(.*?)</section>', made, re.S):
        for table in re.findall(r"<tbody>(.*?)</tbody>", section[1], re.S):
            cells = [
                [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r'<td class="i">(.*?)</td>', row)]
                for row in re.findall(r"<tr>(.*?)</tr>", table)
            ]
            yield section[0], cells


def test_every_number_of_the_page_is_recomputed_from_the_exported_tables(finished: Desk, by_hand: Json) -> None:
    report = audit(finished.study, Question(Choice(compare=("1", "2", "3")), by="site", half_width=0.1))
    mine = recompute.recomputed(by_hand, as_json(report))
    wanted, shown = list(expected(mine)), list(tables_of(page(report, "x")))
    assert [name for name, _ in wanted] == [name for name, _ in shown]
    numbers = 0
    for (name, hand), (_, cells) in zip(wanted, shown, strict=True):
        assert len(hand) == len(cells), name
        for mine_row, row in zip(hand, cells, strict=True):
            same = [a == b or (a == "*" and not re.search(r"\d\.\d", b)) for a, b in zip(mine_row, row, strict=True)]
            assert all(same), (name, mine_row, row)
            numbers += sum(bool(re.search(r"\d", cell)) for cell in row)
    assert numbers > 1_500


def test_what_is_drawn_stands_in_a_table_too(finished: Desk) -> None:
    made = page(audit(finished.study, Question()), "x")
    cells = {cell for _, rows_ in tables_of(made) for row in rows_ for cell in row}
    drawn = re.findall(r">(-?\d\.\d\d)  \(([^<]*)\)<", made)
    assert len(drawn) > 5
    assert all(point in cells and ends in cells for point, ends in drawn)
