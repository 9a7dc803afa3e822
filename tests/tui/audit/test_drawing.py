"""Plots and tables in characters: what the report says, on its scale, and nothing where it says nothing."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from suggest.audit.blocks import Bars, Section, Table, Text
from suggest.audit.figures import Figure, no_figure, too_few
from tui.audit.drawing import Sorting, bars_lines, heads, section_lines


def words(lines: list[list[tuple[str, str]]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


BARS = Bars(
    "Alpha by code",
    (("Theme > Doubts", Figure(0.5, 0.2, 0.8)), ("Few", Figure(0.9, open=too_few(4))),
     ("None", no_figure("no variation"))),
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_no_line_of_a_plot_is_longer_than_the_screen(width: int) -> None:
    assert max(cell_len(line) for line in words(bars_lines(BARS, width))) <= width


def test_a_value_is_a_dot_its_interval_a_line_and_silence_has_its_reason() -> None:
    _, scale, interval, point, nothing = words(bars_lines(BARS, 100))
    assert interval.count("●") == 1 and "├" in interval and "┤" in interval and "0.50  0.20 to 0.80" in interval
    assert interval.index("├") < interval.index("●") < interval.index("┤")
    assert scale.index("0.4") < interval.index("●") < scale.index("0.6")
    assert point.count("●") == 1 and "├" not in point and "0.90  too few docs" in point
    assert "●" not in nothing and "├" not in nothing and nothing.rstrip().endswith("–  no variation")


def test_an_interval_below_zero_moves_the_scale_as_on_the_page() -> None:
    lines = words(bars_lines(Bars("Below", (("a", Figure(0.1, -0.3, 0.5)),)), 100))
    assert lines[1].split()[:3] == ["-0.4", "-0.2", "0.0"]
    assert "│" in lines[2] or "●" in lines[2]


TABLE = Table(
    ("Code", "Both", "Alpha"), (("Theme > Doubts", "3", "0.41"), ("Advice", "12", "–"), ("Trust", "7", "-0.10")),
    short=("code", "both", "alpha"), caption="Every segment.",
)  # fmt: skip


def test_a_table_is_put_in_order_by_a_column_and_what_is_undefined_comes_last() -> None:
    section = Section("s", "S", (Text("Careful.", "warning"), TABLE))
    assert heads(section) == ["Code", "Both", "Alpha"]
    by_both = words(section_lines(section, 80, Sorting("Both")))[-3:]
    assert [line.split()[0] for line in by_both] == ["Advice", "Trust", "Theme"]
    by_alpha = words(section_lines(section, 80, Sorting("Alpha", falling=False)))[-3:]
    assert [line.split()[-1] for line in by_alpha] == ["-0.10", "0.41", "–"]
    assert words(section_lines(section, 80))[0] == " ! Careful."


def test_where_columns_do_not_fit_each_row_is_a_paragraph() -> None:
    wide = Table(("Code", *(f"Column {n}" for n in range(9))), (("Doubts", *map(str, range(9))),))
    lines = words(section_lines(Section("s", "S", (wide,)), 40))
    assert max(map(cell_len, lines)) <= 40
    assert "Doubts  Column 0 0 · Column 1 1" in " ".join(" ".join(lines).split()).replace(
        "Doubts Column", "Doubts  Column"
    )
