"""The registry: no key twice, a handler for each command, and documentation that says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.review.commands import COMMANDS, REVIEW
from tui.review.hand import GROUPS, reason_letters
from tui.terminal.finding import matching, nearest
from tui.terminal.meaning import Meaning

ROOT = Path(__file__).resolve().parents[3]


def test_no_key_has_two_meanings_and_each_command_a_handler() -> None:
    assert len(REVIEW.keymap()) == sum(len(command.keys) for command in COMMANDS)
    with pytest.raises(ValueError, match="belongs to both"):
        REVIEW.rebound({"accept": ["r"]})
    with pytest.raises(ValueError, match="no command 'aceept'"):
        REVIEW.rebound({"aceept": ["y"]})
    for command in COMMANDS:
        if command.id not in ("quit", "drop") and not command.id.startswith(("digit_", "to_")):
            assert any(callable(getattr(group, command.handler, None)) for group in GROUPS), command.id


def test_keys_can_be_rebound_and_taken_away() -> None:
    mine = REVIEW.rebound({"accept": ["y"], "memo": []})
    assert mine.keymap()["y"].id == "accept"
    assert not {"a", "m"} & set(mine.keymap())
    assert "memo" not in {row[1] for group in mine.groups for row in mine.listed(group)}


def test_the_documentation_lists_exactly_the_registrys_keys() -> None:
    text = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [row for group in REVIEW.groups for row in REVIEW.listed(group)]


def test_the_footer_of_a_blind_segment_offers_no_verdicts() -> None:
    assert {"accept", "edit", "reject"} & {command.id for command in REVIEW.footer("blind")} == set()
    assert "complete" in {command.id for command in REVIEW.footer("blind")}


def test_a_reasons_letter_is_never_a_commands_key() -> None:
    letters = reason_letters(["accepts too much", "too broad", "aeru", "日本", *(f"reason {n}" for n in range(30))])
    assert not set(letters) & set(REVIEW.keymap())
    assert len(set(letters.values())) == len(letters)


def code(id_: str, path: str, parent: str | None = None, definition: str = "") -> Meaning:
    return Meaning(id_, parent, path.rpartition(" > ")[2], path, path.count(" > "), True, definition, "", "", ())


CODES = [
    code("s", "Support"), code("t", "Support > Trust", "s", "money is no matter"), code("a", "Support > Advice", "s"),
    code("d", "Doubts"), code("m", "Doubts > Money", "d"),
]  # fmt: skip


def test_near_codes_come_first_and_the_one_itself_last() -> None:
    assert [found.id for found in nearest(CODES, "t", ["m"])] == ["s", "a", "m", "d", "t"]
    assert [found.id for found in nearest(CODES, None)] == ["s", "t", "a", "d", "m"]


def test_typed_words_are_found_in_name_then_path_then_definition() -> None:
    assert [found.id for found in matching(CODES, "money")] == ["m", "t"]
    assert [found.id for found in matching(CODES, "supp")] == ["s", "t", "a"]
    assert [found.id for found in matching(CODES, "SUPP adv")] == ["a"]
    assert matching(CODES, "nothing such") == []
