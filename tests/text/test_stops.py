"""A range moved by words and sentences stops where people would put its ends, and never within a character."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from suggest.text.stops import Edge, Unit, around, moved

TALK = "They've been called names, they were sent away. “From home”, he said. Then?"

ALPHABET = "ab é 'e\u0301.,-?! \n日本 👩\u200d👩\u200d👧 🇩🇪 क्षि \u200f\t0"


def walk(text: str, place: int, by: int, edge: Edge, unit: Unit) -> list[str]:
    """The words passed by at each step, from a place on to where nothing lies that way."""
    steps = []
    while (after := moved(text, place, by, edge, unit, 0, len(text))) != place:
        steps.append(text[min(place, after) : max(place, after)])
        place = after
    return steps


def test_an_end_moved_on_by_words_takes_in_a_word_at_a_time() -> None:
    assert walk(TALK, 0, 1, "end", "word")[:4] == ["They've", " been", " called", " names"]


def test_the_last_step_takes_in_what_follows_the_last_word() -> None:
    assert walk(TALK, TALK.index("Then"), 1, "end", "word") == ["Then", "?"]


def test_what_makes_a_range_shorter_gives_up_a_word_and_not_only_a_full_stop() -> None:
    assert walk(TALK, TALK.index(" “"), -1, "end", "word")[0] == " away."
    assert walk(TALK, TALK.index("“"), 1, "start", "word")[0] == "“From "


def test_a_start_moved_on_by_words_stops_where_words_begin() -> None:
    assert walk(TALK, 0, 1, "start", "word")[:4] == ["They've ", "been ", "called ", "names, "]


def test_both_edges_move_by_sentences() -> None:
    assert walk(TALK, 0, 1, "end", "sentence")[0] == "They've been called names, they were sent away."
    assert TALK[moved(TALK, 3, 1, "start", "sentence", 0, len(TALK)) :].startswith("“From home”")
    assert moved(TALK, len(TALK), -1, "end", "sentence", 0, len(TALK)) == TALK.index(" Then")


def test_nothing_leaves_the_limits_and_white_space_at_them_is_left_out() -> None:
    text = "one  two three  "
    assert moved(text, 3, 1, "end", "sentence", 0, 9) == 8
    assert moved(text, 8, 1, "end", "word", 5, len(text)) == 14
    assert moved(text, 5, -1, "start", "word", 5, 10) == 5


def test_a_script_without_spaces_is_passed_sign_by_sign() -> None:
    assert walk("日本語です", 0, 1, "end", "word") == ["日", "本", "語", "で", "す"]


def test_a_word_longer_than_the_first_look_is_passed_in_one_step() -> None:
    text = f"a {'x' * 9_000} b"
    assert moved(text, 1, 1, "end", "word", 0, len(text)) == 9_002
    assert moved(text, 9_002, -1, "start", "word", 0, len(text)) == 2


def test_places_within_words_are_widened_to_whole_words() -> None:
    start, end = around(TALK, TALK.index("lled"), TALK.index("mes,"))
    assert TALK[start:end] == "called names"
    assert around(TALK, end - 2, start + 1) == (start, end)


@given(st.text(ALPHABET, max_size=60), st.sampled_from(["start", "end"]), st.sampled_from(["word", "sentence"]),
       st.sampled_from([-1, 1]))  # fmt: skip
def test_every_walk_goes_one_way_within_the_text_and_between_characters(
    text: str, edge: Edge, unit: Unit, by: int
) -> None:
    whole = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    place = 0 if by > 0 else len(text)
    seen = [place]
    for _ in range(len(text) + 1):
        after = moved(text, place, by, edge, unit, 0, len(text))
        if after == place:
            break
        assert (after - place) * by > 0
        assert after in whole
        seen.append(after)
        place = after
    assert moved(text, place, by, edge, unit, 0, len(text)) == place, "a walk ends"


@given(st.text(ALPHABET, max_size=60), st.data())
def test_a_widened_range_holds_both_places_and_cuts_no_character(text: str, data: st.DataObject) -> None:
    whole = [0, *(match.end() for match in regex.finditer(r"\X", text))]
    one, other = data.draw(st.sampled_from(whole)), data.draw(st.sampled_from(whole))
    start, end = around(text, one, other)
    assert {start, end} <= set(whole)
    assert 0 <= start <= end <= len(text)
