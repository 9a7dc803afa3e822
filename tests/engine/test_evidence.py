"""Evidence is found verbatim but for white space, quote marks and dashes, and nothing else is close enough."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from suggest.engine.checks import Evidence, find_evidence

QUOTES = "\"'`´‘’‚“”„«»‹›′″「」＂＇"
DASHES = "-‐‑–—―−－"
SPACES = " \t\n\u00a0\u2009\u3000"
talk = st.text(
    st.one_of(st.sampled_from("aAbé語ไ. ,\n\t\u0301" + QUOTES + DASHES + SPACES), st.characters()), max_size=80
)


def varied(draw, quote):
    """The quote with its white space, dashes and quote marks written otherwise."""
    out = []
    for at, character in enumerate(quote):
        before = quote[at - 1] if at else ""
        if character.isspace():
            if not before.isspace():
                out.append(draw(st.text(SPACES, min_size=1, max_size=3)))
        elif character in DASHES:
            if not before or before not in DASHES:
                out.append(draw(st.text(DASHES, min_size=1, max_size=2)))
        elif character in QUOTES:
            out.append(draw(st.sampled_from(QUOTES)))
        else:
            out.append(character)
    return "".join(out)


@st.composite
def quoted(draw):
    text = draw(talk)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    return text, text[start:end], draw


def folded(text):
    """What is left of a text when all that is tolerated is made alike; written apart from the code under test."""
    alike = "".join("'" if c in QUOTES else "-" if c in DASHES else " " if c.isspace() else c for c in text)
    for run in ("  ", "--"):
        while run in alike:
            alike = alike.replace(run, run[0])
    return alike


@settings(derandomize=True, deadline=None, max_examples=300)
@given(quoted())
def test_any_range_of_any_text_is_found_as_it_stands(case):
    text, quote, _ = case
    found = find_evidence(text, quote)
    if not quote.strip():
        assert found is None
    else:
        assert found.state == "exact"
        assert text[found.start : found.end] == quote.strip()


@settings(derandomize=True, deadline=None, max_examples=500)
@given(quoted())
def test_any_range_is_found_with_its_quotes_dashes_and_white_space_written_otherwise(case):
    text, quote, draw = case
    assume(quote.strip())
    found = find_evidence(text, varied(draw, quote))
    words = text[found.start : found.end]
    # A range that cuts a run of white space or dashes in two is given the whole run.
    assert folded(words).strip() == folded(quote).strip()
    assert words == words.strip()


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(["we", "they", "“said”", "go-go", "Émile", "and"]), min_size=3, max_size=12), st.data())
def test_the_original_range_comes_back_where_the_words_stand_once(parts, data):
    text = "  ".join([f"w{number}{part}" for number, part in enumerate(parts)])
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first, len(parts) - 1))
    starts = [text.index(f"w{number}{part}") for number, part in enumerate(parts)]
    end = starts[last] + len(f"w{last}{parts[last]}")
    found = find_evidence(text, varied(data.draw, text[starts[first] : end]))
    assert (found.start, found.end) == (starts[first], end)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(talk, talk)
def test_whatever_is_found_differs_in_nothing_but_what_is_tolerated(text, quote):
    found = find_evidence(text, quote)
    if found is not None:
        assert folded(text[found.start : found.end]).strip() == folded(quote).strip()
        assert 0 <= found.start < found.end <= len(text)
    else:
        assert not quote.strip() or folded(quote).strip() not in folded(text)


@pytest.mark.parametrize(
    "changed",
    [
        "the wages were bad",
        "The Wages are bad",
        "wages are  really bad",
        "wages bad",
        "wages are bad!",
        "wages are ... bad",
        "wagesare bad",
        "wages, are bad",
        "wáges are bad",
    ],
)
def test_a_changed_word_is_never_found(changed):
    assert find_evidence("Well, the wages are bad. Very bad.", changed) is None


def test_composed_and_decomposed_letters_are_not_the_same():
    assert find_evidence("caf\u00e9", "cafe\u0301") is None


def test_offsets_are_those_of_the_original_text():
    text = "So —\n\n  he said: “don’t  go”, twice."
    assert find_evidence(text, "- he said: 'don't go'") == Evidence(3, 28, "tolerant")
    assert text[3:28] == "—\n\n  he said: “don’t  go”"


def test_a_run_of_dashes_is_taken_whole():
    assert find_evidence("so it went -- and", "it went —") == Evidence(3, 13, "tolerant")
    assert find_evidence("so -- it went", "— it") == Evidence(3, 8, "tolerant")


def test_an_exact_place_goes_before_a_tolerant_one():
    text = "it's “here” and it's 'here'"
    assert find_evidence(text, "it's 'here'") == Evidence(16, 27, "exact")


def test_the_first_of_several_places_is_given():
    assert find_evidence("yes and yes", "yes") == Evidence(0, 3, "exact")
    assert find_evidence("well  then, well then", "well\tthen") == Evidence(0, 10, "tolerant")


def test_a_whole_word_goes_before_a_part_of_one():
    assert find_evidence("It was as I thought", "I") == Evidence(10, 11, "exact")
    assert find_evidence("Itself", "It") == Evidence(0, 2, "exact")


@pytest.mark.parametrize("quote", ["", "  \n"])
def test_nothing_is_found_nowhere(quote):
    assert find_evidence("some  text", quote) is None


def test_long_texts_take_no_long_time():
    text = "a" * 100_000
    assert find_evidence(text, "a" * 50_000).start == 0
    assert find_evidence("“ " * 50_000, "' x") is None
