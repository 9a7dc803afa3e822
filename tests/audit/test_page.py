"""The audit as a page and in Markdown: warnings first, nothing from outside, hostile names harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk import make_desk

from suggest.audit.audit import Question, Report, audit
from suggest.audit.blocks import Bars
from suggest.audit.figures import Figure
from suggest.audit.markdown import markdown
from suggest.audit.page import page
from suggest.audit.plots import drawn
from suggest.audit.reading import Choice
from suggest.audit.telling import tell
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.imports import NewCoding, import_codings

HOSTILE = "<script>alert(1)</script> | [x](y) \x1b[31m"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Three coders who differ, one code of a hostile name, twelve documents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(tmp_path_factory.mktemp("home")))
        desk = make_desk(tmp_path_factory.mktemp("study") / "s.db", sizes=(12,) * 12)
        code = add_codes(desk.study, desk.anna, [NewCode("bad", Wording(HOSTILE))])["bad"]
        new, done = [], {}
        for n, coder in enumerate(("anna", "ben", "cleo")):
            for d, document in enumerate(desk.documents):
                done[coder, document] = list(range(12))
                new += [NewCoding(coder, document, code, at, at, at) for at in range(12) if (at * (d + 1) + n * d) % 3]
        import_codings(desk.study, desk.anna, "elsewhere", new, done)
        yield audit(desk.study, Question(Choice()))
        desk.study.close()


def test_a_page_needs_nothing_but_itself(report: Report) -> None:
    made = page(report, "secondcoder audit STUDY")
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)", made) and "url(" not in made and "@import" not in made
    assert "default-src 'none'" in made


def test_hostile_names_are_only_words(report: Report) -> None:
    made = page(report, "x")
    assert "<script>alert" not in made and "&lt;script&gt;alert(1)" in made and "\x1b" not in made
    text = markdown(report, "x")
    assert "\\<script\\>" in text and "\\| \\[x\\]" in text and "\x1b" not in text


def test_every_number_leads_to_how_it_was_made(report: Report) -> None:
    made = page(report, "x")
    wanted = set(re.findall(r'href="#([^"]+)"', made))
    assert {"how-pooled", "how-codes", "how-intervals"} <= wanted
    assert wanted <= set(re.findall(r'id="([^"]+)"', made))


def test_warnings_come_before_any_figure(report: Report) -> None:
    first = tell(report)[0]
    kinds = [getattr(block, "kind", "table") for block in first.blocks]
    assert kinds == sorted(kinds, key=["warning", "plain", "table"].index)
    made = page(report, "x")
    assert made.index(report.head) > 0 and "<svg" in made


def test_a_drawing_keeps_to_its_scale() -> None:
    rows = (("one", Figure(0.4, -0.3, 0.9)), ("none", Figure(None, undefined="no variation")))
    made = drawn(Bars("Alpha", rows))
    assert made.count("<circle") == 1 and ">-0.4<" in made and "0.40  (-0.30 to 0.90)" in made


def test_markdown_has_a_row_for_every_row(report: Report) -> None:
    text = markdown(report, "secondcoder audit STUDY")
    tables = re.findall(r"^\|[:\-|]+\|$", text, re.MULTILINE)
    assert len(tables) > 4
    widths = {(line.count("|") - line.count("\\|")) for line in text.splitlines() if line.startswith("| Coders |")}
    assert widths
