"""Every number that an audit says in words, in captions, heads and names of rows: found again from the exported tables
by code apart from the program, or one of the constants that are marked here. No other number may stand on a page."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from by_hand import Tables
from coded import PEOPLE, finished_study
from desk import Desk
from retold import number, told_by_tables

from suggest.audit import recompute as rules
from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.file_out import write_audit_file
from suggest.audit.page import page
from suggest.audit.reading import Choice
from suggest.audit.told import told
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.tables_out import write_jsonl

Json = dict[str, Any]
Told = tuple[str, list[str]]
"""A section's id, "" before the first and after the last; and the numbers of one piece of text in it."""

FEW = rules.FEWEST_DOCUMENTS
CONSTANTS = (
    # What the audit keeps to: the script of the record has the same numbers, written down apart.
    f"Below {FEW} the figures are counts",
    f"Below {FEW} documents none is given",
    f"below {FEW} documents neither is given",
    f"the {FEW} without which there is no interval",
    f"fewer than {FEW} documents",
    f"from {rules.FEWEST_POSITIVES} segments to which either coder applied it, in {rules.FEWEST_CARRYING} documents",
    f"need {rules.FEWEST_UNITS} segments of a person, the guarded one {rules.FEWEST_OF_A_KIND} of either kind",
    # The level of every interval and of the error rates.
    "95 % interval",
    "All intervals are at 95 %",
    "false discovery rate over people held at 5 %",
    # Names, formulas and years of what is published.
    "AC1",
    "2 both / (2 both + only one)",
    "Level 1 are the themes",
    "(2024)",
    "(2025)",
    "and Zrnic 2023)",
    "grid fixed beforehand (0.50 to 0.95)",
    "a kappa of 0.7",
)
"""Phrases with numbers that no data decide."""

IDENTITIES = ("lexical 1", "other 2", "lexical 3")
"""What the models of the study are called in full."""

PIECE = re.compile(
    r'<section id="(?P<section>[^"]+)">|</section>|'
    r'<(?P<kind>h1|h2|p|caption|figcaption|th|td class="w[^"]*")(?: [^>]*)?>(?P<words>.*?)'
    r"</(?:h1|h2|p|caption|figcaption|th|td)>",
    re.S,
)
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")


class Asked:
    """An audit of a study as somebody asked for it: what it says, and what can be counted anew."""

    def __init__(self, desk: Desk, folder: Path, people: Sequence[str], question: Question) -> None:
        write_jsonl(desk.study, folder / "all.jsonl", OutOptions())
        write_audit_file(desk.study, folder / "audit.zip", Choice(coders=question.choice.coders))
        with zipfile.ZipFile(folder / "audit.zip") as made:
            self.record: Json = json.loads(made.read("audit.json"))
        self.tables = Tables(folder / "all.jsonl")
        self.report: Report = audit(desk.study, question)
        self.mine = rules.recomputed(told_by_tables(self.tables, self.record, people), as_json(self.report))


FULL = Question(Choice(compare=("1", "2", "3")), by="site", half_width=0.1)
TWO = Question(Choice(coders=("anna", "ben", "model:lexical")))


@pytest.fixture(scope="module", params=["full", "two", "few documents"])
def asked(request: pytest.FixtureRequest, finished: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Three audits: one with all that there is, one of two people, one of too few documents for intervals."""
    folder = tmp_path_factory.mktemp("asked")
    if request.param != "few documents":
        question, people = (FULL, PEOPLE) if request.param == "full" else (TWO, PEOPLE[:2])
        yield Asked(finished, folder, people, question)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(folder / "home"))
        small = finished_study(folder / "small.db", sizes=(20,) * 4)
        yield Asked(small, folder, PEOPLE, FULL)
        small.study.close()


def said(made: str) -> Iterator[tuple[str, str]]:
    """(section, words) of each piece of text on a page, but for the cells that are numbers and what is drawn."""
    section = ""
    for found in PIECE.finditer(re.sub(r"<(style|script)>.*?</\1>", "", made, flags=re.S)):
        if found["kind"] is None:
            section = found["section"] or ""
        else:
            yield section, unescape(re.sub(r"<[^>]+>", " ", found["words"]))


def numbers(words: str, names: Sequence[str] = ()) -> list[str]:
    """The numbers in a text that no constant and no name explains."""
    for phrase in sorted((*CONSTANTS, *names), key=len, reverse=True):
        words = words.replace(phrase, " ")
    return [number.replace(",", "") for number in NUMBER.findall(words)]


def expected(asked: Asked) -> Iterator[Told]:
    """The numbers of every piece of text that has any, in the order of the page."""
    mine, tables = asked.mine, asked.tables
    kinds = [rater["kind"] for rater in asked.record["raters"]]
    documents = {segment.partition(".")[0] for segment in tables.segments}
    sizes = [str(len(part)) for part in (tables.segments, documents, tables.codes)]
    yield "", [str(kinds.count("person")), str(kinds.count("model")), *sizes]
    yield from _scope(asked, sizes)
    pairs = [pair for pair in mine["pairs"] if "consensus" not in (pair["a"], pair["b"])]
    blind = [pair for pair in pairs if pair["exposure"] == "blind"]
    if len(blind) > 6:
        yield "codes", [str(len(blind))]
    else:
        for pair in blind:
            unused = sum(not (code["both"] or code["only_a"] or code["only_b"]) for code in pair["codes"])
            yield "codes", [str(pair["segments"]), str(pair["documents"]), *([str(unused)] if unused else [])]
    yield from (("levels", [str(level["depth"])]) for level in blind[0]["levels"])
    yield from _comparison(mine)
    for need in mine.get("plan", {}).get("pairs", ()):
        pair = next(pair for pair in blind if (pair["a"], pair["b"]) == (need["a"], need["b"]))
        yield "plan", [str(pair["segments"]), str(pair["documents"]), "0.1"]
    for item in mine["misses"]["models"][:6]:
        if any(code["missed"] for code in item["codes"]):
            yield "misses", [str(item["coded_without_suggestion"]), str(item["coded"])]
    for item in mine["alternative_test"]["models"]:
        yield "stand-in", [str(kinds.count("person")), str(item["segments"]), str(item["documents"]), "0.15"]
    for item in mine["prevalence"]["models"]:
        left = [str(item["documents_left_out"])] if item["documents_left_out"] else []
        keys = ("run", "segments", "documents", "people", "coded_blind")
        yield "prevalence", [*(str(item[key]) for key in keys), *left]
    yield from _calibration(mine)
    for item in mine["exposure_effect"]["effects"]:
        yield "effect", [*(str(item[arm]["segments"]) for arm in ("shown", "blind")), str(item["documents"])]
    yield "", [str(asked.record["log"]["entries"])]


def _scope(asked: Asked, sizes: Sequence[str]) -> Iterator[Told]:
    mine, tables = asked.mine, asked.tables
    scope, core = mine["scope"], mine["scope"]["core"]
    blind = [
        pair for pair in mine["pairs"] if pair["exposure"] == "blind" and "consensus" not in (pair["a"], pair["b"])
    ]
    most = max(pair["documents"] for pair in blind)
    if most < FEW:
        yield "scope", [str(most)]
    unsure = sum(
        sum(last == "unsure" for last in tables.doubts(coder).values())
        for coder in PEOPLE[: sum(rater["kind"] == "person" for rater in asked.record["raters"])]
    )
    if unsure:
        yield "scope", [str(unsure)]
    paths = [item["path"] for item in tables.lines["code"]]
    leaves = sum(not any(other.startswith(f"{path} > ") for other in paths) for path in paths)
    yield "scope", [*sizes, str(leaves), str(asked.record["tree_version"])]
    counts = (core[key] for key in ("segments", "blocks", "documents", "double_coded_blind"))
    yield "scope", [str(count) for count in (scope["double_coded"], *counts)]


def _comparison(mine: Json) -> Iterator[Told]:
    runs, pairs = mine["comparison"]["runs"], mine["comparison"]["pairs"]
    yield from (("comparison", [str(run["run"])]) for run in runs)
    both = [["1", "2"], ["1", "3"]] if runs else []
    each = len(pairs) // 2
    yield from (("comparison", both[n // each]) for n in range(len(pairs)))
    yield from (("comparison", both[n // each]) for n in range(len(pairs[:6])))


def _calibration(mine: Json) -> Iterator[Told]:
    for item in mine["calibration"]["models"]:
        counts = [str(item[key]) for key in ("suggestions", "segments", "documents")]
        yield "calibration", [*counts, number(item["brier"]), number(item["ece"])]
        for held in item["bins"]:
            if held["count"]:
                yield "calibration", [f"{held['low']:.1f}", f"{held['high']:.1f}"]
        limit = item["threshold"]
        allowed = f"{limit['target'] * 100:g}"
        if limit["value"] is not None:
            yield "calibration", [number(limit["value"]), allowed, f"{(1 - limit['delta']) * 100:g}"]
        else:
            yield "calibration", [allowed]


def test_every_number_in_words_is_recomputed_or_a_marked_constant(asked: Asked) -> None:
    names = (*IDENTITIES, asked.record["log"]["head"])
    pieces = ((section, numbers(words, names)) for section, words in said(page(asked.report, "x")))
    assert [item for item in pieces if item[1]] == list(expected(asked))


def test_the_headline_says_numbers_of_the_figures_below_it(asked: Asked) -> None:
    mine = asked.mine
    blind = [
        pair for pair in mine["pairs"] if pair["exposure"] == "blind" and "consensus" not in (pair["a"], pair["b"])
    ]
    kinds = {rater["name"]: rater["kind"] for rater in asked.record["raters"]}
    groups = [
        group for group in mine["groups"]
        if group["exposure"] == "blind" and len(group["coders"]) > 2
        and {kinds[coder] for coder in group["coders"]} == {"person"}
    ]  # fmt: skip
    people = [pair for pair in blind if {kinds[pair["a"]], kinds[pair["b"]]} == {"person"}]
    figures = [(group, group) for group in groups] or [(pair, pair["pooled"]) for pair in people]
    figures += [(pair, pair["pooled"]) for pair in blind if pair not in people]
    wanted = []
    for item, held in figures[:3]:
        ends = [number(end) for end in held["alpha_ci"] or ()]
        wanted.append([number(held["alpha"]), *ends, str(item["segments"]), str(item["documents"])])
    if len(figures) > 3:
        wanted.append([str(len(figures) - 3)])
    core = mine["scope"]["core"]
    if left := core["segments"] - core["double_coded_blind"]:
        wanted.append([str(left), str(core["segments"])])
    assert [numbers(words) for words in told(asked.report).headline] == wanted


def test_every_number_of_a_drawing_is_a_mark_of_its_scale_or_stands_in_a_table(asked: Asked) -> None:
    made = page(asked.report, "x")
    cells = {unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r'<td class="i">(.*?)</td>', made)}
    marks = {f"{n / 5:.1f}" for n in range(-5, 6)}
    for words in re.findall(r"<text[^>]*>([^<]*)</text>", made):
        found = NUMBER.findall(words)
        if found and words not in marks and not any(name in words for name in PEOPLE):
            point, _, ends = unescape(words).partition("  (")
            assert point in cells, words
            assert not ends or ends.rstrip(")") in cells, words


def test_no_constant_is_marked_that_no_page_says(finished: Desk, tmp_path: Path) -> None:
    small = page(audit(finished.study, FULL), "x") + page(audit(finished.study, TWO), "x")
    words = " ".join(words for _, words in said(small))
    missing = [phrase for phrase in CONSTANTS if phrase not in words]
    # These are said of too few documents only.
    assert missing == [f"Below {FEW} the figures are counts", f"fewer than {FEW} documents"]
