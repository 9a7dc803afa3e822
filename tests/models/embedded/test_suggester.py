"""The embedded model as the engine meets it: ranked candidates, what fits, evidence, what an answer owes to what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from bag_encoder import BagEncoder

from suggest.models.embedded.parts import MOST_PARTS, parts
from suggest.models.embedded.reading import Texts
from suggest.models.embedded.suggester import BATCH, EmbeddedSuggester
from suggest.models.interface import Answer, Candidate, Example, Outcome, Task, Turn, Verdict, offered_code

TRUST = offered_code("c1", "Trust", path=("Relation", "Trust"), definition="Trust and confidence between people")
MONEY = offered_code("c2", "Money", path=("Life", "Money"), definition="Income, wages, rent and what things cost")
SLEEP = offered_code("c3", "Sleep", path=("Life", "Sleep"), definition="Nights, rest and being tired")
CODES = (TRUST, MONEY, SLEEP)


def task(text: str, segment: str = "s1", *, start: int = 0) -> Task:
    return Task(segment, text, start, document="d")


def example(segment: str, text: str, code: str, verdict: Verdict = "accepted") -> Example:
    return Example(segment, text, code, verdict, document=segment[0])


def model(examples: Iterable[Example] = (), threshold: int | None = None, **options: object) -> EmbeddedSuggester:
    """`threshold` is frozen for all segments, as a run freezes it."""
    if threshold is not None:
        options["parameters"] = {
            f"{of}{key}": value
            for of in ("", "first_", "second_")
            for key, value in (("threshold", threshold), ("reading", "around"))
        }
    return EmbeddedSuggester(CODES, examples, BagEncoder(), **options)  # type: ignore[arg-type]


def answer(suggester: EmbeddedSuggester, asked: Task) -> Answer:
    return suggester.answers([asked])[0]


def candidate(given: Answer, code: str) -> Candidate:
    return next(item for item in given.candidates if item.code == code)


LESSONS = (
    example("a1", "the buses never come on time", "c2"),
    example("a2", "I lie awake and listen", "c3"),
    example("b1", "buses are late again", "c2"),
    example("b2", "nothing to say here", "", "no_code"),
)


def test_codes_are_told_by_their_wording_before_anything_was_decided() -> None:
    given = answer(model(), task("I have confidence in these people, trust is all"))
    assert given.candidates[0].code == "c1"
    assert given.candidates[0].fits
    assert "“trust" in given.candidates[0].rationale.casefold()
    assert len(given.candidates) == len(CODES)


def test_no_code_fits_what_has_nothing_in_common_with_any() -> None:
    given = answer(model(), task("zzz qqq"))
    assert given.fitting == ()
    assert len(given.candidates) == len(CODES)


def test_one_decision_teaches_what_the_wording_does_not_say() -> None:
    asked = task("the buses were late", "x9")
    before = candidate(answer(model(), asked), "c2").confidence or 0
    after = answer(model(LESSONS[:1]), asked)
    assert after.candidates[0].code == "c2"
    assert (after.candidates[0].confidence or 0) > before + 100_000
    assert after.candidates[0].basis == ("a1",)


def test_what_was_coded_often_does_not_drown_a_code_that_is_yet_to_come() -> None:
    said = ("wages fell", "the rent went up", "what things cost", "my income was cut", "we cannot pay the rent now")
    lessons = [
        example(f"a{number}", f"{text}, I mean, you know, {number}", "c2") for number, text in enumerate(said * 6)
    ]
    asked = task("there was confidence, I mean, you know, between us", "x9")
    assert answer(model(), asked).candidates[0].code == "c1"
    assert answer(model(lessons), asked).candidates[0].code == "c1"


def test_a_refusal_speaks_against_its_code() -> None:
    asked = task("the buses were late", "x9")
    silent = candidate(answer(model([example("a1", LESSONS[0].text, "c3")]), asked), "c2")
    refused = [example("a1", LESSONS[0].text, "c3"), example("a1", LESSONS[0].text, "c2", "rejected")]
    assert (candidate(answer(model(refused), asked), "c2").confidence or 0) < (silent.confidence or 0)


def test_a_segment_learns_nothing_from_its_own_decisions() -> None:
    asked = task(LESSONS[0].text, "a1")
    own = model(LESSONS, threshold=100_000)
    other = model([replace(LESSONS[0], code="c3"), *LESSONS[1:]], threshold=100_000)
    said = [
        [
            (item.code, item.confidence, item.basis, item.evidence, item.rationale)
            for item in answer(one, asked).candidates
        ]
        for one in (own, other)
    ]
    assert said[0] == said[1]
    assert all("a1" not in item.basis for item in answer(own, asked).candidates)
    elsewhere = answer(own, task(LESSONS[0].text, "x9"))
    assert "a1" in candidate(elsewhere, "c2").basis


def test_examples_in_any_order_teach_the_same() -> None:
    asked = task("late buses and tired people")
    assert answer(model(LESSONS), asked) == answer(model(reversed(LESSONS)), asked)


def test_the_best_sentence_is_the_evidence() -> None:
    text = "We talked for a while. There was trust between the people. Then it rained."
    found = candidate(answer(model(), task(text, start=100)), "c1").evidence
    assert found is not None
    assert text[found[0] - 100 : found[1] - 100] == "There was trust between the people."


def test_a_short_answer_takes_its_evidence_from_the_exchange() -> None:
    question = "Is there trust and confidence between people here?"
    short = Task("s1", "Trust, yes.", len(question) + 1, before=(Turn("s0", "M", question, "prompt", 0),), document="d")
    assert candidate(answer(model(), short), "c1").evidence == (0, len(question) + 1 + len(short.text))
    alone = replace(short, before=())
    assert candidate(answer(model(), alone), "c1").evidence == (short.start, short.start + len(short.text))
    unplaced = replace(short, before=(replace(short.before[0], start=None),))
    assert candidate(answer(model(), unplaced), "c1").evidence == (short.start, short.start + len(short.text))
    told = replace(short, text=f"{short.text} But that is only what I think of it now, mind you.")
    found = candidate(answer(model(), told), "c1").evidence
    assert found is not None
    assert found[0] >= short.start


def test_silence_has_no_evidence() -> None:
    assert all(item.evidence is None for item in answer(model(), task("…")).candidates)


def test_the_rationale_quotes_the_wording_only() -> None:
    given = answer(model(LESSONS), task("buses, wages and a secretword"))
    assert all("secret" not in item.rationale and "buses" not in item.rationale for item in given.candidates)
    assert all(not any(digit in item.rationale for digit in "0123456789") for item in given.candidates)


def test_the_rationale_names_words_that_both_say_and_says_of_a_weak_candidate_that_it_is_weak() -> None:
    commuting = offered_code("c4", "Commuting", definition="Trains and buses that people ride between two towns")
    suggester = EmbeddedSuggester([*CODES, commuting], (), BagEncoder())
    given = answer(suggester, task("Our community has confidence in people, and buses come between noon and one"))
    named = {item.code: item.rationale for item in given.candidates}
    assert "“buses”" in named["c4"]
    assert all(word not in named["c4"] for word in ("Commuting", "between", "people"))
    for item in given.candidates:
        assert item.fits == item.rationale.startswith(("Close to", "Like"))
        assert item.fits or "not enough" in item.rationale or "little in common" in item.rationale


def test_the_identity_names_what_was_learned() -> None:
    plain, taught = model(), model(LESSONS)
    assert plain.profile.training == ""
    assert plain.profile.identity != taught.profile.identity
    assert plain.task_hash(task("x")) != taught.task_hash(task("x"))
    assert dict(plain.profile.parameters) == {"threshold": 80_000, "reading": "around"}
    halves = {f"{half}_{key}" for half in ("first", "second") for key in ("threshold", "reading")}
    assert dict(taught.profile.parameters).keys() == {"threshold", "reading", *halves}


def test_made_again_with_the_parameters_of_its_run_it_learns_none_anew_and_reads_nothing_before_it_is_asked() -> None:
    first, encoder = model(LESSONS), BagEncoder()
    parameters = {**dict(first.profile.parameters), "threshold": 123_456, "reading": "around+place+common"}
    again = EmbeddedSuggester(CODES, LESSONS, encoder, parameters=parameters)
    assert dict(again.profile.parameters) == parameters
    assert encoder.read == []
    again.prepare()
    assert encoder.read
    assert again.answers([task("buses", "x9")])[0].candidates
    assert dict(model(LESSONS, parameters={"threshold": 5}).profile.parameters) == dict(first.profile.parameters)


def test_what_fits_before_anything_is_decided_follows_the_sample() -> None:
    near = [task(f"trust and confidence between people, income, rent and nights {n}", f"n{n}") for n in range(40)]
    high = model(sample=lambda: near)
    assert dict(high.profile.parameters)["threshold"] > dict(model().profile.parameters)["threshold"]
    fitting = [len(given.fitting) for given in high.answers(near)]
    assert sum(fitting) <= len(near) * len(CODES) / 5
    assert sum(len(given.fitting) for given in model().answers(near)) == len(near) * len(CODES)
    assert model(sample=lambda: near).profile == high.profile


def test_place_and_neighbours_are_part_of_the_question() -> None:
    one = task("x")
    assert model().task_hash(one) != model().task_hash(replace(one, place=5))
    assert model().task_hash(one) != model().task_hash(replace(one, after=(Turn("s2", None, "y", "data"),)))


def test_a_segment_of_very_many_sentences_is_read_in_bounded_parts_and_its_evidence_is_in_it() -> None:
    text = " ".join(f"Nothing is said of it in sentence {number}." for number in range(2_000))
    whole = f"{text} There was trust and confidence between the people. {text}"
    suggester = model()
    found = candidate(answer(suggester, task(whole, start=10)), "c1").evidence
    assert found is not None
    assert "trust and confidence" in whole[found[0] - 10 : found[1] - 10]
    assert found[1] - found[0] < len(whole) / 100
    assert len(parts(whole)) <= MOST_PARTS


def test_many_long_texts_are_answered_as_each_by_itself() -> None:
    asked = [task(" ".join(f"Sentence {n} of rent {m}." for n in range(200)), f"s{m}") for m in range(4)]
    together = model().answers(asked)
    assert [given.candidates for given in together] == [answer(model(), one).candidates for one in asked]


def test_the_texts_at_hand_are_bounded_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggest.models.embedded.reading.AT_HAND", 10_000)
    texts = Texts(BagEncoder(), None)
    for number in range(50):
        texts.keep(texts.encoded([f"text {number}"]), {})
        texts.trim()
    assert "text 49" not in texts.wanting(["text 49"])
    assert len(texts.wanting(f"text {number}" for number in range(50))) > 20


@pytest.mark.parametrize("threshold", [-1, 1_000_001])
def test_a_threshold_out_of_range_is_refused(threshold: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        model(threshold=threshold)


def test_two_codes_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        EmbeddedSuggester([TRUST, TRUST], (), BagEncoder())


def test_the_threshold_given_is_the_threshold_used() -> None:
    asked = task("trust between people")
    low, high = model(threshold=10_000), model(threshold=999_999)
    assert answer(low, asked).candidates[0].fits
    assert not answer(high, asked).candidates[0].fits
    assert (
        (answer(low, asked).candidates[0].confidence or 0)
        > 500_000
        > (answer(high, asked).candidates[0].confidence or 0)
    )


def test_suggest_answers_every_task_in_order() -> None:
    tasks = [task(f"trust number {number}", f"s{number}") for number in range(BATCH + 3)]

    async def source() -> AsyncIterator[Task]:
        for item in tasks:
            yield item

    async def outcomes(suggester: EmbeddedSuggester) -> list[Outcome]:
        found = [outcome async for outcome in suggester.suggest(source())]
        await suggester.aclose()
        await suggester.aclose()
        return found

    encoder = BagEncoder()
    suggester = EmbeddedSuggester(CODES, (), encoder)
    found = asyncio.run(outcomes(suggester))
    assert [outcome.segment for outcome in found] == [item.segment for item in tasks]
    assert found[0] == answer(model(), tasks[0])
    assert encoder.closed


class Store:
    """A vector store in memory."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.documents: dict[bytes, str | None] = {}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, items: Mapping[bytes, bytes], documents: Mapping[bytes, str | None]) -> None:
        self.kept.update(items)
        self.documents.update(documents)


def test_what_was_kept_is_not_encoded_again_and_gives_the_same_answer() -> None:
    store, first, second = Store(), BagEncoder(), BagEncoder()
    asked = task("Trust came late. The buses were late, too.", "x9")
    fresh = EmbeddedSuggester(CODES, LESSONS, first, vectors=store).answers([asked])
    kept = EmbeddedSuggester(CODES, LESSONS, second, vectors=store).answers([asked])
    assert first.read
    assert second.read == []
    assert fresh == kept == EmbeddedSuggester(CODES, LESSONS, BagEncoder()).answers([asked])
    assert set(store.documents.values()) == {None, "a", "b", "d"}


def test_what_is_kept_in_another_shape_is_read_again() -> None:
    store = Store()
    texts = Texts(BagEncoder(), store)
    texts.keep(texts.encoded(["One. Two."]), {})
    (key,) = store.kept
    store.kept[key] = store.kept[key][:-1]
    assert Texts(BagEncoder(), store).wanting(["One. Two."]) == ["One. Two."]


def test_progress_tells_what_is_read_before_the_first_answer() -> None:
    heard: list[tuple[int, int]] = []
    model(LESSONS, progress=lambda done, total: heard.append((done, total)))
    assert heard
    assert heard[-1][0] == heard[-1][1] > len(LESSONS)
