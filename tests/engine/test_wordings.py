"""Whose words stand in the code tree: those that are to stay here are not read elsewhere, and the others are named."""

from __future__ import annotations

from typing import Any

import pytest
from endpoint_server import completion, served
from kept import away, keep, once_asked, quick, told

from suggest.engine import dry_run
from suggest.engine.endpoints import kept_endpoints
from suggest.engine.tasks import offered_codes
from suggest.engine.wordings import readable
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.documents import find_document, set_consent
from suggest.study.erase import erase
from suggest.study.hosts import allow_host, hosts_that_had
from suggest.study.quoting import LEFT_OUT
from suggest.study.study import Study
from suggest.study.withdrawal import erasures

__all__ = ["quick"]
LONG = "we were never told what would become of the old house by the river"


@pytest.fixture
def quoting(bench: Any) -> Any:
    """A study whose codes quote a talk of two people: a long turn, a short one, and half of a long one."""
    bench.talk("LU", f"R1: {LONG}", "R2: nobody asked me at all", "R1: it was, well, fine with me")
    wording = Wording(
        "house",
        definition=f"Such as: WHAT WOULD BECOME OF the old house, by the river. Not of gardens; {LONG.split()[0]}.",
        include="when it is said that nobody asked me at all",
        examples=("Nobody asked me at all!", "was well fine", "an example of our own"),
    )
    add_codes(bench.study, bench.anna, [NewCode("house", wording)])
    return bench


def keep_here(bench: Any, speaker: str | None, flag: str = "local_only") -> None:
    set_consent(bench.study, bench.anna, find_document(bench.study, "LU"), speaker, flag, True)


def test_examples_that_quote_what_stays_here_are_left_out_and_such_words_masked(quoting: Any) -> None:
    codes = offered_codes(quoting.study)
    assert readable(quoting.study, codes, leaving=True)[0] == codes
    keep_here(quoting, "R1")
    house = next(code for code in readable(quoting.study, codes, leaving=True)[0] if code.name == "house")
    assert house.definition == f"Such as: {LEFT_OUT}. Not of gardens; we."
    assert house.examples == ("Nobody asked me at all!", "an example of our own")
    assert house.version != next(code for code in codes if code.name == "house").version
    keep_here(quoting, "R2")
    house = next(code for code in readable(quoting.study, codes, leaving=True)[0] if code.name == "house")
    assert (house.include, house.examples) == (f"when it is said that {LEFT_OUT}", ("an example of our own",))
    assert readable(quoting.study, codes, leaving=False)[0] == codes, "here all of it may be read"
    keep_here(quoting, None, "exclude")
    assert readable(quoting.study, codes, leaving=False)[0] != codes, "but for what is excluded from the work"


def test_whose_words_are_quoted_is_on_record_and_an_erasure_names_the_host(
    quoting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch)
    keep_here(quoting, "R1")
    with served(completion()) as server:
        keep(quoting, server.url)
        host = kept_endpoints(quoting.study)["bar"].endpoint.host
        allow_host(quoting.study, quoting.anna, host)
        shown = dry_run.dry_run(quoting.study, "bar").example_prompt
        assert quoting.suggest("bar", documents=("BU",)).no_code == 4
        sent = "\n".join(told(body) for body in server.bodies)
    for words in (sent, *(message.content for message in shown.messages)):
        assert "old house" not in words
        assert "well fine" not in words
    assert "Nobody asked me at all!" in sent
    document = find_document(quoting.study, "LU").id
    assert hosts_that_had(quoting.study, document, [(1, 1)]) == [host]
    assert hosts_that_had(quoting.study, document, [(0, 0), (2, 2)]) == []


def test_words_that_are_erased_from_the_codes_during_a_run_leave_no_more(quoting: Any) -> None:
    def withdraw(study: Study) -> None:
        for what in erasures(study, "LU", "R1", (), "withdrawn"):
            erase(study, what, quoting.anna)

    with served(once_asked(quoting, withdraw)) as server:
        keep(quoting, server.url, concurrency=1)
        report = quoting.suggest("bar", documents=("BU",))
        assert (server.asked, report.ended, report.no_code, report.left) == (1, "refused", 1, 3)
        assert "changed since this was planned" in report.why
        quoting.suggest("bar", documents=("BU",))
        assert all("old house" not in told(body) for body in server.bodies[1:])
