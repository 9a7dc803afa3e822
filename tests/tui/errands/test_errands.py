"""Runs in a process beside the review: heard, one at a time, stopped with what they have, ended with the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from heard import Heard

from tui.errands.child import Child
from tui.errands.errands import Errands, counting, document_run, look_ahead, whole_run
from tui.errands.state import outcome_words

Make = Callable[..., Errands]
Called = Callable[[], list[str]]


def test_a_run_is_told_of_line_by_line_and_ends_with_its_report(fake: Make, heard: Heard, called: Called) -> None:
    errands = fake("done")
    errands.told_to(heard.states.put)
    assert errands.start(whole_run("embedded", "anna")) == ""
    assert heard.until(lambda state: state.phase == "suggesting").done == 1
    ended = heard.end()
    assert (ended.ended, ended.done, ended.report["number"]) == ("done", 3, 7)
    assert outcome_words(ended) == "Run 7 is done: 3 answered."
    assert called() == ["suggest --profile=embedded --coder=anna --progress json --json"]
    assert errands.under_way("run") is None


def test_another_of_its_kind_waits_for_its_end(fake: Make, heard: Heard) -> None:
    errands = fake("waiting")
    errands.told_to(heard.states.put)
    assert errands.start(whole_run("lexical", "anna")) == ""
    assert "under way" in errands.start(whole_run("lexical", "anna"))
    assert errands.start(look_ahead("lexical", "anna")) == ""
    errands.close()


def test_stopped_it_stores_what_it_has_and_can_be_gone_on_with(fake: Make, heard: Heard) -> None:
    errands = fake("waiting")
    errands.told_to(heard.states.put)
    errands.start(whole_run("lexical", "anna"))
    heard.until(lambda state: state.phase == "suggesting")
    errands.stop("run")
    ended = heard.end()
    assert ended.ended == "stopped"
    assert outcome_words(ended) == "Run 7 was stopped: 1 answered, 2 left. It can be gone on with."
    assert errands.start(whole_run("lexical", "anna")) == ""
    errands.close()


def test_a_failure_is_told_in_the_processs_own_sentence(fake: Make, heard: Heard) -> None:
    errands = fake("fails")
    errands.told_to(heard.states.put)
    errands.start(document_run("lexical", "anna", "BU"))
    assert outcome_words(heard.end()) == "The run over BU failed: there is no room left."


def test_a_process_that_ends_without_a_word_says_where_to_look(fake: Make, heard: Heard) -> None:
    errands = fake("mute")
    errands.told_to(heard.states.put)
    errands.start(counting(whole_run("lexical", "anna")))
    assert "secondcoder suggest" in outcome_words(heard.end())


def test_ending_the_application_says_which_run_it_stopped(fake: Make, heard: Heard) -> None:
    errands = fake("waiting")
    errands.told_to(heard.states.put)
    errands.start(whole_run("lexical", "anna"))
    heard.until(lambda state: state.phase == "suggesting")
    stopped = errands.close()
    assert stopped is not None
    assert stopped.ended == "stopped"
    assert fake("done").close() is None


def test_one_that_heeds_nothing_is_ended_by_force(fake: Make, heard: Heard, tmp_path: Path) -> None:
    errands = fake("stubborn")
    command = errands._command
    child = Child(whole_run("lexical", "anna"), tmp_path / "study.db", heard.states.put, command)
    child.end(patience=0.2)
    assert child._process.returncode == -9
    assert child.state.ended == "stopped"
    child._thread.join()


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    errands = Errands(tmp_path / "study.db", "anna", command=(str(tmp_path / "no-such-program"),))
    assert errands.start(whole_run("lexical", "anna")) == "Its process cannot be started: No such file or directory."
