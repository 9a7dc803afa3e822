"""The lexical suggester: ranking, what fits, evidence, rationale, learning."""

import asyncio
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.models.interface import Example, Price, Suggester, Task, offered_code
from suggest.models.lexical import DEFAULT_THRESHOLD, MOST_CANDIDATES, LexicalSuggester

TREE = (
    offered_code("stigma", "Stigma", definition="Shame, labels and prejudice about mental illness"),
    offered_code("hope", "Hope", definition="Looking forward; believing that recovery is possible"),
    offered_code("payment", "Payment", definition="Wages, contracts and money for peer workers"),
    offered_code("training", "Training", definition="Courses and supervision that prepare peer workers"),
    offered_code("trust", "Trust", definition="Confidence between people who share an experience"),
    offered_code("family", "Family", definition="Parents, partners and children"),
)
TALK = "Well, hmm. The wages are bad and the contracts end every year. But I like the people."


def answer(text, codes=TREE, examples=(), start=0, segment="s", **options):
    return LexicalSuggester(codes, examples, **options).answer(Task(segment, text, start))


def order(given):
    return [candidate.code for candidate in given.candidates]


def candidate(given, code):
    return next(one for one in given.candidates if one.code == code)


def test_the_code_whose_definition_shares_the_words_comes_first():
    assert order(answer(TALK))[0] == "payment"


def test_all_codes_of_a_small_tree_are_ranked_and_eight_of_a_large_one():
    assert sorted(order(answer(TALK))) == sorted(code.id for code in TREE)
    large = [offered_code(f"c{n}", f"Theme {n}") for n in range(100)]
    assert len(answer(TALK, large).candidates) == MOST_CANDIDATES >= 5


def test_no_code_fits_talk_that_shares_no_word_with_any():
    given = answer("Mhm. Mhm.")
    assert given.fitting == ()
    assert len(given.candidates) == len(TREE)
    assert all(one.evidence is None and one.evidence_state == "none" for one in given.candidates)


def test_what_fits_is_what_reaches_the_threshold_of_the_run():
    score = candidate(answer(TALK), "payment").confidence
    assert candidate(answer(TALK, threshold=score), "payment").fits
    assert not candidate(answer(TALK, threshold=score + 1), "payment").fits


SMALL = (
    offered_code("of", "Loss of the self", definition="The end of the one that I was"),
    offered_code("other", "Hope", definition="Looking forward"),
)


def test_short_words_alone_make_no_code_fit_in_a_small_tree():
    given = candidate(answer("one of the men, in the end of it", SMALL, threshold=1), "of")
    assert given.confidence > 1, "it is ranked all the same"
    assert not given.fits
    assert candidate(answer("a loss, one of the men", SMALL, threshold=1), "of").fits


def test_a_word_of_three_letters_makes_a_code_fit_that_is_called_by_it():
    codes = (offered_code("pay", "Pay and contract"), offered_code("x", "Hours", definition="a day of pay"), *SMALL)
    given = answer("the pay and so on", codes, threshold=1)
    assert candidate(given, "pay").fits
    assert not candidate(given, "x").fits
    assert not candidate(answer("the and so on", codes, threshold=1), "pay").fits


def test_words_that_stand_in_any_english_text_alone_make_no_code_fit():
    codes = (offered_code("a", "Theirs", definition="What they have from others"), *SMALL)
    assert not candidate(answer("they have what others have", codes, threshold=1), "a").fits


def test_words_that_more_than_half_of_the_wordings_hold_alone_make_no_code_fit():
    codes = [offered_code(f"c{n}", f"Thema {n}", definition=f"aber {'kohle' if n else 'eisen'}") for n in range(12)]
    assert not candidate(answer("thema aber", codes, threshold=1), "c1").fits
    assert candidate(answer("thema eisen", codes, threshold=1), "c0").fits
    assert candidate(answer("thema aber", codes[:11], threshold=1), "c1").fits, "too few to tell by"


def test_a_few_decisions_that_share_short_words_alone_make_no_code_fit():
    examples = [Example("e1", "one of the men in it", "other", "added")]
    alike = candidate(answer("two of the men in it", SMALL, examples, threshold=1), "other")
    assert alike.basis == ("e1",) and not alike.fits
    telling = [Example("e1", "one of the sailors in it", "other", "added")]
    assert candidate(answer("two of the sailors in it", SMALL, telling, threshold=1), "other").fits


def test_where_much_was_decided_how_often_words_are_said_is_known_from_that():
    examples = [Example(f"e{n:02}", f"one of the men in it, {n}", "other", "added") for n in range(30)]
    assert candidate(answer("two of the men in it", SMALL, examples, threshold=1), "other").fits


def test_the_threshold_stands_in_the_profile_and_in_the_task_hash():
    low, high = LexicalSuggester(TREE, threshold=100), LexicalSuggester(TREE, threshold=200)
    assert dict(low.profile.parameters) == {"threshold": 100}
    assert low.task_hash(Task("s", "x", 0)) != high.task_hash(Task("s", "x", 0))
    assert answer(TALK).task_hash == LexicalSuggester(TREE).task_hash(Task("s", TALK, 0))


def test_evidence_is_the_sentence_with_the_words_in_document_offsets():
    given = candidate(answer(TALK, start=1000), "payment")
    start, end = given.evidence
    assert TALK[start - 1000 : end - 1000] == "The wages are bad and the contracts end every year."
    assert given.evidence_state == "exact"


def test_the_rationale_names_words_as_the_code_writes_them():
    rationale = candidate(answer("WAGE talk: contract, contractual money"), "payment").rationale
    assert rationale.startswith("Shares ")
    assert "“contracts”" in rationale and "contractual" not in rationale


def test_words_from_a_codes_examples_count_but_are_not_named():
    code = offered_code("c", "Chance", examples=("my secretword neighbour",))
    given = candidate(answer("the secretword again", (code, *TREE)), "c")
    assert given.confidence > 0
    assert "secretword" not in given.rationale


def test_path_and_inclusion_rule_count():
    codes = (*TREE, offered_code("a", "One", path=("Volcano", "One")), offered_code("b", "Two", include="glacier"))
    assert order(answer("volcano", codes))[0] == "a"
    assert order(answer("glacier", codes))[0] == "b"


def test_an_applied_code_is_suggested_for_like_talk_with_its_basis():
    text = "my cousin rang the bell at midnight"
    examples = (Example("e1", "the cousin rang at midnight", "family", "added"),)
    before, after = answer(text), answer(text, examples=examples)
    assert order(after)[0] == "family"
    assert candidate(after, "family").confidence > candidate(before, "family").confidence
    assert candidate(after, "family").basis == ("e1",)
    assert "cousin" not in candidate(after, "family").rationale


def test_a_rationale_does_not_tell_how_many_codings_it_was_learned_from():
    text = "my cousin rang the bell at midnight"
    one = [Example("e1", "the cousin rang at midnight", "family", "added")]
    three = [*one, *(Example(f"f{n}", "the cousin rang at midnight", "family", "added") for n in range(2))]
    said = {candidate(answer(text, examples=examples), "family").rationale for examples in (one, three)}
    assert len(said) == 1


def test_a_rejected_code_sinks():
    examples = [Example("e1", "wages and contracts", "hope", "accepted")]
    rejected = [Example(f"r{n}", "the wages are bad, contracts", "payment", "rejected") for n in range(3)]
    plain, warned = answer(TALK, examples=examples), answer(TALK, examples=[*examples, *rejected])
    assert candidate(warned, "payment").confidence < candidate(plain, "payment").confidence
    assert candidate(warned, "payment").basis == ()


def test_a_segment_never_learns_from_its_own_decisions():
    def with_own(code, verdict):
        examples = [Example("e", "nothing alike", "hope", "added"), Example("s", TALK, code, verdict)]
        return answer(TALK, examples=examples).candidates

    assert with_own("stigma", "added") == with_own("payment", "rejected") == with_own("hope", "accepted")
    assert with_own("stigma", "added") != answer(TALK, examples=[Example("x", TALK, "stigma", "added")]).candidates


def test_coders_who_contradict_one_another_cancel_out():
    text = "my cousin rang the bell at midnight"
    examples = [Example("e", text, "stigma", "accepted"), Example("e", text, "stigma", "rejected")]
    assert candidate(answer(text, examples=examples), "stigma").confidence == 0
    assert candidate(answer(text, examples=examples[:1]), "stigma").confidence > 0


def test_without_a_common_word_the_code_applied_most_often_comes_first():
    examples = [Example(f"e{n}", f"zebra{n}", "trust", "added") for n in range(3)]
    assert order(answer("Mhm.", examples=examples))[0] == "trust"


def test_decisions_on_codes_not_on_offer_are_left_aside():
    assert answer(TALK, examples=[Example("e", TALK, "gone", "added")]).candidates == answer(TALK).candidates


def learnable(size):
    topics = {"trust": "lantern harbour", "family": "violin orchard", "hope": "copper saddle"}
    pick = random.Random(7)
    names = sorted(topics)
    return [
        Example(f"e{n:03}", f"{topics[names[n % 3]]} filler{pick.randrange(9)} noise{n}", names[n % 3], "accepted")
        for n in range(size)
    ]


def test_the_threshold_is_learned_where_there_is_enough_to_learn_from():
    few, enough = LexicalSuggester(TREE, learnable(29)), LexicalSuggester(TREE, learnable(90))
    assert dict(few.profile.parameters)["threshold"] == DEFAULT_THRESHOLD
    assert dict(enough.profile.parameters)["threshold"] != DEFAULT_THRESHOLD
    assert enough.answer(Task("new", "a violin in the orchard", 0)).fitting == ("family",)
    assert enough.answer(Task("new", "something else entirely", 0)).fitting == ()


def test_what_was_learned_is_part_of_the_identity():
    learned, untrained = LexicalSuggester(TREE, learnable(5)).profile, LexicalSuggester(TREE).profile
    assert untrained.identity == "lexical-2" and untrained.training == ""
    assert learned.identity == f"lexical-2+{learned.training[:16]}"
    assert untrained.host is None and untrained.price == Price(0, 0)


def test_like_talk_that_was_read_and_given_no_code_lowers_the_scores():
    text = "the violin and the cousin"
    examples = [Example("e1", text, "family", "added")]
    plain, warned = (
        answer(text, examples=[*examples, *(Example(f"n{n}", talk, "", "no_code") for n in range(3))])
        for talk in ("quite other talk", "the violin again")
    )
    assert candidate(warned, "family").confidence < candidate(plain, "family").confidence
    assert candidate(warned, "family").basis == ("e1",)


def test_a_coder_who_gave_no_code_cancels_one_who_gave_some():
    text = "the violin at midnight"
    examples = [Example("e", text, "trust", "accepted"), Example("e", text, "", "no_code")]
    assert candidate(answer(text, examples=examples), "trust").confidence == 0


def test_no_code_that_says_nothing_of_a_code_on_offer_is_left_aside():
    examples = [Example("e1", "the violin", "family", "added"), Example("e2", "the violin", "", "no_code", ("hope",))]
    expected = answer("the violin", examples=examples[:1])
    assert answer("the violin", examples=examples).candidates == expected.candidates
    without_hope = [code for code in TREE if code.id != "hope"]
    changed = answer("the violin", without_hope, examples)
    assert changed.candidates != answer("the violin", without_hope, examples[:1]).candidates


def test_the_threshold_that_is_learned_rises_where_like_talk_had_no_code():
    none = [Example(f"n{n}", f"the violin sounds {n}", "", "no_code") for n in range(60)]

    def threshold(examples):
        return dict(LexicalSuggester(TREE, examples).profile.parameters)["threshold"]

    assert threshold([*learnable(40), *none]) > threshold(learnable(40))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_codes_and_examples_changes_nothing(pick):
    codes, examples = list(TREE), learnable(40)
    expected = answer(TALK + " violin", codes, examples)
    pick.shuffle(codes)
    pick.shuffle(examples)
    assert answer(TALK + " violin", codes, examples) == expected


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=300), st.integers(0, 10**6))
def test_any_text_gets_a_well_formed_answer(text, start):
    codes = (*TREE, offered_code("odd", text[:40], definition=text[40:80]))
    given = answer(text, codes, [Example("e", text, "hope", "accepted")], start)
    assert len(set(order(given))) == len(given.candidates) == len(codes)
    confidences = [one.confidence for one in given.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1_000_000 for confidence in confidences)
    for one in given.candidates:
        if one.evidence is not None:
            first, last = one.evidence
            assert start <= first < last <= start + len(text)


def test_one_code_without_a_definition_and_no_text_at_all():
    lone = offered_code("c", "Hope")
    assert order(answer("", (lone,))) == ["c"]
    assert answer("", (lone,)).fitting == ()
    assert candidate(answer("There is hope", (lone,)), "c").evidence == (0, 13)


def test_a_tree_without_codes_gets_an_empty_answer():
    assert answer(TALK, ()).candidates == ()


def test_a_very_long_segment_still_gets_one_sentence_as_evidence():
    text = "nothing to see here. " * 4700 + "The wages are bad. " + "and so on. " * 100
    start, end = candidate(answer(text), "payment").evidence
    assert text[start:end] == "The wages are bad."


def test_scripts_without_spaces_find_their_code():
    codes = (offered_code("a", "孤独", definition="感到孤独和寂寞"), offered_code("b", "工作", definition="工资与合同"))
    given = answer("今天很好。我觉得非常孤独。", codes)
    assert order(given)[0] == "a"
    assert candidate(given, "a").evidence == (5, 13)


def test_two_codes_of_one_id_are_refused():
    with pytest.raises(ValueError, match="same id"):
        LexicalSuggester((TREE[0], replace(TREE[1], id=TREE[0].id)))


def test_a_threshold_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="millionths"):
        LexicalSuggester(TREE, threshold=1_000_001)


def test_tasks_are_answered_in_order_and_pulled_one_at_a_time():
    suggester: Suggester = LexicalSuggester(TREE)
    pulled = []

    async def tasks():
        for number in range(20):
            pulled.append(number)
            yield Task(f"s{number}", TALK, 0, sample=1)

    async def run():
        seen = []
        async for one in suggester.suggest(tasks()):
            seen.append(one.segment)
            assert one.sample == 1
            assert len(pulled) == len(seen)
        await suggester.aclose()
        return seen

    assert asyncio.run(run()) == [f"s{number}" for number in range(20)]
