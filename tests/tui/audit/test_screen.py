"""The audit on screen says what the command says, counted beside, and is read after what is blind is coded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from audited import audited, coded_by_two
from click.testing import CliRunner
from desk import Desk
from hostile_words import make_hostile
from looks import sound
from seat import Seat, Sit

from suggest.audit.audit import audit
from suggest.audit.blocks import Bars, Table, Text
from suggest.audit.headline import headline
from suggest.audit.markdown import markdown
from suggest.audit.page import page
from suggest.audit.told import told, told_from, told_json
from tui.audit.screen import AuditScreen, Page
from tui.cli import main
from tui.errands.errands import Errands
from tui.terminal.lines import Lines

pytestmark = pytest.mark.asyncio
Make = Callable[..., Desk]
Beside = Callable[..., Errands]


@pytest.fixture
def coded(make: Make) -> Desk:
    """anna and ben coded two documents, half of it blind."""
    desk = make(core="0.5", arm="0.2", sizes=(20, 16))
    desk.suggest_everywhere()
    for number, segment in enumerate(desk.ids()):
        for coder in ("anna", "ben"):
            desk.line(segment, coder)
            if (number + (coder == "ben")) % 3:
                desk.apply(segment, "Support/Trust", coder)
            desk.done("complete", segment, coder)
    return desk


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    """Errands whose child prints what the command would."""

    def build(desk: Desk, mode: str = "done") -> Errands:
        return audited(desk, tmp_path, mode)

    return build


def called(tmp_path: Path) -> list[str]:
    return (tmp_path / "called").read_text(encoding="utf-8").splitlines()


def head(seat: Seat) -> str:
    return " ".join(" ".join(seat.top.query_one("#head", Lines).plain).split())


def title(seat: Seat) -> str:
    return " ".join(seat.top.query_one("#title", Lines).plain)


def body(seat: Seat) -> str:
    return " ".join(" ".join(seat.top.query_one(Page).whole).split())


async def counted(seat: Seat) -> None:
    await seat.press("A")
    await seat.errand("audit")


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)], ids=["80x24", "160x50", "40x24"])
async def test_every_word_and_number_of_the_report_is_on_screen(
    coded: Desk, sit: Sit, beside: Beside, size: tuple[int, int]
) -> None:
    report = audit(coded.study)
    async with sit(coded, size, errands=beside(coded)) as seat:
        await counted(seat)
        assert isinstance(seat.top, AuditScreen)
        assert headline(report)[0] in head(seat)
        for place, section in enumerate(told(report).sections):
            assert f"{place + 1} of" in title(seat)
            for block in section.blocks:
                if isinstance(block, Text):
                    assert " ".join(block.words.split()) in body(seat)
                elif isinstance(block, Table):
                    cells = {
                        cell for row in block.rows for n, cell in enumerate(row) if n not in block.left + block.wide
                    }
                    assert all(cell in body(seat) for cell in cells), section.id
                elif isinstance(block, Bars):
                    assert block.caption in body(seat)
            await seat.press("n")


async def test_sections_are_gone_through_and_chosen(coded: Desk, sit: Sit, beside: Beside) -> None:
    async with sit(coded, errands=beside(coded)) as seat:
        await counted(seat)
        assert "What this stands on" in title(seat)
        await seat.press("p")
        assert "1 of" in title(seat)
        await seat.press("enter", "down", "down", "enter")
        assert "3 of" in title(seat)
        await seat.press("end")
        assert seat.top.query_one(Page)._first > 0
        await seat.press("home", "j", "k", "space", "b")
        assert seat.top.query_one(Page)._first == 0


async def test_counting_is_shown_can_be_stopped_and_begun_again(coded: Desk, sit: Sit, beside: Beside) -> None:
    async with sit(coded, errands=beside(coded, "waiting")) as seat:
        await seat.press("A")
        await seat.errand("audit", lambda state: state.phase == "counting")
        assert "counting" in " ".join(seat.top.query_one("#going", Lines).plain)
        await seat.press("x")
        await seat.errand("audit")
        assert "stopped" in seat.top_said and "Nothing is counted yet" in head(seat)
        await seat.press("r")
        await seat.errand("audit", lambda state: state.phase == "counting")
        await seat.press("x")
        await seat.errand("audit")


async def test_what_cannot_be_counted_is_said(coded: Desk, sit: Sit, beside: Beside) -> None:
    async with sit(coded, errands=beside(coded, "fails")) as seat:
        await counted(seat)
        assert "It could not be counted: zoe: no coder is called so." in seat.top_said
    async with sit(coded) as seat:
        await seat.press("A")
        assert "secondcoder audit" in seat.top_said


async def test_who_has_still_to_code_blind_is_asked_before_anything_is_counted(
    make: Make, sit: Sit, beside: Beside, tmp_path: Path
) -> None:
    desk = make(core="0.5", arm="0")
    desk.suggest_everywhere()
    async with sit(desk, errands=beside(desk)) as seat:
        await seat.press("A")
        assert "to code blind" in seat.shown
        assert not (tmp_path / "called").exists()
        await seat.press("escape")
        assert "Code what is blind first" in seat.top_said
        await seat.press("r", "y")
        await seat.errand("audit")
        assert len(called(tmp_path)) == 1


async def test_another_question_goes_to_the_command_as_its_options(
    coded: Desk, sit: Sit, beside: Beside, tmp_path: Path
) -> None:
    async with sit(coded, errands=beside(coded)) as seat:
        await counted(seat)
        await seat.press("o")
        assert "here are anna, ben, model:lexical" in seat.shown
        await seat.press("tab")
        await seat.type("anna,ben")
        await seat.press("tab", "tab")
        await seat.type("document")
        await seat.press("tab")
        await seat.type("much")
        await seat.press("ctrl+s")
        assert "is no number above 0" in seat.shown
        await seat.press(*["backspace"] * 4)
        await seat.type("0.2")
        await seat.press("ctrl+s")
        await seat.errand("audit", lambda state: state.ended and "--plan" in state.errand.words)
    first, second = called(tmp_path)
    assert first == "audit --sections --coder=anna --progress json --json"
    assert second.startswith("audit --coders=anna,ben --by=document --plan --half-width=0.2 --sections")


async def test_it_is_not_counted_again_by_coming_back(coded: Desk, sit: Sit, beside: Beside, tmp_path: Path) -> None:
    async with sit(coded, errands=beside(coded)) as seat:
        await counted(seat)
        await seat.press("escape", "f11")
        assert "alpha" in head(seat)
        assert len(called(tmp_path)) == 1
        await seat.press("r")
        await seat.errand("audit")
    assert len(called(tmp_path)) == 2


async def test_what_is_on_screen_is_written_in_three_forms(
    coded: Desk, sit: Sit, beside: Beside, tmp_path: Path
) -> None:
    report, command = audit(coded.study), "secondcoder audit STUDY"
    async with sit(coded, errands=beside(coded)) as seat:
        await counted(seat)
        for name in ("a.html", "a.md", "a.json"):
            await seat.press("e")
            await seat.type(str(tmp_path / name))
            await seat.press("enter")
            assert f"Written: {name}" in seat.top_said
        await seat.press("e")
        await seat.type(str(tmp_path / "a.md"))
        await seat.press("enter")
        assert "is there already" in seat.shown
        await seat.press("escape", "e")
        await seat.type(str(tmp_path / "a.pdf"))
        await seat.press("enter")
        assert "names no format" in seat.top_said
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == page(report, command)
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == markdown(report, command)
    printed = CliRunner().invoke(main, ["audit", str(coded.study.path), "--json"]).stdout
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == json.loads(printed)
    assert (tmp_path / "a.json").stat().st_mode & 0o077 == 0


async def test_a_table_is_sorted_by_a_column_of_ones_choice(coded: Desk, sit: Sit, beside: Beside) -> None:
    async with sit(coded, errands=beside(coded)) as seat:
        await counted(seat)
        before = seat.top.query_one(Page).whole
        await seat.press("s", "enter")
        falling = seat.top.query_one(Page).whole
        await seat.press("s", "enter")
        rising = seat.top.query_one(Page).whole
        assert falling != rising and sorted(falling) == sorted(rising) == sorted(before)


async def test_a_report_told_in_full_comes_out_of_json_as_it_went_in(coded: Desk) -> None:
    given = told(audit(coded.study))
    assert told_from(json.loads(json.dumps(told_json(given)))) == given
    with pytest.raises(ValueError, match="no audit"):
        told_from({"title": "x"})


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)], ids=["80x24", "160x50", "40x24"])
async def test_names_that_mean_harm_are_words_in_every_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sit: Sit, beside: Beside, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = coded_by_two(make_hostile(tmp_path / "hostile.db", "1"))
    async with sit(desk, size, errands=beside(desk)) as seat:
        await counted(seat)
        seen = ""
        for _ in seat.top._told.sections:
            sound(seat, size, title(seat))
            seen += body(seat)
            await seat.press("n")
        assert "[@click=app.quit]ben" in seen and "日本語の符号" in seen
    desk.study.close()


async def test_the_real_process_counts_it(coded: Desk, sit: Sit) -> None:
    async with sit(coded, errands=Errands(coded.study.path, "anna")) as seat:
        await counted(seat)
        assert headline(audit(coded.study))[0] in head(seat)
