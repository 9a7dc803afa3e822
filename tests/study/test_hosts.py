"""Where text may go, and the record of where it went."""

from __future__ import annotations

from typing import Any

import pytest

from suggest.errors import BadInput
from suggest.study.hosts import allow_host, checked_host, hosts, is_allowed, record_sent, revoke_host
from suggest.study.kept_profiles import keep_profile, kept_profiles, remove_profile
from suggest.study.verify import verify


def test_a_host_is_allowed_and_taken_back(work: Any, tools: Any) -> None:
    assert not is_allowed(work.study, "example.org")
    allow_host(work.study, work.anna, " Example.ORG ")
    assert is_allowed(work.study, "example.org")
    assert not is_allowed(work.study, "example.org:8000"), "another port is another host"
    revoke_host(work.study, work.anna, "example.org")
    assert not is_allowed(work.study, "example.org")
    with pytest.raises(BadInput, match="may not go to this host anyway"):
        revoke_host(work.study, work.anna, "example.org")
    assert tools.rows(work.study.db) == tools.folded(work.study)
    assert verify(work.study).ok


@pytest.mark.parametrize(
    "name",
    [
        "https://x.org",
        "x.org/v1",
        "",
        "a b",
        "-x",
        "x.org:0",
        "x" * 70,
        "x\n.org",
        "[zz]",
        "x.org.",
        "b\u00fccher.example",
        "x:99999",
    ],
)
def test_what_is_not_a_host_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="not the name of a host"):
        checked_host(name)


@pytest.mark.parametrize(
    "name", ["x.org", "10.0.0.5:8000", "[::1]:80", "localhost", "my_server:8000", "xn--bcher-kva.example"]
)
def test_what_is_a_host_is_taken(name: str) -> None:
    assert checked_host(name) == name


def test_what_was_sent_adds_up_and_no_name_stands_in_the_log(work: Any, tools: Any) -> None:
    work.add(tools.numbered_talk("BU", 5))
    segment = work.study.db.execute("SELECT document FROM document").fetchone()[0] + ".1"
    for count in (1, 2):
        with work.study.write(work.anna) as writer:
            run = writer.new_id("u")
            record_sent(work.study, writer, run, "secret-host.example", [segment, segment], count, 100 * count)
    (host,) = hosts(work.study)
    assert (host.name, host.allowed, host.requests, host.characters) == ("secret-host.example", False, 3, 300)
    payloads = [row[0] for row in work.study.db.execute("SELECT payload FROM log")]
    assert not any("secret-host" in payload for payload in payloads)
    assert tools.rows(work.study.db) == tools.folded(work.study)


def test_a_kept_profile_is_replaced_by_name_and_taken_away(work: Any, tools: Any) -> None:
    keep_profile(work.study, work.anna, "bar", {"model": "m"})
    keep_profile(work.study, work.anna, "bar", {"model": "n"})
    keep_profile(work.study, work.anna, "baz", {"model": "o"})
    assert {name: spec["model"] for name, spec in kept_profiles(work.study).items()} == {"bar": "n", "baz": "o"}
    remove_profile(work.study, work.anna, "bar")
    assert list(kept_profiles(work.study)) == ["baz"]
    with pytest.raises(BadInput, match="keeps no such model profile"):
        remove_profile(work.study, work.anna, "bar")
    assert tools.rows(work.study.db) == tools.folded(work.study)
