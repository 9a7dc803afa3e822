"""Words in any language, and the pieces that evidence is chosen from."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.models.words import LONGEST_PIECE, brevity, features, pieces, same_word, says_something, words

texts = st.text(alphabet=st.one_of(st.sampled_from("ab c.,;!?\n\t“”—。、语言ไทय़\u0301"), st.characters()), max_size=600)


def surfaces(text):
    return [word.surface for word in words(text)]


def test_words_are_cut_by_unicode_and_keep_their_combining_marks():
    decomposed = unicodedata.normalize("NFD", "café naïve")
    assert surfaces(decomposed) == decomposed.split()
    assert surfaces("हिन्दी भाषा") == ["हिन्दी", "भाषा"]
    assert surfaces("“Yes,” she said—twice") == ["Yes", "she", "said", "twice"]


def test_the_same_word_in_another_form_has_the_same_features():
    assert features("CAFÉ") == features(unicodedata.normalize("NFD", "café"))
    assert features("STRASSE") == features("straße")


def test_short_words_count_less_but_pairs_of_characters_in_full():
    assert brevity("to") == brevity("I") == 0.3
    assert brevity("the") == 0.6
    assert brevity("hope") == brevity("孤独") == brevity("เห") == 1


def test_inflected_words_share_a_stem():
    assert set(features("confusing")) & set(features("confused"))
    assert not set(features("cat")) & set(features("car"))


@pytest.mark.parametrize(
    ("longer", "shorter"), [("我觉得很孤独", "孤独"), ("ฉันรู้สึกเหงา", "เหงา"), ("とても寂しい", "寂しい")]
)
def test_scripts_without_spaces_are_compared_by_pairs_of_characters(longer, shorter):
    of_longer = {feature for word in words(longer) for feature in features(word.surface)}
    of_shorter = {feature for word in words(shorter) for feature in features(word.surface)}
    assert of_shorter & of_longer


@settings(derandomize=True, deadline=None)
@given(texts)
def test_every_word_stands_where_it_says(text):
    for word in words(text):
        assert text[word.start : word.start + len(word.surface)] == word.surface
        assert features(word.surface)


@settings(derandomize=True, deadline=None)
@given(texts)
def test_pieces_hold_all_of_a_text_but_the_white_space_between_them(text):
    found = pieces(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[piece.start : piece.end] == text[piece.start : piece.end].strip() != "" for piece in found)
    assert "".join("".join(text[p.start : p.end] for p in found).split()) == "".join(text.split())


def test_sentences_are_pieces_and_long_ones_are_divided_at_clauses():
    text = "It was good. Really? " + "and then we went on for a long while, " * 8 + "until it ended."
    found = [text[piece.start : piece.end] for piece in pieces(text)]
    assert found[:2] == ["It was good.", "Really?"]
    assert found[2] == "and then we went on for a long while,"


def test_talk_without_any_mark_is_divided_at_words():
    text = "so we went on " * 200
    assert len(pieces(text)) > 5
    assert all(piece.end - piece.start <= LONGEST_PIECE + 10 for piece in pieces(text))
    assert all(text[piece.start - 1].isspace() for piece in pieces(text)[1:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trust", "Trust"), ("trust", "trusted"), ("nights", "night"), ("study", "studies"), ("making", "make"),
        ("worker", "workers"), ("arbeiten", "Arbeit"), ("mercados", "mercado"), ("confidence", "confident"),
        ("lakás", "lakások"), ("信頼", "信頼関係"),
    ],
)  # fmt: skip
def test_an_inflection_is_the_same_word(one: str, other: str) -> None:
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("community", "commute"), ("organ", "organise"), ("university", "universal"), ("car", "care"), ("new", "news"),
        ("nation", "native"), ("interest", "internal"), ("person", "personnel"), ("信", "信頼"),
    ],
)  # fmt: skip
def test_a_common_beginning_is_not(one: str, other: str) -> None:
    assert not same_word(one, other)
    assert not same_word(other, one)


def test_words_that_stand_in_any_text_say_nothing_by_themselves() -> None:
    assert not says_something("About")
    assert says_something("trust")
