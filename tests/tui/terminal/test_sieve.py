"""What a terminal answers is nobody's key, however late and in however small pieces it comes; keys come through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.sieve import ESC, PATIENCE, SLOW, STALE, Keys, Pasted, Sieve, Token

DELAY = 0.125
KIND = f"{ESC}[?62;22c"
ANSWERS = (
    KIND,
    f"{ESC}]11;rgb:1e1e/1e1e/1e1e{ESC}\\",
    f"{ESC}]11;rgba:ffff/ffff/ffff/ffff\x07",
    f"{ESC}]11;rgb:1e1e/1e1e/1e1e\x9c",
    f"{ESC}]4;1;rgb:aa/aa/aa{ESC}\\",
    f"{ESC}[>41;390;0c",
    f"{ESC}[=1;0c",
    f"{ESC}[?1u",
    f"{ESC}P>|xterm(390){ESC}\\",
    f"{ESC}P1+r544e=787465726d{ESC}\\",
    f"{ESC}_Gi=31;OK{ESC}\\",
)
WHOLE = (f"{ESC}[A", f"{ESC}OP", f"{ESC}O5P", f"{ESC}O1;5P", f"{ESC}[1;2R",
         f"{ESC}[15~", f"{ESC}[3$", f"{ESC}[97;;97u", f"{ESC}[<35;10;4M",
         f"{ESC}[M ab", f"{ESC}[[A", f"{ESC}[I", f"{ESC}[?2026;2$y", f"{ESC}[48;24;80;480;800t",
         f"{ESC}a")  # fmt: skip


def texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


def come(sieve: Sieve, text: str, gap: float, now: float = 0.0) -> tuple[list[str], float]:
    """What is given when the characters come one by one with that many seconds between them."""
    given = []
    for character in text:
        given += texts(sieve.feed(character, now))
        now += gap
        given += texts(sieve.tick(now))
    return given, now


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.5, 3.0])
def test_an_answer_gives_no_key_however_slowly_it_comes(answer: str, gap: float) -> None:
    sieve = Sieve(DELAY)
    given = texts(sieve.feed(answer[:2], 0.0))
    rest, now = come(sieve, answer[2:], gap)
    assert given + rest == []
    assert come(sieve, "a", 0.0, now) == (["a"], now)


@pytest.mark.parametrize("answer", ANSWERS[:3], ids=repr)
@pytest.mark.parametrize("gap", [0.3, 0.9])
def test_while_the_terminal_owes_an_answer_its_first_byte_alone_is_no_escape_yet(answer: str, gap: float) -> None:
    sieve = Sieve(DELAY)
    sieve.expect(1, 0.0)
    assert come(sieve, answer, gap)[0] == []


@pytest.mark.parametrize("answer", ANSWERS[:3], ids=repr)
def test_an_answer_in_pieces_further_apart_than_that_types_nothing(answer: str) -> None:
    sieve = Sieve(DELAY)
    sieve.expect(2, 0.0)
    assert come(sieve, answer[:1], SLOW + 0.1)[0] == [ESC]
    assert come(sieve, answer[1:], 0.1, SLOW + 0.1)[0] == []


def test_once_all_is_answered_escape_is_a_key_after_the_usual_moment() -> None:
    sieve = Sieve(DELAY)
    sieve.expect(2, 0.0)
    sieve.feed(KIND, 0.1)
    sieve.feed(ESC, 0.2)
    assert sieve.tick(0.2 + DELAY) == []
    assert sieve.tick(0.2 + SLOW) == [Keys(ESC)]
    sieve.feed(KIND, 2.0)
    sieve.feed(ESC, 3.0)
    assert sieve.tick(3.0 + DELAY) == [Keys(ESC)]
    assert texts(sieve.feed("]1", 3.2)) == ["]", "1"]


def test_a_terminal_that_never_answers_delays_escape_for_a_while_only() -> None:
    sieve = Sieve(DELAY)
    sieve.expect(1, 0.0)
    sieve.feed(ESC, PATIENCE)
    assert sieve.tick(PATIENCE + DELAY) == [Keys(ESC)]
    assert texts(sieve.feed("[1", PATIENCE + 0.2)) == ["[", "1"]


def test_an_answer_to_another_question_leaves_the_last_one_owed() -> None:
    sieve = Sieve(DELAY)
    sieve.feed(KIND, 0.0)  # which nobody asked for
    sieve.expect(1, 0.0)
    sieve.feed(f"{ESC}[>41;390;0c{ESC}", 0.1)
    assert sieve.tick(0.1 + DELAY) == []


def test_who_wants_escape_held_longer_than_a_slow_answer_has_it_held_so_long() -> None:
    sieve = Sieve(SLOW * 3)
    sieve.expect(1, 0.0)
    sieve.feed(ESC, 0.1)
    assert sieve.tick(0.1 + SLOW * 2) == []
    assert sieve.tick(0.1 + SLOW * 3) == [Keys(ESC)]


@pytest.mark.parametrize("character", ["a", "P", "_"])
def test_after_an_escape_that_was_given_out_other_keys_come_at_once(character: str) -> None:
    sieve = Sieve(DELAY)
    sieve.expect(1, 0.0)
    come(sieve, ESC, SLOW)
    assert sieve.feed(character, 1.5) == [Keys(character)]
    assert sieve.feed("]", 1.6) == [Keys("]")]


def test_once_the_answer_has_come_or_nobody_waits_for_it_any_more_a_bracket_is_a_key() -> None:
    sieve = Sieve(DELAY)
    sieve.expect(2, 0.0)
    come(sieve, ESC, SLOW)
    assert sieve.feed(KIND[1:], 1.5) == []
    assert sieve.feed("]", 1.6) == [Keys("]")]
    come(sieve, ESC, SLOW, 2.0)
    assert sieve.feed("]", PATIENCE) == [Keys("]")]


def test_keys_that_look_like_the_rest_of_an_answer_are_keys_when_they_go_on_otherwise() -> None:
    sieve = Sieve(DELAY)
    sieve.expect(1, 0.0)
    assert come(sieve, ESC, SLOW)[0] == [ESC]
    assert texts(sieve.feed("]", 1.5) + sieve.feed("a", 1.7)) == ["]", "a"]
    assert come(sieve, ESC, SLOW, 2.0)[0] == [ESC]
    assert texts(sieve.feed("[[", 4.0)) == ["[", "["]


@pytest.mark.parametrize("sequence", WHOLE, ids=repr)
@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_sequences_that_are_keys_or_reports_come_through_whole(sequence: str, gap: float) -> None:
    sieve = Sieve(DELAY)
    given = texts(sieve.feed(sequence[:2], 0.0))
    rest, _ = come(sieve, sequence[2:], gap)
    assert given + rest == [sequence]


def test_half_an_answer_that_stands_still_is_dropped_and_the_next_key_lives() -> None:
    sieve = Sieve(DELAY)
    sieve.feed(f"{ESC}]11;rgb:1e", 0.0)
    assert sieve.tick(STALE - 0.1) == []
    assert sieve.waits
    assert sieve.tick(STALE) == []
    assert not sieve.waits
    assert texts(sieve.feed("a", STALE + 1)) == ["a"]


def test_an_answer_that_another_one_cuts_short_takes_nothing_with_it() -> None:
    sieve = Sieve(DELAY)
    assert texts(sieve.feed(f"{ESC}]11;rgb:1e{ESC}[?1;2cj", 0.0)) == ["j"]
    assert texts(sieve.feed(f"{ESC}]11;rgb:1e\rk", 0.0)) == ["\r", "k"]
    assert texts(sieve.feed(f"{ESC}[?62{ESC}[A", 0.0)) == [f"{ESC}[A"]
    assert texts(sieve.feed(f"{ESC}P>|xterm\x07", 0.0)) == ["\x07"]
    assert texts(sieve.feed(f"{ESC}O\r{ESC}Oä", 0.0)) == ["\r", "ä"]


@pytest.mark.parametrize("begin", [f"{ESC}]1", f"{ESC}P1", f"{ESC}[1"], ids=repr)
def test_of_a_sequence_without_end_only_a_little_is_kept(begin: str) -> None:
    sieve = Sieve(DELAY)
    assert sieve.feed(begin + "1" * 100_000, 0.0) == []
    assert len(sieve._held) < 100


def test_alt_with_a_letter_that_begins_answers_is_a_key_when_no_answer_follows() -> None:
    sieve = Sieve(DELAY)
    assert texts(sieve.feed(f"{ESC}]x{ESC}Px{ESC}_x{ESC}{ESC}x", 0.0)) == [
        f"{ESC}]", "x", f"{ESC}P", "x", f"{ESC}_", "x", ESC, f"{ESC}x",
    ]  # fmt: skip


def test_a_paste_is_one_thing_whatever_is_in_it_and_however_slowly_it_comes() -> None:
    sieve = Sieve(DELAY)
    pasted = f"0\ra{ESC}[A{ESC}]11;~{ESC}[201"
    sieve.feed(f"{ESC}[200~", 0.0)
    assert come(sieve, pasted, STALE * 2)[0] == []
    assert sieve.feed(f"{ESC}[201~a", 900.0) == [Pasted(pasted), Keys("a")]


@given(st.text(alphabet=f"{ESC}[]?;:0123456789abcmMOPRyG_~\\\x07\r$<>", max_size=60), st.booleans())
def test_no_input_holds_keys_for_ever(text: str, owed: bool) -> None:
    sieve = Sieve(DELAY)
    if owed:
        sieve.expect(1, 0.0)
    sieve.feed(text.replace("200~", ""), 0.0)
    sieve.tick(STALE + 0.1)
    sieve.tick(STALE * 2 + 0.2)
    assert not sieve.waits
    assert texts(sieve.feed("a", 100.0)) == ["a"]


@given(st.lists(st.sampled_from(ANSWERS), max_size=4), st.lists(st.floats(0, 0.9), min_size=120, max_size=120))
def test_answers_in_any_pieces_give_no_key(answers: list[str], gaps: list[float]) -> None:
    sieve, now = Sieve(DELAY), 0.0
    sieve.expect(99, 0.0)
    for character, gap in zip("".join(answers), gaps * 2, strict=False):
        sieve.expect(0, now)  # it goes on owing
        assert sieve.feed(character, now) == []
        now += gap
        assert sieve.tick(now) == []
