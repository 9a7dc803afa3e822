"""A study's own prompts: kept in versions, chosen for a run, named by it, and carried along to other copies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from endpoint_server import completion, served
from kept import keep, quick, told

from suggest.engine import dry_run
from suggest.engine.endpoints import KeptEndpoint, keep_endpoint
from suggest.engine.prompts import prompt_text
from suggest.engine.study_prompts import add_prompt, find_prompt, named, study_prompts
from suggest.errors import BadInput
from suggest.models.chat.endpoint import Endpoint
from suggest.study.backup import backup
from suggest.study.kept_prompts import put_away
from suggest.study.merge import merge
from suggest.study.runs import runs as read_runs
from suggest.study.study import Study
from suggest.study.verify import verify

__all__ = ["quick"]


def own(version: int = 1, *, says: str = "You read slowly.", name: str = "own") -> str:
    """A prompt of the study's own, with this sentence."""
    text = prompt_text("deductive").replace("name: deductive", f"name: {name}")
    return text.replace("version: 1", f"version: {version}").replace("  How to code\n", f"  {says}\n\n  How to code\n")


def test_a_run_asks_with_the_prompt_it_is_told_and_says_which(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        bench.suggest("bar")
        add_prompt(bench.study, bench.anna, own())
        report = bench.suggest("bar", prompt="own")
        assert "You read slowly." in told(server.bodies[-1])
        assert (report.began, report.no_code, report.remark) == (
            True, 8, "The prompt is another than in the runs before: a new run begins.",
        )  # fmt: skip
    first, second = read_runs(bench.study)
    assert [run.parameters["prompt"] for run in (first, second)] == ["deductive@1", "own@1"]
    assert named(bench.study)[second.prompt or ""] == "own@1"
    by_name = {one.template.name: one.runs for one in study_prompts(bench.study)}
    assert (by_name["deductive"], by_name["own"]) == ((1,), (2,))
    assert verify(bench.study).ok


def test_going_back_to_a_prompt_goes_on_with_its_run_and_asks_nothing_twice(bench: Any) -> None:
    with served(completion()) as server:
        keep(bench, server.url)
        add_prompt(bench.study, bench.anna, own())
        bench.suggest("bar", prompt="own")
        bench.suggest("bar")
        again = bench.suggest("bar", prompt="own@1")
        assert (again.resumed, again.number, server.asked) == (8, 1, 16)


def test_a_new_version_is_what_a_name_means_and_the_old_one_stays(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own())
    add_prompt(bench.study, bench.anna, own(2, says="You read twice."))
    assert find_prompt(bench.study, "own").template.version == 2
    assert "You read slowly." in find_prompt(bench.study, "own@1").template.system
    with pytest.raises(BadInput, match=r"version 2 of 'own' already.*version: 3"):
        add_prompt(bench.study, bench.anna, own(2, says="You read thrice."))
    with pytest.raises(BadInput, match="kept already"):
        add_prompt(bench.study, bench.anna, own(2, says="You read twice."))
    with pytest.raises(BadInput, match="comes with the program"):
        add_prompt(bench.study, bench.anna, own(name="deductive"))


def test_a_profile_keeps_the_prompt_that_it_is_asked_with(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own())
    with served(completion()) as server:
        keep_endpoint(bench.study, bench.anna, KeptEndpoint("slow", Endpoint(server.url, "m"), prompt="own"))
        shown = dry_run.dry_run(bench.study, "slow")
        assert shown.example_prompt.prompt_version.startswith("own@1+")
        bench.suggest("slow")
        assert "You read slowly." in told(server.bodies[0])
    with pytest.raises(BadInput, match="no prompt of this name"):
        keep_endpoint(bench.study, bench.anna, KeptEndpoint("odd", Endpoint(server.url, "m"), prompt="other"))


def test_a_model_without_a_prompt_says_so(bench: Any) -> None:
    with pytest.raises(BadInput, match="reads no prompt"):
        bench.suggest("lexical", prompt="deductive")


def test_a_prompt_put_away_is_offered_no_more_and_comes_back_by_adding_it(bench: Any) -> None:
    add_prompt(bench.study, bench.anna, own())
    put_away(bench.study, bench.anna, "own")
    with pytest.raises(BadInput, match="put away"):
        find_prompt(bench.study, "own")
    assert find_prompt(bench.study, "own", any_state=True).template.name == "own"
    add_prompt(bench.study, bench.anna, own())
    assert find_prompt(bench.study, "own").offered


def test_copies_carry_prompts_and_bring_them_home(bench: Any, tmp_path: Path) -> None:
    add_prompt(bench.study, bench.anna, own())
    away = tmp_path / "away.db"
    backup(bench.study, away, bench.anna, purpose="copy")
    with Study.open(away, write=True) as there:
        assert find_prompt(there, "own").template.version == 1
        add_prompt(there, bench.anna, own(2, says="You read twice."))
    merge(bench.study, away, bench.anna)
    assert "You read twice." in find_prompt(bench.study, "own").template.system
    assert verify(bench.study).ok
