"""Documents: the list as it is on screen, and what each key of it does to the study and its log."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from seat import Seat, Sit
from textual.widgets import Input

from suggest.study.documents import describe, get_document
from suggest.study.segments import SegmentReader
from tui.documents.screen import DocumentsScreen
from tui.terminal.lines import Lines
from tui.terminal.table import Table
from tui.transcript.screen import TranscriptScreen
from tui.transcript.sheet import Sheet

pytestmark = pytest.mark.asyncio


@pytest.fixture
def desk(make: Callable[..., Desk]) -> Desk:
    """Two documents, with suggestions everywhere."""
    desk = make(sizes=(20, 10), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    return desk


def rows(seat: Seat) -> list[str]:
    return [*seat.top.query_one("#list").plain]


def about(seat: Seat) -> str:
    return "\n".join(seat.top.query_one("#about").plain)


def drawn(seat: Seat) -> str:
    """What reaches the terminal."""
    widgets = [*seat.top.query(Lines), *seat.top.query(Table), *seat.top.query(Sheet)]
    return "\n".join("".join(p.text for p in w.render_line(y)) for w in widgets for y in range(w.size.height))


def roles(desk: Desk, document: str) -> list[tuple[str | None, str]]:
    held = get_document(desk.study, document)
    return [
        (turn.speaker, turn.role) for turn in SegmentReader(desk.study).span(held.first, held.first + held.count - 1)
    ]


async def fill(seat: Seat, field: str, words: str) -> None:
    """Put words in a field of the form on screen, by hand."""
    seat.top.query_one(f"#field_{field}", Input).focus()
    await seat.pilot.press("end", "ctrl+u")
    await seat.type(words)


async def test_f3_and_its_letter_lead_to_the_documents_with_ones_own_progress(desk: Desk, sit: Sit) -> None:
    for segment in desk.ids()[:9]:
        desk.done("complete", segment)
    async with sit(desk) as seat:
        await seat.press("f3")
        assert isinstance(seat.top, DocumentsScreen)
        assert [re.sub(r"\s+", " ", row) for row in rows(seat)] == [
            "D0 | █████░░░░░ | 9/18 | 20 | | ",
            "D1 | ░░░░░░░░░░ | 0/9 | 10 | | ",
        ]
        assert "20 segments by turn (18 data, 2 prompt)" in about(seat)
        await seat.press("escape", "D")
        assert isinstance(seat.top, DocumentsScreen)


async def test_the_chosen_document_shows_how_far_every_coder_is(desk: Desk, sit: Sit) -> None:
    for segment in desk.ids()[:3]:
        desk.done("complete", segment, coder="ben")
    async with sit(desk) as seat:
        await seat.press("D")
        assert re.search(r"anna .* 0/18 you\n ben .* 3/18$", about(seat))
        await seat.press("down")
        assert re.search(r"anna .* 0/9 you\n ben .* 0/9$", about(seat))


async def test_an_attribute_is_stored_and_shown_and_logged_without_its_words(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "down", "e")
        await fill(seat, "new", "site=Northfield")
        await seat.press("ctrl+s")
        assert dict(get_document(desk.study, desk.documents[1]).attributes) == {"site": "Northfield"}
        assert desk.kinds()[-1] == "document_described"
        assert "site Northfield" in rows(seat)[1]
        assert "site is Northfield" in seat.top_said
        assert not desk.study.db.execute("SELECT 1 FROM log WHERE payload LIKE '%Northfield%'").fetchone()


async def test_a_label_is_changed_and_an_empty_one_stays_in_the_form(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "e")
        before = desk.entries()
        await fill(seat, "label", "")
        await seat.press("ctrl+s")
        assert "needs a label" in seat.shown
        await seat.press("escape", "escape")
        assert desk.entries() == before
        await seat.press("e")
        await fill(seat, "label", "BU")
        await seat.press("ctrl+s")
        assert get_document(desk.study, desk.documents[0]).label == "BU"
        await seat.press("escape")
        assert seat.cite.startswith("BU ")


async def test_a_form_left_as_it_was_logs_nothing(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "e")
        before = desk.entries()
        await seat.press("ctrl+s")
        assert isinstance(seat.top, DocumentsScreen)
        assert desk.entries() == before


async def test_consent_is_set_and_lifted_for_one_speaker_and_for_all(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "k", "down", "right", "enter")
        assert get_document(desk.study, desk.documents[0]).consent == (("R0", "no_quote"),)
        assert desk.kinds()[-1] == "consent_set"
        await seat.press("enter")
        assert get_document(desk.study, desk.documents[0]).consent == ()
        await seat.press("up", "left", "enter", "escape")
        assert get_document(desk.study, desk.documents[0]).consent == ((None, "local_only"),)
        assert rows(seat)[0].rstrip().endswith("local_only")


async def test_excluded_segments_leave_the_review(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        assert seat.cite == "D0 1"
        await seat.press("D", "k", "down", "right", "right")
        assert "7 segments to be coded" in seat.shown
        await seat.press("enter", "escape", "escape")
        assert seat.cite == "D0 2"


async def test_a_speaker_gets_another_role_and_leaves_the_queue(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "o", "p")
        assert {role for speaker, role in roles(desk, desk.documents[0]) if speaker == "R0"} == {"prompt"}
        assert desk.kinds()[-1] == "role_set"
        assert "R0: 7 segments are prompt now." in seat.shown
        await seat.press("escape", "escape")
        assert seat.cite == "D0 2"


async def test_paragraphs_get_another_role_and_what_is_none_is_said(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "o", "end", "o")
        await seat.type("3-4")
        await seat.press("enter")
        assert [role for _, role in roles(desk, desk.documents[0])[1:5]] == ["data", "other", "other", "data"]
        before = desk.entries()
        await seat.press("o")
        await seat.type("here")
        await seat.press("enter")
        assert "written 5 or 5-9" in seat.shown
        assert desk.entries() == before


async def test_a_document_is_withdrawn_only_when_its_label_was_typed_twice(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "down", "w", "enter")
        before = desk.entries()
        await fill(seat, "reason", "asked for it")
        await fill(seat, "label", "D0")
        await seat.press("ctrl+s")
        assert "that is not the label" in seat.shown
        await fill(seat, "label", "D1")
        await seat.press("ctrl+s")
        assert desk.entries() == before
        await fill(seat, "label", "D1")
        await seat.press("ctrl+s")
        assert "Withdrawn" in seat.shown
        assert "erased" in desk.kinds()[before:]
        await seat.press("escape")
        assert len(rows(seat)) == 1


async def test_a_file_is_looked_at_and_then_added(desk: Desk, sit: Sit, tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text("I: How was it?\nR1: It was good, mostly.\n", encoding="utf-8")
    async with sit(desk) as seat:
        await seat.press("D", "n")
        before = desk.entries()
        seat.top.query_one(Input).value = str(tmp_path / "talk.txt")
        await seat.press("enter")
        assert "talk" in seat.shown
        assert desk.entries() == before
        await seat.press("enter")
        assert desk.entries() > before
        assert len(rows(seat)) == 3


async def test_a_file_that_is_not_there_is_told_in_a_sentence(desk: Desk, sit: Sit, tmp_path: Path) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "n")
        seat.top.query_one(Input).value = str(tmp_path / "none.txt")
        await seat.press("enter")
        assert "none.txt" in seat.shown
        assert "Nothing was stored." in seat.shown


async def test_enter_opens_the_transcript_and_x_says_how_to_correct(desk: Desk, sit: Sit) -> None:
    async with sit(desk) as seat:
        await seat.press("D", "down", "enter")
        assert isinstance(seat.top, TranscriptScreen)
        assert seat.top.turn.cite == "D1 1"
        await seat.press("escape", "x")
        assert "press x to correct" in seat.top_said


async def test_a_study_without_documents_says_what_to_do_next(make: Callable[..., Desk], sit: Sit) -> None:
    async with sit(make(sizes=())) as seat:
        await seat.press("f3")
        assert "n adds one" in drawn(seat)
        await seat.press("e", "k", "w", "enter")
        assert isinstance(seat.top, DocumentsScreen)


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (160, 50)])
async def test_hostile_labels_and_names_stay_in_their_cells(
    make: Callable[..., Desk], sit: Sit, size: tuple[int, int]
) -> None:
    desk = make(sizes=(9,), core="0", arm="0")
    held = get_document(desk.study, desk.documents[0])
    describe(
        desk.study, desk.anna, held, label="[b]\x1b]52;c;eA==\x07日本" * 3, attributes={"[/]": "\u202eevil\x9b31m"}
    )
    async with sit(desk, size=size) as seat:
        await seat.press("f3", "e")
        await seat.press("escape", "enter")
        assert "日本" in drawn(seat)
        assert not set("\x1b\x07\x9b\u202e") & set(drawn(seat))
        await seat.press("escape")
        assert "evil" in drawn(seat)
        assert not set("\x1b\x07\x9b\u202e") & set(drawn(seat))
