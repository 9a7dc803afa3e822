"""What all commands print with: tables."""

from __future__ import annotations

import pytest

from tui.commands.common import show_table


def test_columns_line_up_also_where_characters_take_two_places(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("coder", "left", "round"), [("安娜", 3, "main"), ("ben", 1200, "main")], right=(1,))
    assert capsys.readouterr().out.splitlines() == ["coder  left  round", "安娜      3  main", "ben    1200  main"]


def test_a_table_without_rows_has_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("coder", "left"), [])
    assert capsys.readouterr().out == "coder  left\n"
