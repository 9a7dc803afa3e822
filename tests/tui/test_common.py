"""What all commands print with: tables."""

from __future__ import annotations

import pytest

from tui.commands.common import show_table, told_counts


def test_columns_line_up_also_where_characters_take_two_places(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("coder", "left", "round"), [("安娜", 3, "main"), ("ben", 1200, "main")], right=(1,))
    assert capsys.readouterr().out.splitlines() == ["coder  left  round", "安娜      3  main", "ben    1200  main"]


def test_a_table_without_rows_has_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("coder", "left"), [])
    assert capsys.readouterr().out == "coder  left\n"


def test_counts_are_told_in_the_singular_and_rows_by_their_table() -> None:
    counts = {"documents": 1, "memos": 0, "codings rows": 1369, "code lines": 1}
    assert told_counts(counts) == "1 document, 0 memos, 1,369 rows of codings, 1 code line"
