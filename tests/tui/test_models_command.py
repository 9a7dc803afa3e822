"""`models`, `hosts` and `suggest` with a model behind an endpoint, as another program calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calls import call, home, told
from click.testing import Result
from endpoint_server import Served, completion, error, served
from kills import transcript

from suggest.places import settings_folder

__all__ = ["home"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A talk of 24 turns, of which 20 are coded, and one code."""
    path, file, codes = tmp_path / "s.db", tmp_path / "T1.txt", tmp_path / "codes.csv"
    call("new", path)
    file.write_text("\n".join(transcript(1)) + "\n", encoding="utf-8")
    call("add", path, file)
    codes.write_text("code_id,name,parent_id,definition\nT,Trust,,speaks of trust\n")
    call("codes", path, "import", codes)
    return path


def keep(study: Path, url: str, *more: object, name: str = "bar", expect: int = 0) -> Result:
    return call("models", study, "add", name, "--base-url", url, "--model", "m", *more, expect=expect)


def test_a_profile_is_kept_listed_and_removed(study: Path) -> None:
    keep(study, "http://127.0.0.1:9/v1", "--price-input", 0.15, "--price-output", 0.6, "--key-env", "THE_KEY")
    (kept,) = told("models", study, "list")
    assert (kept["profile"], kept["model"], kept["host"], kept["allowed"]) == ("bar", "m", "127.0.0.1:9", True)
    assert (kept["price_input"], kept["price_output"], kept["key_env"]) == (0.15, 0.6, "THE_KEY")
    assert "127.0.0.1:9" in call("models", study, "list").stdout
    call("models", study, "remove", "bar")
    assert told("models", study, "list") == []
    assert "the study keeps no such model profile" in call("models", study, "remove", "bar", expect=1).stderr


def own(url: str, *more: object, name: str = "mine") -> Result:
    return call("models", "--user", "add", name, "--base-url", url, "--model", "m", *more)


def test_a_profile_of_the_user_serves_every_study_and_no_file_of_a_study_holds_it(study: Path) -> None:
    with served(completion()) as server:
        own(server.url, "--key-env", "THE_KEY", "--price-input", 1, "--price-output", 1)
        (kept,) = told("models", "--user", "list")
        assert (kept["profile"], kept["key_env"], kept["kept_by"], kept["allowed"]) == ("mine", "THE_KEY", "user", None)
        (here,) = told("models", study, "list")
        assert (here["profile"], here["kept_by"], here["allowed"]) == ("mine", "user", True)
        assert "THE_KEY" in call("suggest", study, "--profile", "mine", expect=1).stderr
        own(server.url)
        assert told("suggest", study, "--profile", "mine", "--limit", 3)["no_code"] == 3
    assert "profile_kept" not in [json.loads(line)["kind"] for line in call("log", study, "--json").stdout.splitlines()]
    call("models", "--user", "remove", "mine")
    assert told("models", "--user", "list") == told("models", study, "list") == []
    assert "you have no model profile" in call("models", "--user", "remove", "mine", expect=1).stderr


def test_the_studys_own_profile_goes_before_the_users_of_that_name_and_that_is_said(study: Path) -> None:
    with served(completion()) as ours, served(completion()) as theirs:
        own(ours.url, name="bar")
        keep(study, theirs.url)
        shown = call("suggest", study, "--profile", "bar", "--limit", 2)
        assert "The study's own profile bar is used" in shown.stderr
        assert "You have a profile bar, too" in call("models", study, "list").stderr
        assert (ours.asked, theirs.asked) == (0, 2)
        call("models", study, "remove", "bar")
        assert "own profile" not in call("suggest", study, "--profile", "bar", "--redo", "--limit", 2).stderr
        assert ours.asked == 2


def test_a_users_profile_goes_only_where_the_study_allows_text_to_go(study: Path) -> None:
    own("https://api.example.org/v1")
    assert "does not allow text to go" in call("suggest", study, "--profile", "mine", expect=4).stderr
    assert told("models", study, "list")[0]["allowed"] is False


def test_the_users_file_is_the_users_alone_and_a_damaged_one_is_told(study: Path) -> None:
    own("http://127.0.0.1:9/v1")
    file = settings_folder() / "models.json"
    assert file.stat().st_mode & 0o777 == 0o600
    damaged = {"{": "is not JSON", "[]": "does not hold profiles", '{"mine": {}}': "as 'secondcoder models"}
    damaged['{"mine": {"endpoint": {"base_url": "ftp://x", "model": "m"}}}'] = "http"
    for text, what in damaged.items():
        file.write_text(text)
        assert what in call("models", "--user", "list", expect=1).stderr
        assert "Run 1 by lexical" in call("suggest", study, "--profile", "lexical").stdout, "what needs none goes on"


def test_a_users_profile_is_probed_without_a_study() -> None:
    with served(completion("south")) as server:
        own(server.url)
        found = told("models", "--user", "probe", "mine")
        assert found["probed"]["calls"] == server.asked
    assert told("models", "--user", "list")[0]["probed"] == found["probed"]
    assert "--user list" in call("models", "list", expect=2).stderr


def test_a_preset_that_no_real_server_was_tried_with_is_marked_and_told(study: Path) -> None:
    assert "not tried" not in call("models", study, "add", "a", "--preset", "vllm", "--model", "m").stderr
    assert "models STUDY probe b" in call("models", study, "add", "b", "--preset", "ollama", "--model", "m").stderr
    shown = call("models", study, "list").stdout.splitlines()
    assert [line.split("  ")[-1].strip() for line in shown[-2:]] == ["preset tried", "untried"]
    tried = {one["profile"]: one["preset_tried"] for one in told("models", study, "list")}
    assert (tried["a"]["server"].split()[0], tried["b"]) == ("vLLM", None)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("--model", "m"), "--base-url"),
        (("--model", "m", "--preset", "bard"), "bard is not a preset"),
        (("--model", "m", "--preset", "vllm", "--price-input", "1"), "go together"),
        (("--model", "m", "--preset", "vllm", "--temperature", "hot"), "--temperature"),
        (("--model", "m", "--preset", "vllm", "--timeout", "nan"), "not an amount"),
        (("--model", "m", "--preset", "vllm", "--price-input", "nan", "--price-output", "1"), "not an amount"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_kept(study: Path, given: tuple[str, ...], sentence: str) -> None:
    assert sentence in call("models", study, "add", "bar", *given, expect=2).stderr
    assert told("models", study, "list") == []


def test_a_key_in_the_place_of_its_variable_is_not_kept(study: Path) -> None:
    failed = keep(study, "http://127.0.0.1:9/v1", "--key-env", "sk-not-a-variable", expect=1)
    assert "never the key itself" in failed.stderr
    assert "sk-not-a-variable" not in failed.output
    assert b"sk-not-a-variable" not in study.read_bytes()


def test_a_host_that_is_not_allowed_gets_nothing_and_the_sentence_says_what_it_would_have_got(study: Path) -> None:
    keep(study, "https://models.example/v1")
    refused = call("suggest", study, "--profile", "bar", expect=4).stderr
    assert "models.example" in refused
    assert "20 segments" in refused
    assert told("status", study)["sent"] == {}


def test_hosts_are_allowed_listed_and_taken_back(study: Path) -> None:
    assert "nothing was sent anywhere" in call("hosts", study, "list").stdout
    call("hosts", study, "allow", "Models.Example")
    assert [(host["name"], host["allowed"]) for host in told("hosts", study, "list")] == [("models.example", True)]
    call("hosts", study, "revoke", "models.example")
    assert "no" in call("hosts", study, "list").stdout
    assert "may not go" in call("hosts", study, "revoke", "models.example", expect=1).stderr
    assert "not the name of a host" in call("hosts", study, "allow", "https://models.example/v1", expect=1).stderr


def test_a_run_is_told_with_what_it_cost_and_where_it_sent_text(study: Path) -> None:
    with served(completion()) as server:
        keep(study, server.url, "--price-input", 1, "--price-output", 2)
        report = told("suggest", study, "--profile", "bar")
    assert (report["segments"], report["no_code"], report["left"]) == (20, 20, 0)
    assert report["tokens"] == {"input": 2000, "output": 100, "method": "reported"}
    assert report["cost"] == pytest.approx(2000e-6 + 2 * 100e-6)
    assert report["uncounted"] == {
        "answered": 0, "unanswered": 0, "tokens": {"input": 0, "output": 0}, "cost": 0,
    }  # fmt: skip
    ((host, sent),) = told("status", study)["sent"].items()
    assert (host, sent["requests"]) == (server.url.split("/")[2], 20)
    assert sent["characters"] > 20 * 100


def test_a_ceiling_stops_the_run_and_says_so(study: Path) -> None:
    counted = {"prompt_tokens": 2000, "completion_tokens": 5, "total_tokens": 2005}
    with served(completion(usage=counted)) as server:
        keep(study, server.url, "--price-input", 1, "--price-output", 1, "--concurrency", 1)
        stopped = call("suggest", study, "--profile", "bar", "--max-tokens", 20_000, expect=4)
        assert 0 < server.asked < 20
    assert "ceiling is reached" in stopped.stderr


def test_a_run_says_in_words_what_it_used_what_nobody_counted_and_why_something_failed(study: Path) -> None:
    def script(number: int, body: dict[str, Any]) -> Served:
        return error(422) if number == 0 else completion(usage=None) if number == 1 else completion()

    with served(script) as server:
        keep(study, server.url, "--price-input", 1, "--price-output", 2, "--concurrency", 1, "--max-output", 50)
        said = call("suggest", study, "--profile", "bar", "--limit", 4)
        assert "200 tokens in and 10 out: their price is not known." in said.stdout
        assert "Of the calls, 1 were answered without a count of tokens: at most" in said.stderr
        assert "1 transport (the endpoint answered 422: the question was not taken)" in said.stderr
        more = call("suggest", study, "--profile", "bar", "--limit", 6)
        assert "300 tokens in and 15 out: 0.0003 US dollars." in more.stdout


@pytest.mark.parametrize("amount", ["nan", "inf", "-1"])
def test_a_ceiling_that_is_no_amount_is_refused(study: Path, amount: str) -> None:
    keep(study, "http://127.0.0.1:9/v1", "--price-input", 1, "--price-output", 1)
    assert "--max-cost" in call("suggest", study, "--profile", "bar", "--max-cost", amount, expect=2).stderr


def test_a_proxy_for_other_services_counts_as_leaving_and_says_so(study: Path) -> None:
    said = call("models", study, "add", "lite", "--preset", "litellm", "--model", "m").stderr
    assert "may hand the text on" in said
    assert "hosts STUDY allow 127.0.0.1:4000" in said
    call("models", study, "add", "cloud", "--preset", "ollama", "--model", "big-cloud")
    call("models", study, "add", "own", "--preset", "litellm", "--model", "m", "--no-forwards")
    found = {one["profile"]: (one["forwards"], one["allowed"]) for one in told("models", study, "list")}
    assert found == {"lite": (True, False), "cloud": (True, False), "own": (False, True)}
    assert "127.0.0.1:4000" in call("suggest", study, "--profile", "lite", expect=4).stderr


def test_a_ceiling_on_an_unknown_price_is_refused(study: Path) -> None:
    with served(completion()) as server:
        keep(study, server.url)
        call("suggest", study, "--profile", "bar", "--max-cost", 1, expect=1)
        assert server.asked == 0


def test_a_dry_run_tells_calls_tokens_and_price(study: Path) -> None:
    keep(study, "http://127.0.0.1:9/v1", "--price-input", 1, "--price-output", 2, "--max-output", 100)
    planned = told("suggest", study, "--profile", "bar", "--dry-run")
    assert planned["calls"] == 20
    assert planned["tokens"]["output"] == 2000
    assert planned["tokens"]["output_method"] == "at_most"
    assert planned["cost"] == pytest.approx((planned["tokens"]["input"] + 2 * 2000) / 1e6)
    shown = call("suggest", study, "--profile", "bar", "--dry-run")
    assert "20 calls to 127.0.0.1:9" in shown.stderr
    assert "--- system" in shown.stdout


def test_an_erasure_names_the_hosts_that_had_the_words(study: Path) -> None:
    with served(completion()) as server:
        keep(study, server.url)
        call("suggest", study, "--profile", "bar", "--limit", 2)
    label = told("documents", study, "list")[0]["label"]
    gone = told("erase", study, "--document", label, "--reason", "withdrawn")
    assert gone["hosts"] == [server.url.split("/")[2]]


def test_a_probe_is_kept_with_its_date_and_sets_the_profile(study: Path) -> None:
    with served(lambda n, body: completion("south")) as server:
        keep(study, server.url)
        assert "untried" in call("models", study, "list").stdout
        shown = call("models", study, "probe", "bar")
        sent = json.dumps(server.bodies)
    assert "JSON schema" in shown.stdout
    assert "ignored" in shown.stdout
    (kept,) = told("models", study, "list")
    assert (kept["schema"], kept["probed"]["schema"], len(kept["probed"]["date"])) == ("none", "ignored", 10)
    assert "probed 20" in call("models", study, "list").stdout
    assert not any(line in sent for line in transcript(1))
    assert told("status", study)["sent"] == {}


def test_a_host_that_is_not_allowed_is_not_probed_either(study: Path) -> None:
    keep(study, "https://models.example/v1")
    assert "models.example" in call("models", study, "probe", "bar", expect=4).stderr


def test_samples_are_asked_counted_and_told_with_the_method_of_confidence(study: Path) -> None:
    (code,) = told("codes", study, "show")["codes"]
    named = {"code": code["code"], "evidence": "", "rationale": "", "confidence": 0.4}
    with served(completion(json.dumps({"suggestions": [named]}))) as server:
        keep(study, server.url, "--temperature", 0.7)
        planned = told("suggest", study, "--profile", "bar", "--samples", 3, "--limit", 2, "--dry-run")
        assert (planned["calls"], planned["samples"], planned["confidence"]) == (6, 3, "agreement")
        said = call("suggest", study, "--profile", "bar", "--samples", 3, "--limit", 2, "--dry-run").stderr
        assert "6 calls, 3 for a segment" in said
        report = told("suggest", study, "--profile", "bar", "--samples", 3, "--limit", 2)
        assert (report["suggested"], report["samples"], report["confidence"], server.asked) == (2, 3, "agreement", 6)
        assert report["warnings"] == []
    call("settings", study, "set", "core", 0)
    call("settings", study, "set", "arm", 0)
    line = json.loads(call("queue", study, "--limit", 1, "--json").stdout)
    assert [(one["confidence_method"], one["votes"], one["confidence"]) for one in line["suggestions"]] == [
        ("agreement", [3, 3], 1.0)
    ]


def test_samples_at_temperature_0_are_warned_of(study: Path) -> None:
    with served(completion()) as server:
        keep(study, server.url)
        report = told("suggest", study, "--profile", "bar", "--samples", 2, "--limit", 1)
    assert any("temperature is 0" in warning for warning in report["warnings"])


def test_what_a_profile_asks_for_is_kept_and_listed(study: Path) -> None:
    keep(study, "http://127.0.0.1:9/v1", "--per-call", 8, "--logprobs", name="many")
    keep(study, "http://127.0.0.1:9/v1", "--examples", 4, "--api", "decisions", name="typed")
    many, typed = told("models", study, "list")
    assert (many["per_call"], many["examples"], many["logprobs"], many["api"]) == (8, 0, True, "chat")
    assert (typed["per_call"], typed["examples"], typed["logprobs"], typed["api"]) == (1, 4, False, "decisions")
    assert "--per-call" in keep(study, "http://127.0.0.1:9/v1", "--per-call", 2, "--examples", 2, expect=1).stderr
