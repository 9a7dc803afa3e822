"""How the application begins to look: the user's own choice before what suits the terminal."""

from __future__ import annotations

import pytest

from tui.terminal.background import is_dark
from tui.terminal.look import animation_level, theme_for

RICH = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def test_without_a_choice_the_theme_follows_the_terminals_background() -> None:
    assert theme_for("", RICH, True) == "second-coder-dark"
    assert theme_for("", RICH, False) == "second-coder-light"
    assert theme_for("", RICH, None) == "second-coder-dark"


@pytest.mark.parametrize("term", ["linux", "xterm", "screen"])
def test_with_sixteen_colours_they_are_the_terminals_own(term: str) -> None:
    assert theme_for("", {"TERM": term}, False) == "ansi-light"
    assert theme_for("", {"TERM": term}, None) == "ansi-dark"


def test_the_users_theme_comes_first_and_the_environments_before_it() -> None:
    assert theme_for("nord", RICH, False) == "nord"
    assert theme_for("nord", {**RICH, "TEXTUAL_THEME": "dracula"}, False) == "dracula"
    assert theme_for("no such theme", {**RICH, "TEXTUAL_THEME": "nor this"}, False) == "second-coder-light"


def test_nothing_moves_unless_it_is_wanted() -> None:
    assert animation_level({}) == "none"
    assert animation_level({"TEXTUAL_ANIMATIONS": "FULL"}) == "full"
    assert animation_level({"TEXTUAL_ANIMATIONS": "wild"}) == "none"


@pytest.mark.parametrize(
    ("answer", "dark"),
    [
        (b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;c", True),
        (b"\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?1;2c", False),
        (b"\x1b]11;rgb:fa/f8/f0\x1b\\", False),
        (b"\x1b]11;rgba:2020/2020/3030/ffff\x1b\\", True),
        (b"\x1b[?1;2c", None),
        (b"", None),
    ],
)
def test_the_terminals_answer_tells_its_background(answer: bytes, dark: bool | None) -> None:
    assert is_dark({}, answer) is dark


@pytest.mark.parametrize(("given", "dark"), [("15;0", True), ("0;15", False), ("0;default;7", False), ("what", None)])
def test_a_silent_terminal_may_have_said_it_in_the_environment(given: str, dark: bool | None) -> None:
    assert is_dark({"COLORFGBG": given}, b"") is dark
