"""Original and translation side by side: where the keys lead, what they store, and who may say what of which words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from gallery import Over, Shot
from hostile_words import TEXTS, make_hostile
from looks import WIDE, drawn, looks_as_it_did
from seat import Seat, Sit

from suggest.study.documents import get_document
from suggest.study.people import ensure_coder
from suggest.study.second_text import Part, SecondReader
from suggest.study.second_writing import NewPart, NewSecond, add_second, correct_part, mark
from suggest.study.settings import set_setting
from suggest.study.verify import verify
from tui.beside.screen import BesideScreen
from tui.beside.sheet import Sheet
from tui.review.widgets.aside import Aside
from tui.terminal.themes import DARK, LIGHT

pytestmark = pytest.mark.asyncio
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


def bring(desk: Desk, *, words: str = "Rede {n}: was zu sagen war.", document: int = 0) -> None:
    held = get_document(desk.study, desk.documents[document])
    parts = [NewPart(n, n, words.format(n=n)) for n in range(held.count)]
    add_second(desk.study, desk.anna, held, NewSecond("original", parts, "de", "D-de.txt"))


@pytest.fixture
def both(make: Callable[..., Desk]) -> Desk:
    """A document of 200 turns with its original, and one of five without."""
    desk = make(sizes=(200, 5), core="0", arm="0")
    bring(desk)
    return desk


def part(desk: Desk, number: int) -> Part:
    reader = SecondReader(desk.study)
    text = reader.of(desk.documents[0])
    assert text is not None
    found = reader.part(text, number)
    assert found is not None
    return found


def words(seat: Seat) -> str:
    return "\n".join(drawn(seat))


@SIZES
async def test_both_texts_are_in_sight_at_the_segments_place(both: Desk, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(both, size) as seat:
        await seat.press("n", "n", "l")
        assert isinstance(seat.top, BesideScreen) and seat.top.query_one(Sheet).chosen == 2
        lines = drawn(seat)
        coded = next(i for i, line in enumerate(lines) if "D0 turn 2: people" in line)
        beside = next(i for i, line in enumerate(lines) if "Rede 2: was" in line)
        assert beside - coded == (0 if size[0] == 160 else 1)
        assert "▌D0 3  R2   draft" in words(seat)
        await seat.press("j", "enter")
        assert seat.top is seat.screen and seat.cite == "D0 4"


async def test_keys_check_and_ask_and_answer_and_take_back(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("l", "c")
        assert "checked by anna" in words(seat)
        assert part(both, 0).state.state == "checked"
        await seat.press("j", "a")
        await seat.type("is it so")
        await seat.press("enter")
        assert part(both, 1).state.queries == ((both.anna, "is it so"),)
        assert "anna asks: is it so" in words(seat)
        await seat.press("r")
        assert part(both, 1).state.state == "draft"
        await seat.press("r")
        assert "no question is open" in seat.top_said
        await seat.press("k", "z")
        assert part(both, 0).state.state == "draft"
        await seat.press("z")
        assert "nothing of yours" in seat.top_said
        assert verify(both.study).ok


async def test_a_check_is_undone_in_the_review(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("l", "c", "escape", "u")
        assert seat.said == "undone: checked the translation on D0 1"
        assert part(both, 0).state.state == "draft"
        await seat.press("U")
        assert part(both, 0).state.state == "checked"


async def test_a_check_of_the_moderators_words_is_no_end_of_undoing(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("exclamation_mark", "l", *"jjjjjjjj", "c", "escape", "u")
        assert seat.said == "undone: checked the translation on D0 9" and seat.cite == "D0 1"
        await seat.press("u")
        assert seat.said.startswith("undone: flag")


async def test_words_that_others_changed_meanwhile_are_not_checked(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("l")
        correct_part(both.study, both.anna, get_document(both.study, both.documents[0]), part(both, 0), "anders")
        await seat.press("c")
        assert "changed in the meantime" in seat.top_said
        assert part(both, 0).state.state == "draft" and "anders" in words(seat)


async def test_a_held_key_checks_once(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("l")
        await seat.press("c")
        before = both.kinds().count("second_text_marked")
        for _ in range(5):
            await seat.press("c", gap=0.03)
        assert before == 1 and both.kinds().count("second_text_marked") == 1


async def test_the_next_open_one_is_found_wherever_it_is(both: Desk, sit: Sit) -> None:
    document = get_document(both.study, both.documents[0])
    with both.study.write(both.anna) as writer:
        from suggest.study.second_writing import mark_within

        for n in range(180):
            mark_within(both.study, writer, document, n, "check")
    mark(both.study, both.anna, document, 150, "query", "really")
    async with sit(both) as seat:
        await seat.press("l", "n")
        assert seat.top.query_one(Sheet).chosen == 150 and "really" in words(seat)
        await seat.press("n")
        assert seat.top.query_one(Sheet).chosen == 180
        await seat.press("end", "n")
        assert "None after this one" in seat.top_said


async def test_moving_on_reads_on_to_the_end_and_back(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("l")
        for _ in range(120):
            await seat.press("down")
        assert seat.top.query_one(Sheet).chosen == 120 and "▌D0 121" in words(seat)
        await seat.press("end")
        assert "▌D0 200" in words(seat) and "200 of 200" in words(seat)
        await seat.press("pageup", "home")
        assert "▌D0 1 " in words(seat)


async def test_a_part_longer_than_the_screen_is_read_to_its_end(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(5,), core="0", arm="0")
    bring(desk, words=" ".join(f"w{{n}}x{i}" for i in range(600)))
    async with sit(desk) as seat:
        await seat.press("l")
        seen = ""
        for _ in range(8):
            seen += words(seat)
            if seat.top.query_one(Sheet).chosen:
                break
            await seat.press("down")
        assert all(f"w0x{i} " in seen.replace("\n", " ") for i in range(0, 600, 40))
        assert seat.top.query_one(Sheet).chosen == 1


async def test_it_is_reached_from_the_transcript_and_says_where_nothing_stands(both: Desk, sit: Sit) -> None:
    async with sit(both) as seat:
        await seat.press("t", "j", "l")
        assert isinstance(seat.top, BesideScreen) and seat.top.query_one(Sheet).chosen == 1
        await seat.press("escape", "escape", "g")
        await seat.type("D1 1")
        await seat.press("enter", "l")
        assert "Nothing stands beside this document" in seat.top_said
        await seat.press("c", "n", "down", "end")
        assert "second_text_marked" not in both.kinds()


async def test_where_there_is_room_the_other_language_stands_beside_the_segment(both: Desk, sit: Sit) -> None:
    mark(both.study, both.anna, get_document(both.study, both.documents[0]), 0, "query", "is it so")
    async with sit(both, (160, 50)) as seat:
        told = "\n".join(seat.screen.query_one(Aside).plain)
        assert "original (de): query" in told and "anna asks: is it so" in told and "Rede 0" in told
        assert "Rede 0" in words(seat)
        await seat.press("n")
        assert "Rede 1" in words(seat) and "Rede 0" not in words(seat)
        await seat.press("l", "c", "escape")
        assert "checked by anna" in "\n".join(seat.screen.query_one(Aside).plain)
        await seat.press("g")
        await seat.type("D1 1")
        await seat.press("enter")
        assert not seat.screen.query_one(Aside).display


async def test_where_there_is_little_room_it_is_a_key_away(both: Desk, sit: Sit) -> None:
    async with sit(both, (80, 24)) as seat:
        assert "Rede" not in words(seat)


async def test_as_many_as_the_study_wants_have_to_check(both: Desk, sit: Sit) -> None:
    set_setting(both.study, both.anna, "translation_checks", "2")
    mark(both.study, ensure_coder(both.study, "ben"), get_document(both.study, both.documents[0]), 0, "check")
    async with sit(both) as seat:
        await seat.press("l")
        assert "checked so far by ben" in words(seat)
        await seat.press("c")
        assert "checked by ben, anna" in words(seat)


SHOTS = (
    Shot("beside"),
    Shot("beside, side by side", ("l",)),
    Shot("beside, further down", ("l", "j", "j", "j")),
    Shot("beside, checked", ("l", "c")),
    Over("beside, asking", ("l", "a", ":is it")),
    Over("beside, help", ("l", "question_mark")),
)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), DARK), ((160, 50), LIGHT)], ids=["80x24-dark", "160x50-light"])
async def test_hostile_words_beside_look_as_they_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sit: Sit, size: tuple[int, int], theme: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECONDCODER_HOME", "home")
    desk = make_hostile(Path("study.db"))
    try:
        (document,) = {segment.partition(".")[0] for segment in desk.ids()}
        parts = [NewPart(n, n, text) for n, text in enumerate(reversed(TEXTS))]
        held = get_document(desk.study, document)
        add_second(desk.study, desk.anna, held, NewSecond("translation", parts, "[b\x1b[1m日", "[/]\x1b[2J.txt"))
        mark(desk.study, ensure_coder(desk.study, "[@click=app.quit]ben\x1b[5m"), held, 1, "query", "[/]\x9b31m why")
        shots = tuple(shot for shot in SHOTS if size[0] < WIDE or not isinstance(shot, Over))
        await looks_as_it_did(sit, desk, size, theme, shots)
    finally:
        desk.study.close()
