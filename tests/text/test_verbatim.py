"""Printed quotes against what was said: verbatim up to the author's marks, and nothing more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggest.text.verbatim import find, level, nearest, pieces

SAID = (
    "Well, I don’t know – the peers, they \u00a0helped us… a lot. R2: She never wore such shoes; the “model” was hers."
)


def stands(printed: str, said: str = SAID) -> bool:
    return find(pieces(printed), level(said)) is not None


@pytest.mark.parametrize(
    "printed",
    [
        "I don't know - the peers, they helped us ... a lot",
        "(…) the peers, they helped us",
        "The peers (…) a lot.",
        "they [the peers] helped us",
        "[They] helped us… a lot […] She never wore such shoes",
        "I don’t know (....) the ‘model’ was hers",
        "R1—the peers, they helped R2: She never wore",
        "the peers … a lot",
        "() she never wore such shoes,",
        "[sur]never wore such [shoes]",
    ],
)
def test_marks_white_space_quotation_marks_and_dashes_make_no_difference(printed: str) -> None:
    assert stands(printed)


@pytest.mark.parametrize(
    "printed",
    [
        "they really helped us",
        "the peer (…) a lot",
        "a lot (…) the peers",
        "elped us",
        "the PEERS",
        "never wore such (…) shoes were",
    ],
)
def test_any_other_word_order_or_case_does(printed: str) -> None:
    assert not stands(printed)


def test_the_ranges_are_those_of_the_text_itself() -> None:
    found = find(pieces("they helped us (…) such shoes"), level(SAID))
    assert found is not None
    assert [SAID[start:end] for start, end in found] == ["they \u00a0helped us", "such shoes"]


def test_the_nearest_words_tell_what_was_changed() -> None:
    difference = nearest(pieces("She always wore such shoes"), level(SAID))
    assert difference.changes == (("always", "never"),) and difference.likeness > 0.6
    assert nearest(pieces("Nothing alike anywhere"), level(SAID)).likeness < 0.4


words = st.lists(st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=8), min_size=6, max_size=30)


@given(words, st.data())
def test_what_an_author_may_do_to_a_quote_leaves_it_verbatim(said: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(said) - 5))
    last = data.draw(st.integers(first + 4, len(said) - 1))
    out = data.draw(st.integers(first + 1, last - 1))
    before, after = " ".join(said[first:out]), " ".join(said[out + 1 : last + 1])
    mark = data.draw(st.sampled_from([" (…) ", " […] ", " (...) ", " [somebody] "]))
    space = data.draw(st.sampled_from([" ", "\n", "\u00a0", "  "]))
    assert stands(f"{before}{mark}{after}".replace(" ", space), " ".join(said))


@given(words, st.data())
def test_a_changed_word_is_never_verbatim(said: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(said) - 2))
    changed = [*said[:at], "zzzzzzzzz", *said[at + 1 :]]
    assert not stands(" ".join(changed), " ".join(said))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_compared(printed: str, said: str) -> None:
    found = find(pieces(printed), level(said))
    assert found is None or all(0 <= start < end <= len(said) for start, end in found)
    nearest(pieces(printed), level(said))
