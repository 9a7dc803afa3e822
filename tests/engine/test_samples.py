"""Several answers to each question: their agreement is the confidence, and each of them is paid for once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import Served, completion, error, served
from kept import keep, once_asked, quick, told

from suggest.engine.batching import read_batch, write_batch
from suggest.engine.dry_run import dry_run
from suggest.engine.runs import RunReport, suggest
from suggest.engine.tasks import Selection
from suggest.errors import BadInput
from suggest.models.chat.budget import Ceiling
from suggest.study.correcting import correct
from suggest.study.documents import list_documents
from suggest.study.erase import erase
from suggest.study.eraser import Erasure
from suggest.study.runs import runs
from suggest.study.study import Study
from suggest.study.suggestion_sets import current_sets
from suggest.study.verify import verify

__all__ = ["quick"]
NUMBERS = (1, 2, 3, 4, 6, 7, 8, 9)


def says(*codes: str) -> str:
    named = [{"code": code, "evidence": "", "rationale": "", "confidence": 0.9} for code in codes]
    return json.dumps({"suggestions": named})


def ask(bench: Any, samples: int, *, redo: bool = False, ceiling: Ceiling | None = None, **given: Any) -> RunReport:
    return suggest(
        bench.study, bench.anna, "bar", Selection(**given), redo=redo, samples=samples, ceiling=ceiling or Ceiling()
    )


def in_turn(bench: Any, *answers: tuple[str, ...]) -> Any:
    """A server's script: the n-th answer to each question is the n-th of these, by the names of codes."""
    seen: Counter[str] = Counter()

    def script(number: int, body: dict[str, Any]) -> Served:
        asked = told(body)
        seen[asked] += 1
        return completion(says(*(bench.codes[name] for name in answers[(seen[asked] - 1) % len(answers)])))

    return script


def test_how_many_of_the_samples_named_a_code_is_its_confidence_and_more_than_half_fit(bench: Any) -> None:
    with served(in_turn(bench, ("trust",), ("fear", "trust"), ("trust",))) as server:
        keep(bench, server.url)
        report = ask(bench, 3)
        assert (report.suggested, server.asked) == (8, 24)
    for number in NUMBERS:
        (found,) = current_sets(bench.study, number)
        assert [(one.code, one.votes, one.fits) for one in found.candidates] == [
            (bench.codes["trust"], (3, 3), True),
            (bench.codes["fear"], (1, 3), False),
        ]
        assert [(one.confidence, one.method) for one in found.candidates] == [(1_000_000, "agreement"),
                                                                              (333_333, "agreement")]  # fmt: skip
    assert verify(bench.study).ok


def test_samples_that_name_no_code_count_against_every_code(bench: Any) -> None:
    with served(in_turn(bench, (), (), ("trust",), ())) as server:
        keep(bench, server.url)
        assert (ask(bench, 4).no_code) == 8
    (found,) = current_sets(bench.study, 1)
    assert [(one.votes, one.fits) for one in found.candidates] == [((1, 4), False)]


def test_half_of_the_samples_are_not_enough(bench: Any) -> None:
    with served(in_turn(bench, ("trust",), ())) as server:
        keep(bench, server.url)
        assert ask(bench, 2).no_code == 8


def test_what_was_sampled_before_a_failure_is_not_paid_for_again(bench: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return error(422) if number == 2 else completion()

    with served(script) as server:
        keep(bench, server.url, concurrency=1)
        first = ask(bench, 4, limit=1)
        assert (first.failed, server.asked) == ({"transport": 1}, 3)
        assert first.details["transport"].startswith("sample 3 of 4: ")
        again = ask(bench, 4, limit=1)
        assert (again.no_code, again.began, server.asked) == (1, False, 5)
    assert bench.answered_once()


def test_a_run_that_died_between_two_samples_goes_on_with_the_next(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from suggest.engine.keeping import Keeper

    kept = Keeper.keep_samples
    died: list[int] = []

    def dies(self: Keeper, some: Any) -> None:
        kept(self, some)
        died.append(1)
        if len(died) == 5:
            raise KeyboardInterrupt

    with served(completion()) as server:
        keep(bench, server.url, concurrency=1)
        monkeypatch.setattr(Keeper, "keep_samples", dies)
        with pytest.raises(KeyboardInterrupt):
            ask(bench, 3)
        monkeypatch.setattr(Keeper, "keep_samples", kept)
        before = len(bench.log("sampled"))
        report = ask(bench, 3)
        assert server.asked <= 25, "but for a call that was under way when it died"
    assert (before, report.no_code + report.resumed) == (5, 8)
    assert len(bench.log("sampled")) == 24


def test_more_samples_go_on_from_those_that_there_are(bench: Any) -> None:
    with served(in_turn(bench, ("trust",), ("fear",))) as server:
        keep(bench, server.url)
        ask(bench, 2)
        more = ask(bench, 5)
        assert (more.began, more.remark) == (True, "Run 1 asked each question 2 times, not 5: a new run begins "
                                            "(--samples 2 goes on with it).")  # fmt: skip
        assert server.asked == 8 * 5
    assert {one.votes[1] for one in current_sets(bench.study, 1)[0].candidates if one.votes} == {5}


def test_redo_asks_all_samples_anew(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        ask(bench, 2)
        ask(bench, 2, redo=True)
        assert server.asked == 32


def test_each_sample_has_a_seed_of_its_own(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, seed=7, temperature=700)
        ask(bench, 3, limit=1)
        assert sorted(body["seed"] for body in server.bodies) == [7, 8, 9]


def test_a_dry_run_counts_every_sample_but_those_on_record(bench: Any) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return error(422) if number == 2 else completion()

    with served(script) as server:
        keep(bench, server.url, concurrency=1)
        assert dry_run(bench.study, "bar", samples=4).calls == 32
        once, four = (dry_run(bench.study, "bar", samples=samples).tokens[0] for samples in (1, 4))
        assert four == 4 * once
        ask(bench, 4, limit=1)
        planned = dry_run(bench.study, "bar", Selection(limit=1), samples=4)
        assert (planned.segments, planned.calls, server.asked) == (1, 2, 3)


def test_a_ceiling_holds_for_samples_too(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, concurrency=1)
        report = ask(bench, 50, ceiling=Ceiling(tokens=20_000))
        assert report.ended == "ceiling"
        spent = report.tokens[0] + report.tokens[1]
        assert spent == 105 * server.asked <= 20_000


def test_the_tokens_of_a_run_are_those_of_all_its_samples_once(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        report = ask(bench, 3)
        assert report.tokens == runs(bench.study)[-1].tokens == (2400, 120)
        assert server.asked == 24


def test_a_model_that_always_answers_alike_is_not_sampled(bench: Any) -> None:
    with pytest.raises(BadInput, match="always alike"):
        suggest(bench.study, bench.anna, "lexical", samples=3)


def test_request_files_hold_a_question_for_each_sample_and_come_home_in_parts(bench: Any, tmp_path: Path) -> None:
    keep(bench, "http://127.0.0.1:9/v1", seed=1)
    out = tmp_path / "q.jsonl"
    written = write_batch(bench.study, bench.anna, "bar", out, samples=3)
    assert (written.requests, written.segments) == (24, 8)
    questions = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({one["custom_id"] for one in questions}) == 24
    trust = json.loads(completion(says(bench.codes["trust"])).body)
    lines = [json.dumps({"custom_id": one["custom_id"], "response": {"status_code": 200, "body": trust}, "error": None})
             for one in questions]  # fmt: skip
    parts = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    parts[0].write_text("\n".join(lines[:10]))
    parts[1].write_text("\n".join(lines))
    first = read_batch(bench.study, bench.anna, "bar", parts[:1])
    assert (first.report.suggested, first.report.left, first.belong) == (3, 5, 10)
    second = read_batch(bench.study, bench.anna, "bar", parts[1:])
    assert (second.report.suggested, second.report.resumed, second.report.left) == (5, 3, 0)
    assert len(bench.log("sampled")) == 24
    assert runs(bench.study)[-1].tokens == (2400, 120)
    assert current_sets(bench.study, 9)[0].candidates[0].votes == (3, 3)
    assert bench.answered_once()


def test_what_is_erased_takes_its_samples_along(bench: Any) -> None:
    with served(in_turn(bench, ("trust",))) as server:
        keep(bench, server.url)
        ask(bench, 2)
    raws = [entry.payload["raw"] for entry in bench.log("sampled") if entry.payload["segment"] == bench.id(2)]
    assert len(raws) == 2
    ordinal = int(bench.id(2).partition(".")[2])
    erase(bench.study, Erasure(bench.id(2).partition(".")[0], "segments", ((ordinal, ordinal),)), bench.anna)
    assert [bench.study.contents.body(raw) for raw in raws] == [None, None]
    assert verify(bench.study).ok


def test_a_sample_of_words_that_were_corrected_meanwhile_is_not_kept(bench: Any) -> None:
    def change(study: Study) -> None:
        document = next(one for one in list_documents(study) if one.label == "BU")
        correct(study, bench.anna, document, edits=[(0, 0, "well, ")])

    with served(once_asked(bench, change)) as server:
        keep(bench, server.url, concurrency=1)
        report = ask(bench, 2)
    kept = {entry.payload["segment"].partition(".")[0] for entry in bench.log("sampled")}
    assert kept == {bench.id(6).partition(".")[0]}
    assert (report.no_code, report.left) == (4, 4)
