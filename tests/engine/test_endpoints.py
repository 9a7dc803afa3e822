"""A run of a chat model behind an endpoint: kept as a profile, allowed or refused, recorded, priced and resumed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from endpoint_server import NO_CODE, Served, completion, error, served
from kept import away, keep, quick, told

from suggest.engine import dry_run, runs
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint, kept_endpoints
from suggest.engine.tasks import Selection
from suggest.errors import BadInput, Refused, SecondCoderError
from suggest.models.chat.budget import Ceiling
from suggest.models.chat.endpoint import Endpoint
from suggest.study.documents import find_document, set_consent
from suggest.study.hosts import allow_host, hosts, hosts_that_had, is_allowed, revoke_host
from suggest.study.kept_profiles import keep_profile
from suggest.study.runs import runs as read_runs
from suggest.study.verify import verify

__all__ = ["quick"]


def most_of(body: dict[str, Any]) -> int:
    """The most tokens that the prompt of a request could be."""
    return sum(len(message["content"].encode()) + 8 for message in body["messages"]) + 8


def test_a_profile_is_kept_in_the_study_and_suggests(bench: Any) -> None:
    code = bench.codes["fear"]
    good = json.dumps(
        {"suggestions": [{"code": code, "evidence": "was", "rationale": "It is said.", "confidence": 0.9}]}
    )

    def script(number: int, body: dict[str, Any]) -> Served:
        return completion(good if "I was afraid" in body["messages"][1]["content"].rpartition("segment to code")[2]
                          else NO_CODE)  # fmt: skip

    with served(script) as server:
        keep(bench, server.url)
        report = bench.suggest("bar")
    assert (report.segments, report.suggested, report.no_code, report.failed) == (8, 1, 7, {})
    assert (report.tokens, report.token_method, report.cost) == ((800, 40), "reported", 840)
    (run,) = read_runs(bench.study)
    assert (run.profile, run.identity.split("@")[0]) == ("bar", "chat-1-m")
    assert verify(bench.study).ok


def test_what_was_answered_is_not_asked_again_and_what_failed_is(bench: Any) -> None:
    faulty = [True]

    def script(number: int, body: dict[str, Any]) -> Served:
        return (
            error(422) if faulty[0] and "nobody came" in told(body).rpartition("segment to code")[2] else completion()
        )

    with served(script) as server:
        keep(bench, server.url)
        first = bench.suggest("bar")
        asked, faulty[0] = server.asked, False
        second = bench.suggest("bar")
        assert (first.failed, second.resumed, server.asked) == ({"transport": 1}, 7, asked + 1)
        assert second.no_code == 1


def test_text_leaves_only_for_a_host_that_the_study_allows(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch)
    with served(completion()) as server:
        keep(bench, server.url)
        host = kept_endpoints(bench.study)["bar"].endpoint.host
        with pytest.raises(Refused, match=r"The words of 8 segments, with 3 turns .* would have been sent there"):
            bench.suggest("bar")
        assert (server.asked, read_runs(bench.study)) == (0, [])
        allow_host(bench.study, bench.anna, host)
        assert bench.suggest("bar").no_code == 8
        revoke_host(bench.study, bench.anna, host)
        with pytest.raises(Refused):
            bench.suggest("bar", redo=True)
        assert server.asked == 8


def test_every_request_is_on_record_with_all_whose_words_it_held(bench: Any) -> None:
    with served(completion("not json"), completion()) as server:
        keep(bench, server.url, concurrency=1)
        bench.suggest("bar", limit=1)
        characters = sum(len(message["content"]) for body in server.bodies for message in body["messages"])
    (host,) = hosts(bench.study)
    assert (host.requests, host.characters, host.allowed) == (2, characters, False)
    rows = bench.study.db.execute("SELECT segment FROM sent ORDER BY segment").fetchall()
    assert [row[0].rpartition(".")[2] for row in rows] == ["0", "1", "2", "3", "4"], "the segment and those around it"
    document = find_document(bench.study, "BU").id
    assert hosts_that_had(bench.study, document) == [host.name]
    assert hosts_that_had(bench.study, find_document(bench.study, "PU").id) == []


def test_what_may_only_stay_here_never_leaves_not_even_around_other_words(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_consent(bench.study, bench.anna, find_document(bench.study, "BU"), "R2", "local_only", True)
    with served(completion()) as server:
        keep(bench, server.url)
        assert bench.suggest("bar").segments == 8, "on this machine it is asked about"
        server.bodies.clear()
        away(monkeypatch)
        keep(bench, server.url, "far")
        allow_host(bench.study, bench.anna, kept_endpoints(bench.study)["far"].endpoint.host)
        assert bench.suggest("far").segments == 6
        sent = "\n".join(told(body) for body in server.bodies)
    assert "calm and kind" in sent
    assert "hard to trust" not in sent
    assert "I was afraid" not in sent


def test_the_ceiling_ends_a_run_and_the_same_command_goes_on(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, concurrency=1, most_output=20)
        prompt = runs.suggest(bench.study, bench.anna, "bar", Selection(limit=1))
        assert prompt.cost == 105
        most = Ceiling(cost=most_of(server.bodies[0]) + 20 + 4 * 105)
        report = runs.suggest(bench.study, bench.anna, "bar", Selection(), ceiling=most)
        assert report.ended == "ceiling", "a prompt may come to as many tokens as it has bytes"
        assert 0 < report.no_code < 7
        assert report.left == 7 - report.no_code
        on = runs.suggest(bench.study, bench.anna, "bar", Selection())
        assert (on.ended, on.resumed, on.no_code) == ("done", 1 + report.no_code, report.left)
        assert server.asked == 8
        tight = runs.suggest(bench.study, bench.anna, "bar", Selection(), redo=True, ceiling=Ceiling(cost=500))
        assert (tight.ended, tight.segments, tight.left) == ("ceiling", 0, 8)
        assert "might cost more than is left" in tight.why


def test_a_ceiling_on_the_cost_needs_a_known_price(bench: Any) -> None:
    keep(bench, "http://127.0.0.1:9/v1", prices=None)
    with pytest.raises(BadInput, match="price of this model is not known"):
        runs.suggest(bench.study, bench.anna, "bar", Selection(), ceiling=Ceiling(cost=1))


def test_a_wrong_key_ends_the_run_with_its_reason_and_nothing_counts_as_failed(bench: Any) -> None:
    with served(error(401)) as server:
        keep(bench, server.url)
        report = bench.suggest("bar")
    assert (report.ended, report.failed, report.left) == ("halted", {}, 8)
    assert "the key is missing" in report.why


def test_a_key_that_is_not_set_is_said_and_nothing_is_sent(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with served(completion()) as server:
        keep(bench, server.url, key_env="MY_KEY")
        report = bench.suggest("bar")
        assert (report.ended, server.asked) == ("halted", 0)
        assert "MY_KEY" in report.why


def test_the_key_is_nowhere_in_the_study(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    with served(completion()) as server:
        keep(bench, server.url, key_env="MY_KEY")
        bench.suggest("bar")
        assert {headers["authorization"] for headers in server.headers} == {"Bearer sk-very-secret"}
    bench.study.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"sk-very-secret" not in bench.study.path.read_bytes()


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("Bar!", {}, "small letters"),
        ("lexical", {}, "come with the program"),
        ("bar", {"key_env": "sk-123-abc"}, "never the key itself"),
        ("bar", {"key_env": "hf_abcDEF123"}, "never the key itself"),
        ("bar", {"key_env": "gsk_abc123"}, "never the key itself"),
        ("bar", {"key_env": "K" * 65}, "never the key itself"),
        ("bar", {"base_url": "https://bücher.example/v1"}, "not ASCII"),
        ("bar", {"base_url": "https://models.example./v1"}, "with a dot"),
        ("bar", {"base_url": "https://-models.example/v1"}, "not the name of a host"),
        ("bar", {"seconds": float("nan")}, "number of seconds"),
        ("bar", {"base_url": "ftp://x/v1"}, "http:// or https://"),
        ("bar", {"base_url": "https://me:pw@x/v1"}, "name or password"),
        ("bar", {"base_url": "https://x/v1?key=3"}, "before any"),
        ("bar", {"model": " "}, "empty"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_and_nothing_of_it_kept(
    bench: Any, name: str, given: dict[str, Any], why: str
) -> None:
    endpoint = replace(Endpoint("http://127.0.0.1:9/v1", "m"), **given)
    before = bench.study.db.execute("SELECT count(*) FROM log").fetchone()
    with pytest.raises(BadInput, match=why) as raised:
        keep_endpoint(bench.study, bench.anna, KeptEndpoint(name, endpoint))
    assert (endpoint.key_env or "nothing") not in str(raised.value)
    assert bench.study.db.execute("SELECT count(*) FROM log").fetchone() == before


def test_prices_are_never_thought_lower_than_they_are() -> None:
    """In floats 0.07 and 1.1 millions of millionths come out a little lower or higher than they are."""
    for given, wanted in [(0.15, 150_000), (0.07, 70_000), (1.1, 1_100_000), (16.495, 16_495_000), (0.0000001, 1)]:
        price = KeptEndpoint("bar", Endpoint("http://x/v1", "m"), (given, 0.0)).price
        assert price is not None
        assert (price.tokens_in, price.tokens_out) == (wanted, 0)


@pytest.mark.parametrize("url", ["http://my_server:8000/v1", "http://[::1]:80/v1", "https://Models.Example/v1"])
def test_a_host_that_can_be_kept_can_be_allowed(bench: Any, url: str) -> None:
    keep(bench, url)
    host = kept_endpoints(bench.study)["bar"].endpoint.host
    allow_host(bench.study, bench.anna, host)
    assert is_allowed(bench.study, host)


def test_what_is_handed_on_counts_as_leaving_though_the_address_is_this_machines(bench: Any) -> None:
    set_consent(bench.study, bench.anna, find_document(bench.study, "BU"), "R2", "local_only", True)
    with served(completion()) as server:
        keep(bench, server.url, forwards=True)
        with pytest.raises(Refused, match="does not allow"):
            bench.suggest("bar")
        allow_host(bench.study, bench.anna, kept_endpoints(bench.study)["bar"].endpoint.host)
        assert bench.suggest("bar").segments == 6
        assert "hard to trust" not in "\n".join(told(body) for body in server.bodies)


def test_a_profile_kept_by_earlier_software_forwards_where_its_kind_does_and_hides_what_may_be_a_key(
    bench: Any,
) -> None:
    for preset, model, key in [("litellm", "m", None), ("ollama", "big:480b-cloud", None), ("ollama", "m", "hf_abc")]:
        endpoint = asdict(Endpoint("http://127.0.0.1:9/v1", model, key))
        del endpoint["forwards"]
        keep_profile(bench.study, bench.anna, "old", {"endpoint": endpoint, "prices": None, "preset": preset})
        found = kept_endpoints(bench.study)["old"].endpoint
        assert (found.leaving, found.key_env) == (model != "m" or preset == "litellm", "" if key else None)


def test_a_dry_run_tells_what_it_may_come_to_and_then_what_it_was_like(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, most_output=500)
        before = dry_run.dry_run(bench.study, "bar")
        assert (before.output, before.tokens[1]) == ("at_most", 8 * 500)
        assert before.tokens[0] > 8 * 100
        assert before.cost == before.tokens[0] + before.tokens[1]
        runs.suggest(bench.study, bench.anna, "bar", Selection(limit=5))
        after = dry_run.dry_run(bench.study, "bar")
    assert (after.calls, after.output, after.tokens[1]) == (3, "as_before", 3 * 5)


def test_without_a_price_a_dry_run_names_no_cost(bench: Any) -> None:
    keep(bench, "http://127.0.0.1:9/v1", prices=None)
    assert dry_run.dry_run(bench.study, "bar").cost is None


def test_a_dry_run_asks_nobody(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        planned = dry_run.dry_run(bench.study, "bar")
        assert server.asked == 0
    assert (planned.segments, planned.calls, planned.host) == (8, 8, kept_endpoints(bench.study)["bar"].endpoint.host)
    with pytest.raises(SecondCoderError, match="there is no such model profile"):
        dry_run.dry_run(bench.study, "baz")


def test_what_an_endpoint_does_not_count_is_not_free(bench: Any) -> None:
    with served(completion(usage=None)) as server:
        keep(bench, server.url, most_output=50)
        report = bench.suggest("bar", limit=3)
        assert (report.cost, report.token_method, report.tokens) == (None, "none", (0, 0))
        assert (report.spent.answered, report.spent.unanswered, report.spent.perhaps[1]) == (3, 0, 3 * 50)
        assert report.spent.perhaps_cost == sum(report.spent.perhaps)
        keep(bench, server.url, "free", prices=(0.0, 0.0))
        assert bench.suggest("free", limit=3).cost == 0


def test_a_count_that_is_missing_for_some_answers_makes_the_price_unknown(bench: Any) -> None:
    with served(lambda n, body: completion(usage=None if n == 1 else "counted")) as server:
        keep(bench, server.url, concurrency=1)
        report = bench.suggest("bar", limit=3)
    assert (report.cost, report.token_method, report.tokens, report.spent.answered) == (None, "partly", (200, 10), 1)


def test_calls_that_may_be_charged_for_without_an_answer_are_told(bench: Any) -> None:
    with served(lambda n, body: error(500) if n == 0 else completion()) as server:
        keep(bench, server.url, concurrency=1, most_output=50)
        report = bench.suggest("bar", limit=2)
    assert (report.cost, report.token_method) == (210, "reported")
    assert (report.spent.unanswered, report.spent.answered, report.spent.perhaps[1]) == (1, 0, 50)


def test_both_calls_for_an_answer_that_could_not_be_read_are_counted_though_the_second_was_not_made(
    bench: Any,
) -> None:
    with served(lambda n, body: completion("not json" if n else NO_CODE)) as server:
        keep(bench, server.url, concurrency=1)
        bench.suggest("bar", limit=1)
        most = Ceiling(tokens=most_of(server.bodies[0]) + 1_500 + 150)
        report = runs.suggest(bench.study, bench.anna, "bar", Selection(), ceiling=most)
        assert (report.ended, report.failed, server.asked) == ("ceiling", {}, 2)
        assert report.tokens == (100, 5)


def test_why_most_failed_is_told_by_kind(bench: Any) -> None:
    with served(lambda n, body: error(418) if n % 3 else error(422)) as server:
        keep(bench, server.url, concurrency=1)
        report = bench.suggest("bar")
    assert report.failed == {"transport": 8}
    assert report.details == {"transport": "the endpoint answered 418: the question was not taken"}


def test_the_length_of_answers_is_reckoned_from_those_that_came(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url, most_output=500)
        bench.suggest("bar", limit=1)
        most = Ceiling(tokens=most_of(server.bodies[0]) + 500 + 4 * 105)
        runs.suggest(bench.study, bench.anna, "bar", Selection(), redo=True, ceiling=most)
        assert 1 < server.asked < 8
        planned = dry_run.dry_run(bench.study, "bar")
    assert planned.tokens[1] == 5 * planned.calls, "the run was begun for 8, and answered less"
