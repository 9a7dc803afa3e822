"""Plots of matrices: every count is told without its colour, names are cut and kept, and nobody's words are markup."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import docx
import pytest
from defusedxml.ElementTree import fromstring
from leaving import Leaving, small, talk

from suggest.errors import BadInput, UsageError
from suggest.exchange.heat import Heat, Label, heat_by_document, heat_together, in_clusters
from suggest.exchange.heat_svg import DARK, LIGHT, cut, drawn, letters, steps
from suggest.exchange.matrix import write_matrix
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.report import write_report
from suggest.exchange.standing import Together, by_document, together
from suggest.study.codes import Code, Wording
from suggest.study.documents import find_document, set_consent
from suggest.study.study import Study

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def made(study: Study) -> Leaving:
    held = small(study)
    for label, paragraph, code in (("BU", 2, "Trust"), ("BU", 2, "Hope"), ("BU", 4, "Hope"), ("DS", 1, "Trust")):
        held.decide(held.anna, label, paragraph, "add", code)
    return held


def plot(made: Leaving, path: Path, table: str | None = None, **options: Any) -> Element:
    write_matrix(made.study, path, OutOptions(name="m.svg", table=table, **options))
    return fromstring(path.read_text(encoding="utf-8"))


def titles(picture: Element) -> list[str]:
    """What stands there when a cell is pointed at."""
    return [title.text or "" for shape in picture.iter(f"{SVG}rect") for title in shape.iter(f"{SVG}title")]


def words(picture: Element) -> list[str]:
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def grid(rows: int, columns: int, cell: int | None = 1, name: str = "Code") -> Heat:
    return Heat(
        "Codes by document",
        ["Told."],
        [Label(f"{name} {n}", f"{name} {n}") for n in range(rows)],
        [Label(f"D{n}", f"D{n}") for n in range(columns)],
        [[cell if at == n % columns else 0 for at in range(columns)] for n in range(rows)],
        [1] * rows,
        "in all",
    )


def test_a_plot_by_document_tells_each_count_in_words(made: Leaving, tmp_path: Path) -> None:
    picture = plot(made, tmp_path / "m.svg")
    assert {"Support > Hope, BU: 2", "Trust, BU: 1", "Trust, DS: 1"} == set(titles(picture))
    assert "Support > Hope, DS: 00" in words(picture), "a zero is written, with its name, and has no colour"
    assert "Codes by document: T" in words(picture)


def test_what_is_not_known_is_crossed_out_and_no_zero(made: Leaving, tmp_path: Path) -> None:
    made.add(talk("PU", [("R1", "Nobody has read this.")]))
    picture = plot(made, tmp_path / "m.svg")
    crossed = [title.text for path in picture.iter(f"{SVG}path") for title in path.iter(f"{SVG}title")]
    assert crossed == ["Support, PU: not known", "Support > Hope, PU: not known", "Trust, PU: not known"]
    assert "Crossed out" in (picture.findtext(f"{SVG}desc") or "")


def test_an_excluded_document_is_not_known_however_much_was_completed(made: Leaving) -> None:
    made.complete(made.anna, "DS", 1)
    set_consent(made.study, made.anna, find_document(made.study, "DS"), None, "exclude", True)
    heat = heat_by_document(by_document(made.study, OutOptions()))
    assert [(row.text, cells) for row, cells in zip(heat.rows, heat.cells, strict=True)] == [
        ("Support", [0, None]),
        ("Hope", [2, None]),
        ("Trust", [1, None]),
    ]


def test_codes_together_leave_out_what_nobody_applied_and_the_scale_what_a_code_is_alone(made: Leaving) -> None:
    heat = heat_together(together(made.study, OutOptions()))
    assert [row.text for row in heat.rows] == ["Hope", "Trust"] and heat.cells == [[2, 1], [1, 2]]
    assert heat.most == 1 and "1 code that nobody applied" in heat.told[-1]


def test_a_code_alone_is_outlined_without_a_shade(made: Leaving, tmp_path: Path) -> None:
    picture = plot(made, tmp_path / "m.svg", "together")
    outlined = [r.findtext(f"{SVG}title") for r in picture.iter(f"{SVG}rect") if r.get("fill") == "none"]
    assert outlined == ["Support > Hope: 2", "Trust: 2"]
    assert [
        r.get("fill") for r in picture.iter(f"{SVG}rect") if r.findtext(f"{SVG}title") == "Trust and Support > Hope: 1"
    ]


def test_coders_and_rounds_narrow_a_plot(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.person("ben"), "BU", 5, "add", "Trust")
    assert "Trust, BU: 2" in titles(plot(made, tmp_path / "a.svg"))
    assert titles(plot(made, tmp_path / "b.svg", coders=("ben",))) == ["Trust, BU: 1"]


def code(n: int, parent: str | None = None, path: tuple[str, ...] = ()) -> Code:
    return Code(f"c{n}", parent, Wording(f"Code {n}"), path or (f"Code {n}",), "live", None, "1")


def test_codes_that_share_their_segments_stand_beside_one_another() -> None:
    codes = [code(n) for n in range(6)]
    both: Counter[tuple[str, str]] = Counter({(f"c{n}", f"c{n}"): 10 for n in range(6)})
    for a, b, shared in (("c0", "c4", 9), ("c1", "c5", 8), ("c4", "c1", 1)):
        both[a, b] = both[b, a] = shared
    order = [item.id for item in in_clusters(codes, both)]
    assert order in (["c0", "c4", "c1", "c5", "c2", "c3"], ["c5", "c1", "c4", "c0", "c2", "c3"])
    assert in_clusters(codes, Counter()) == codes


def test_a_plot_of_codes_together_has_them_in_that_order() -> None:
    codes = [code(n) for n in range(3)]
    both = Counter({("c0", "c0"): 9, ("c1", "c1"): 9, ("c2", "c2"): 9, ("c0", "c2"): 8, ("c2", "c0"): 8})
    heat = heat_together(Together(codes, both))
    assert [row.whole for row in heat.rows] == ["Code 0", "Code 2", "Code 1"]
    assert heat.cells == [[9, 8, 0], [8, 9, 0], [0, 0, 9]]


def test_too_many_codes_are_cut_to_those_with_most_segments_and_it_is_said() -> None:
    codes = [code(n) for n in range(70)]
    both = Counter({(f"c{n}", f"c{n}"): 100 - n for n in range(70)})
    heat = heat_together(Together(codes, both))
    assert len(heat.rows) == 60 and {row.text for row in heat.rows} == {f"Code {n}" for n in range(60)}
    assert any("60 of 70 codes" in line for line in heat.told)


def test_documents_beyond_what_can_be_read_are_told_by_site(study: Study) -> None:
    held = small(study)
    held.add(*[talk(f"X{n}", [("R1", f"words {n}")], f"site {n % 3}") for n in range(60)])
    for n in range(60):
        held.decide(held.anna, f"X{n}", 1, "add", "Trust")
    heat = heat_by_document(by_document(study, OutOptions()))
    trust = next(cells for row, cells in zip(heat.rows, heat.cells, strict=True) if row.text == "Trust")
    named = dict(zip((column.text for column in heat.columns), trust, strict=True))
    assert named == {"Butare": None, "Dorsten": None, "site 0": 20, "site 1": 20, "site 2": 20}
    assert heat.title == "Codes by site" and any("62 documents are told by site" in line for line in heat.told)


def test_without_sites_the_documents_with_most_segments_are_shown(study: Study) -> None:
    held = small(study)
    held.add(*[talk(f"X{n}", [("R1", f"words {n}")]) for n in range(70)])
    for n in range(70):
        held.decide(held.anna, f"X{n}", 1, "add", "Trust")
    heat = heat_by_document(by_document(study, OutOptions()))
    assert len(heat.columns) == 60 and not {"BU", "DS"} & {column.text for column in heat.columns}
    assert any("60 of 72 documents" in line for line in heat.told)


def test_names_are_set_in_below_theirs_and_named_with_the_one_above_where_it_is_not_shown(made: Leaving) -> None:
    found = by_document(made.study, OutOptions())
    assert [(row.text, row.depth) for row in heat_by_document(found).rows] == [
        ("Support", 0),
        ("Hope", 1),
        ("Trust", 0),
    ]
    assert [(row.text, row.depth) for row in heat_by_document(found, 2).rows] == [("Hope (Support)", 0), ("Trust", 0)]


def test_two_codes_of_one_name_are_told_apart(made: Leaving) -> None:
    made.code("Hope", "Trust")
    made.decide(made.anna, "BU", 5, "add", "Hope")
    heat = heat_together(together(made.study, OutOptions()))
    assert {row.text for row in heat.rows} == {"Hope (Support)", "Hope (Trust)", "Trust"}


def test_few_columns_have_numbers_and_many_have_squares_whose_area_is_the_count() -> None:
    few, many = fromstring(drawn(grid(5, 5, 7))), fromstring(drawn(grid(60, 60, 7)))
    assert sum(text == "Code 0, D0: 77" for text in words(few)) == 1
    assert not any(text.endswith(": 77") for text in words(many))
    heat = grid(60, 60)
    cells = [[4 if at == 0 else 1 if at == n else 0 for at in range(60)] for n in range(60)]
    picture = fromstring(drawn(Heat(heat.title, heat.told, heat.rows, heat.columns, cells, heat.totals, heat.total)))
    sizes = {r.findtext(f"{SVG}title"): float(r.get("width", "0").rstrip("%")) for r in picture.iter(f"{SVG}rect")}
    assert sizes["Code 1, D0: 4"] == pytest.approx(2 * sizes["Code 1, D1: 1"], abs=0.1)


def test_nothing_stands_outside_of_the_picture_or_upon_another_row() -> None:
    for rows, columns in ((5, 5), (60, 60), (60, 3), (3, 26), (1, 1)):
        picture = fromstring(drawn(grid(rows, columns, name="W" * 50), "S" * 300, alone=True))
        width, height = float(picture.get("width", "0")), float(picture.get("height", "0"))
        for shape in picture.iter(f"{SVG}rect"):
            if shape.get("width") == "100%":
                continue
            x, y = float(shape.get("x", "0")), float(shape.get("y", "0"))
            assert 0 <= x <= x + float(shape.get("width", "0")) <= width
            assert 0 <= y <= y + float(shape.get("height", "0")) <= height
        for text in picture.iter(f"{SVG}text"):
            if text.get("transform") is None and text.get("text-anchor") is None:
                shown = "".join(part for part in [text.text or "", *(child.tail or "" for child in text)])
                assert float(text.get("x", "0")) + 5.5 * letters(shown) <= width


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'a"b&c', "\x1b[31m\u202eevil", "\ufffe\uffff", "=1+1"])
def test_names_are_words_and_no_markup(made: Leaving, tmp_path: Path, name: str) -> None:
    made.code(name)
    made.decide(made.anna, "BU", 5, "add", name)
    for table in ("documents", "together"):
        plot(made, tmp_path / "m.svg", table)
        text = (tmp_path / "m.svg").read_text(encoding="utf-8")
        assert not re.search("<script|[\x00-\x08\x0b-\x1f\u202e\ufffe\uffff]", text)


def test_long_names_are_cut_and_whole_where_they_are_pointed_at(made: Leaving, tmp_path: Path) -> None:
    long = "A code with a name that is much longer than any label may be in a plot"
    made.code(long)
    made.decide(made.anna, "BU", 5, "add", long)
    labels = [
        text for text in plot(made, tmp_path / "m.svg").iter(f"{SVG}text") if text.findtext(f"{SVG}title") == long
    ]
    assert len(labels) == 1 and "".join(labels[0].itertext()) == f"{long}{cut(long, 36)}"
    assert cut("新しい関係を築くこと", 9) == "新しい関…" and cut("short", 9) == "short"


def test_shades_begin_at_one_and_end_at_the_largest_count() -> None:
    assert steps(0) == [] and steps(1) == [1] and steps(3) == [1, 2, 3]
    assert steps(60)[-1] == 60 and len(steps(60)) == 6 and steps(60)[0] == 2


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of #rrggbb."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_shades_are_told_apart_by_lightness_alone_and_numbers_can_be_read_on_them() -> None:
    for shades in (LIGHT, DARK[::-1]):
        assert all((luminance(a) + 0.05) / (luminance(b) + 0.05) > 1.2 for a, b in pairwise(shades))
    heat = grid(6, 6)
    cells = [[n**2 if at == n - 1 else 0 for at in range(6)] for n in range(1, 7)]
    text = drawn(Heat(heat.title, heat.told, heat.rows, heat.columns, cells, heat.totals, heat.total))
    dark = dict(re.findall(r"\.heat \.n(\d)\{fill:(#\w+)\}", text))
    light = dict(re.findall(r'class="n(\d)"[^>]*fill="(#\w+)"', text))
    assert len(dark) == len(light) == 6
    for inks, shades in ((light, LIGHT), (dark, DARK)):
        for n, ink in inks.items():
            low, high = sorted((luminance(ink), luminance(shades[int(n)])))
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_segments_have_no_plot_and_nothing_coded_has_none(made: Leaving, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no plot of the matrix of segments"):
        plot(made, tmp_path / "m.svg", "segments")
    with pytest.raises(UsageError, match="--bom means nothing"):
        plot(made, tmp_path / "m.svg", bom=True)
    made.person("ben")
    with pytest.raises(BadInput, match=r"m\.svg: has no coding to draw yet"):
        plot(made, tmp_path / "m.svg", "together", coders=("ben",))


def test_the_report_has_both_plots_and_in_other_files_says_where_they_are(made: Leaving, tmp_path: Path) -> None:
    for name in ("r.html", "r.md", "r.docx"):
        write_report(made.study, tmp_path / name, OutOptions(name=name))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    assert "Trust, DS: 1" in page and "Trust and Support &gt; Hope: 1" in page
    assert '<td>Hope</td><td class="w">Trust</td><td>1</td>' in page.replace('<td class="w">Hope', "<td>Hope")
    written = (tmp_path / "r.md").read_text(encoding="utf-8")
    word = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "r.docx")).paragraphs)
    for text in (written.replace("\\", ""), word):
        assert "Codes that stand together: the plot is in the HTML report" in text
    assert "| Hope | Trust | 1 | 2 | 2 |" in written


def test_pairs_of_codes_come_by_their_segments(made: Leaving, tmp_path: Path) -> None:
    made.decide(made.anna, "BU", 4, "add", "Support")
    made.decide(made.anna, "BU", 5, "add", "Support")
    made.decide(made.anna, "BU", 5, "add", "Hope")
    write_report(made.study, tmp_path / "r.md", OutOptions(name="r.md"))
    rows = [line for line in (tmp_path / "r.md").read_text(encoding="utf-8").splitlines() if line.count("|") == 6]
    pairs = [{cell.strip() for cell in row.split("|")[1:3]} for row in rows if row.split("|")[3].strip().isdigit()]
    assert pairs == [{"Support", "Hope"}, {"Hope", "Trust"}]
