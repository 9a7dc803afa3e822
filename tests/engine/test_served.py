"""What an endpoint said is kept with the answer: what it calls its model, and also an answer that could not be used."""

from __future__ import annotations

import json
from typing import Any

from endpoint_server import completion, served
from kept import keep, quick

from suggest.study.documents import find_document
from suggest.study.erase import erase
from suggest.study.rebuild import rebuild
from suggest.study.run_facts import served_by
from suggest.study.runs import runs as read_runs
from suggest.study.verify import verify
from suggest.study.withdrawal import erasures

__all__ = ["quick"]
HEARD = "the model repeats that I was afraid of it"


def raws(bench: Any) -> list[str | None]:
    return [bench.study.contents.body(entry.payload["raw"]) for entry in bench.log("suggestion_failed")]


def test_what_the_endpoint_calls_itself_and_how_long_it_took_is_kept_with_each_answer(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar", limit=3)
    (run,) = read_runs(bench.study)
    assert served_by(bench.study, run.id) == {("served", "fp"): 3}
    told = bench.study.contents.body(bench.log("suggested")[0].payload["served"])
    assert 0 <= int(told.splitlines()[2]) < 60_000


def test_what_an_endpoint_calls_itself_is_one_short_line(bench: Any) -> None:
    with served(completion(model="a\nb\x00\ud800" + "c" * 1000)) as server:
        keep(bench, server.url)
        bench.suggest("bar", limit=1)
    (((model, _), _),) = served_by(bench.study, read_runs(bench.study)[0].id).items()
    assert model.startswith("a b")
    assert len(model) <= 100


def test_an_answer_that_could_not_be_used_is_kept_with_its_failure(bench: Any) -> None:
    with served(completion(HEARD)) as server:
        keep(bench, server.url)
        report = bench.suggest("bar", limit=2)
    assert (report.failed, raws(bench)) == ({"invalid_answer": 2}, [HEARD, HEARD])
    assert HEARD not in json.dumps([entry.payload for entry in bench.log()])
    assert verify(bench.study).ok


def test_it_goes_with_the_words_that_it_may_repeat_also_where_they_stood_around_and_it_was_answered_since(
    bench: Any,
) -> None:
    with served(lambda n, body: completion(HEARD) if n < 16 else completion()) as server:
        keep(bench, server.url, concurrency=1)
        bench.suggest("bar")
        bench.suggest("bar")
    assert raws(bench) == [HEARD] * 8
    for what in erasures(bench.study, "BU", "R2", (), "withdrawn"):
        erase(bench.study, what, bench.anna)
    bu = find_document(bench.study, "BU").id
    there = [(entry.payload["segment"].startswith(bu), raw) for entry, raw in zip(bench.log("suggestion_failed"),
             raws(bench), strict=True)]  # fmt: skip
    assert [raw for inside, raw in there if inside] == [None] * 4
    assert [raw for inside, raw in there if not inside] == [HEARD] * 4
    assert verify(bench.study).ok
    before = bench.study.db.execute("SELECT * FROM model_words ORDER BY content").fetchall()
    with bench.study.write(bench.anna):
        rebuild(bench.study.db, bench.study.contents)
    assert bench.study.db.execute("SELECT * FROM model_words ORDER BY content").fetchall() == before


def test_a_model_that_calls_itself_something_else_is_told_once_with_the_run_and_kept_with_each_answer(
    bench: Any,
) -> None:
    with served(completion(model="another")) as server:
        keep(bench, server.url)
        report = bench.suggest("bar")
    assert (report.no_code, report.answered_as) == (8, ("another",))
    assert served_by(bench.study, report.run) == {("another", "fp"): 8}
    with served(completion(model="m-2026-11-20")) as server:
        keep(bench, server.url, name="foo")
        assert bench.suggest("foo").answered_as == (), "a version of it"
