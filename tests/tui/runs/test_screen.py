"""The runs: what is known of each, what may be told of them, and how one is started, watched and stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit

from suggest.review.blind import blind_left
from suggest.study.runs import Training, end_run, start_run, store_failure, store_set
from tui.errands.errands import Errands
from tui.runs.commands import REGISTRY
from tui.runs.screen import RunsScreen

Make = Callable[..., Errands]
Called = Callable[[], list[str]]
ROOT = Path(__file__).resolve().parents[3]


def add_run(desk: Desk, *, failed: int = 0, profile: str = "lexical", **parameters: object) -> str:
    """A run over the first four segments, some of which fail."""
    run = start_run(
        desk.study, desk.anna, profile=profile, identity="the model [b]itself[/]", parameters=parameters,
        prompt=None, threshold=250_000, training=Training(("0" * 16, 9), "f" * 64, 12), codes=None, segments=4,
    )  # fmt: skip
    with desk.study.write(desk.anna) as writer:
        for i, segment in enumerate(desk.ids()[:4]):
            if i < failed:
                store_failure(writer, run, segment, "0" * 64, "context_overflow" if i else "timeout")
            else:
                store_set(writer, run, segment, "0" * 64, desk.candidates(fitting=i % 2))
    end_run(desk.study, desk.anna, run, "done")
    return run


def rows(seat: Seat) -> list[str]:
    return [re.sub(" +", " ", row) for row in seat.top.query_one("#list").plain]


@pytest.mark.asyncio
async def test_each_run_has_a_line_the_newest_first(desk: Desk, sit: Sit) -> None:
    add_run(desk, failed=3, ahead=200)
    async with sit(desk, (160, 50)) as seat:
        await seat.press("S")
        assert isinstance(seat.top, RunsScreen)
        first, second = rows(seat)
        assert first.startswith("2 | lexical, ahead | done | 4 | 1 | 3 | 12 | ")
        assert second.startswith("1 | lexical | done | 18 | 18 | 0 | – | 17 | ")
        assert "Runs   2 runs" in seat.shown
        assert "Nothing was sent anywhere: all models compute on this machine." in seat.shown


@pytest.mark.asyncio
async def test_a_run_is_told_in_brief_and_in_full(desk: Desk, sit: Sit) -> None:
    add_run(desk, failed=3)
    async with sit(desk, (160, 50)) as seat:
        await seat.press("f6")
        assert "learned from 12 decisions" in seat.shown
        assert "failed: 2 context overflow, 1 timeout" in seat.shown
        assert "1 with codes that fit, 0 without" in seat.shown
        await seat.press("enter")
        assert "the model [b]itself[/]" in seat.shown
        assert "Threshold: 0.250000" in seat.shown
        assert "Confidence: the model's own score" in seat.shown
        assert "by anna" in seat.shown


@pytest.mark.asyncio
async def test_sums_over_suggestions_wait_until_the_blind_segments_are_answered(
    make: Callable[..., Desk], sit: Sit
) -> None:
    desk = make(sizes=(6,), core="0", arm="1")
    add_run(desk)
    assert blind_left(desk.study, desk.anna)  # before anything is drawn, too
    async with sit(desk, (160, 50)) as seat:
        await seat.press("S")
        assert "4 of 4 segments, how many found a code that fits is told once" in seat.shown
        assert "with codes that fit" not in seat.shown
        await seat.press("enter")
        assert "with codes that fit" not in seat.shown
    for segment in desk.ids():
        desk.done("complete", segment)
    assert not blind_left(desk.study, desk.anna)
    async with sit(desk, (160, 50)) as seat:
        await seat.press("S")
        assert "2 with codes that fit, 2 without" in seat.shown


@pytest.mark.asyncio
async def test_without_runs_it_says_what_to_do(make: Callable[..., Desk], sit: Sit) -> None:
    async with sit(make(sizes=(6,), core="0", arm="0")) as seat:
        await seat.press("S")
        assert "No suggestions yet: press n" in seat.top.query_one("#list")._empty
        await seat.press("n")
        assert "Runs cannot be started from here" in seat.top_said


@pytest.mark.asyncio
async def test_a_run_is_counted_before_it_begins(desk: Desk, sit: Sit, fake: Make, called: Called) -> None:
    async with sit(desk, errands=fake("counting", desk.study.path)) as seat:
        await seat.press("S", "n")
        assert "lexical" in seat.shown
        await seat.press("2")
        assert "▸ 2  those of this document (D0)" in seat.shown
        await seat.press("enter")
        await seat.errand("count")
        await seat.press("enter", "enter")
        assert len(called()) == 1  # a held key begins nothing
        assert all(word in called()[0] for word in ("--documents=D0", "--dry-run"))
        assert "18 segments, 15 of them answered before: 3 to ask." in seat.shown
        assert "no price, and nothing is sent" in seat.shown
        await seat.press("y")
        await seat.errand("run", lambda state: state.phase == "suggesting")
        assert "--documents=D0" in called()[1]
        assert "--dry-run" not in called()[1]
        assert "1/3" in seat.shown


@pytest.mark.asyncio
async def test_what_was_chosen_can_be_left_again(desk: Desk, sit: Sit, fake: Make, called: Called) -> None:
    async with sit(desk, errands=fake("fails", desk.study.path)) as seat:
        await seat.press("S", "n", "enter")
        await seat.errand("count")
        assert "there is no room left." in seat.shown
        await seat.press("enter", "escape")
        assert "all segments that have no answer yet" in seat.shown
        await seat.press("escape")
        assert isinstance(seat.top, RunsScreen)
        assert len(called()) == 1


@pytest.mark.asyncio
async def test_a_look_ahead_says_how_many_come_next_and_begins(
    make: Callable[..., Desk], sit: Sit, fake: Make, called: Called
) -> None:
    desk = make(sizes=(20,), core="0", arm="0")
    async with sit(desk, errands=fake("waiting", desk.study.path)) as seat:
        await seat.press("S", "n", "4", "enter")
        assert "18 segments come next" in seat.shown
        await seat.press("y")
        await seat.errand("run", lambda state: state.phase == "suggesting")
        assert called()[-1].startswith("suggest --profile=")
        assert "--ahead=200 --order=document" in called()[-1]
        assert "the look ahead ██████░" in seat.shown
        assert "1/3" in seat.shown
        await seat.press("n")
        assert "A run is under way" in seat.top_said
        await seat.press("c")
        await seat.errand("run")
        assert seat.top_said == "Run 7 was stopped: 1 answered, 2 left. It can be gone on with."
        assert not seat.top.has_class("-running")


def test_the_documentation_lists_exactly_the_registrys_keys() -> None:
    text = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    section = text.partition("\n## Runs\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE)
    groups = [group for group in REGISTRY.groups if group not in ("The program", "Other screens")]
    assert listed == [row for group in groups for row in REGISTRY.listed(group)]
