"""What is left of a text where there is not room for all of it."""

from __future__ import annotations

import pytest

from tui.terminal.wrap import end_of


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, "Support › At work › Trust"),
        (20, "… › At work › Trust"),
        (12, "… › Trust"),
        (6, "… › T…"),
    ],
)
def test_of_a_path_the_last_names_stay(width: int, shown: str) -> None:
    assert end_of("Support › At work › Trust", width) == shown


def test_a_path_is_made_safe() -> None:
    assert "\x1b" not in end_of("A › \x1b[2J", 20)
