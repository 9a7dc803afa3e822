"""What a model is made with: a place for its vectors, the threshold of the run that goes on, and who can be used."""

from __future__ import annotations

import dataclasses

import pytest

from suggest.engine import profiles
from suggest.engine.ahead import suggest_ahead
from suggest.engine.dry_run import dry_run
from suggest.errors import BadInput, SecondCoderError
from suggest.models.embedded import weights
from suggest.study import vectors
from suggest.study.erase import Erasure, erase
from suggest.study.study import Study
from suggest.study.vector_store import StudyVectors

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def makings(bench, monkeypatch):
    """What the profile "lexical" was made with, call by call."""
    found = []
    lexical = profiles.PROFILES["lexical"]

    def make(codes, examples, making):
        found.append(making)
        return lexical.make(codes, examples, making)

    patched = dataclasses.replace(lexical, make=make)
    monkeypatch.setattr(profiles, "PROFILES", {**profiles.PROFILES, "lexical": patched})
    return found


def test_what_was_put_is_found_under_its_key_by_the_next_call(bench):
    StudyVectors(bench.study).put({KEY: b"one", OTHER: b"two"}, {KEY: bench.id(1).partition(".")[0]})
    assert StudyVectors(bench.study).get([KEY, b"absent", KEY]) == {KEY: b"one"}
    assert vectors.get_vectors(bench.study, [KEY]) == {}


def test_a_study_that_is_only_read_gives_and_never_keeps(bench):
    StudyVectors(bench.study).put({KEY: b"one"}, {})
    with Study.open(bench.study.path) as reading:
        store = StudyVectors(reading)
        store.put({OTHER: b"two"}, {})
        assert store.get([KEY, OTHER]) == {KEY: b"one"}


def test_nothing_is_kept_once_words_were_withdrawn(bench):
    store = StudyVectors(bench.study)
    document = bench.id(1).partition(".")[0]
    erase(bench.study, Erasure(document, "segments", ((1, 1),)), bench.anna)
    store.put({KEY: b"one"}, {KEY: document})
    assert store.get([KEY]) == {}


def test_what_cannot_be_kept_fails_nobody(bench):
    store = StudyVectors(bench.study)
    with bench.study.reading():
        store.put({KEY: b"one"}, {})
    store.put({OTHER: b"two"}, {})
    assert store.get([KEY, OTHER]) == {OTHER: b"two"}
    bench.study.db.execute("DROP TABLE cache_vector")
    store.put({KEY: b"one"}, {})
    store.put({KEY: b"one"}, {})


def test_a_run_learns_its_threshold_once(bench, makings):
    first = bench.suggest("lexical", limit=2)
    bench.decide(1, "add", "trust")
    again = bench.suggest("lexical", limit=4)
    assert (first.began, again.began) == (True, False)
    assert [making.threshold for making in makings] == [None, 250_000]
    assert makings[1].parameters.items() >= {"threshold": 250_000, "neighbours": 0}.items()
    bench.suggest("lexical", redo=True)
    assert makings[-1].threshold is None


def test_a_new_run_may_look_at_some_segments_of_the_whole_study_and_one_that_goes_on_need_not(bench, makings):
    bench.suggest("lexical", limit=1)
    bench.suggest("lexical", documents=("PU",))
    assert [making.sample is None for making in makings] == [False, True]
    assert len(makings[0].sample()) == 8


def test_what_is_wrong_with_a_model_comes_to_light_before_a_run_begins(bench, monkeypatch):
    def broken():
        raise BadInput("is damaged.", file="model.safetensors")

    sound = profiles.PROFILES["lexical"]
    bench.suggest("lexical", limit=2)
    monkeypatch.setattr(profiles, "PROFILES", {"lexical": dataclasses.replace(sound, check=broken)})
    before = bench.log()
    for redo in (False, True):
        with pytest.raises(BadInput, match="is damaged"):
            bench.suggest("lexical", redo=redo)
    with pytest.raises(BadInput, match="is damaged"):
        suggest_ahead(bench.study, bench.anna, "lexical", [9])
    assert bench.log() == before
    assert bench.suggest("lexical", limit=2).resumed == 2  # where nothing is asked nothing can go wrong


def test_damaged_weights_are_told_before_a_run_begins(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("SECONDCODER_WEIGHTS", str(tmp_path))
    for name in weights.FILES:
        (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(BadInput, match="is not the file"):
        bench.suggest("embedded")
    assert bench.log("run_started") == []


def test_a_model_may_keep_vectors_while_it_is_made_and_while_it_is_asked(bench, monkeypatch):
    lexical = profiles.PROFILES["lexical"]

    def make(codes, examples, making):
        making.vectors.put({KEY: b"made"}, {})
        model = lexical.make(codes, examples, making)
        answer = model.answer

        def kept(task):
            making.vectors.put({OTHER: b"asked"}, {OTHER: task.segment.partition(".")[0]})
            return answer(task)

        model.answer = kept
        return model

    patched = dataclasses.replace(lexical, make=make)
    monkeypatch.setattr(profiles, "PROFILES", {"lexical": patched})
    assert bench.suggest("lexical").suggested + bench.suggest("lexical", redo=True).no_code == 8
    assert StudyVectors(bench.study).get([KEY, OTHER]) == {KEY: b"made", OTHER: b"asked"}
    assert bench.answered_once()
    with Study.open(bench.study.path) as reading:
        assert dry_run(reading, "lexical").segments == 8


def test_a_profile_that_cannot_be_used_says_why_and_is_not_taken(monkeypatch):
    lexical = profiles.PROFILES["lexical"]
    missing = profiles.Profile("embedded", "embedded", lexical.make, available=lambda: "Its weights are not there.")
    monkeypatch.setattr(profiles, "PROFILES", {"embedded": missing, "lexical": lexical})
    assert profiles.default_profile().name == "lexical"
    assert profiles.why_not_preferred() == "Its weights are not there."
    with pytest.raises(BadInput, match=r"Its weights are not there\. There are: lexical\."):
        profiles.find_profile("embedded")
    there = dataclasses.replace(missing, available=lambda: "")
    monkeypatch.setattr(profiles, "PROFILES", {"embedded": there, "lexical": lexical})
    assert profiles.default_profile().name == "embedded"
    assert profiles.find_profile("embedded") is there
    assert profiles.why_not_preferred() == ""


def test_a_run_that_cannot_begin_leaves_no_process_of_its_model(bench, monkeypatch):
    closed = []
    lexical = profiles.PROFILES["lexical"]

    def make(codes, examples, making):
        model = lexical.make(codes, examples, making)

        async def aclose():
            closed.append(model)

        model.aclose = aclose
        return model

    def fails(*arguments, **options):
        raise SecondCoderError("no room")

    monkeypatch.setattr(profiles, "PROFILES", {"lexical": dataclasses.replace(lexical, make=make)})
    monkeypatch.setattr("suggest.engine.runs.begin_run", fails)
    with pytest.raises(SecondCoderError, match="no room"):
        bench.suggest("lexical")
    assert len(closed) == 1
