"""Text that means harm is shown as it is written, and nothing of it is a command, to Textual or to the terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk
from rich.cells import cell_len
from seat import Seat, Sit

from suggest.printable import printable
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.runs import NewCandidate
from tui.review.widgets.talk import Talk
from tui.terminal.wrap import cut, fill, words, wrap

TEXTS = (
    "[/] unterminated [b and [@click=app.quit]x[/]",
    "\x1b]52;c;aGVsbG8=\x07 clipboard \x1b[31mred",
    "\u202e reversed \u2066 isolate\ttab",
    "\x9b31m c1",
    "日本語 👩\u200d👩\u200d👧 e\u0301 " * 12,
    "x" * 300,
)


def drawn(seat: Seat) -> list[str]:
    """All lines of the screen as they go to the terminal."""
    strips = seat.app.screen._compositor.render_strips()
    return ["".join(piece.text for piece in strip) for strip in strips]


def clean(lines: list[str]) -> bool:
    return all(printable(line) == line and "\t" not in line and "\n" not in line for line in lines)


@pytest.fixture
def hostile(make: Callable[..., Desk]) -> Desk:
    desk = make(sizes=(), core="0", arm="0")
    segments, place = [], 0
    for n, text in enumerate(TEXTS):
        segments.append(NewSegment(place, place + len(text), "data", "[b", n + 1, n + 1))
        place += len(text) + 1
    add_documents(desk.study, desk.anna, [NewDocument("[/]D", "\n".join(TEXTS), "row", segments)])
    wording = Wording("[/] \x1b]0;t\x07 code", "[b def \x9b31m", "", "[@click=app.quit]", ("\u202ebackwards",))
    code = add_codes(desk.study, desk.anna, [NewCode("c", wording)])["c"]
    seen = [NewCandidate(code, True, 1, "rank", (0, 5), "exact", "[/] \x1b[2J because")]
    desk.suggest({segment: [item] for segment in desk.ids() for item in seen if segment.endswith(".0")})
    return desk


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 24)])
async def test_every_screen_shows_it_literally(hostile: Desk, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(hostile, size=size) as seat:
        assert "unterminated [b and" in " ".join(drawn(seat)).replace("▏", "").replace("▕", "")
        for keys in (["a"], ["r"], ["d"], ["escape"], ["e"], ["escape"], ["u"], ["question_mark"], ["escape"]):
            await seat.press(*keys)
            assert clean(drawn(seat)), keys
        for _ in TEXTS:
            await seat.press("n")
            assert clean(drawn(seat))
            assert {cell_len(line) for line in drawn(seat)} == {size[0]}
        await seat.press("g")
        await seat.type("[/]D 2")
        await seat.press("enter")
        assert seat.cite == "[/]D 2"


@pytest.mark.asyncio
async def test_enter_on_a_long_segment_goes_to_its_end_before_it_completes(make: Callable[..., Desk], sit: Sit) -> None:
    desk = make(sizes=(), core="0", arm="0")
    text = "many words " * 400
    add_documents(
        desk.study, desk.anna, [NewDocument("L", text, "turn", [NewSegment(0, len(text), "data", "R", 1, 1)])]
    )
    async with sit(desk) as seat:
        await seat.press("enter")
        assert seat.decided() == []
        assert not seat.screen.query_one(Talk).end_seen
        for _ in range(12):
            await seat.press("enter")
        assert seat.decided() == ["complete"]


@pytest.mark.parametrize("width", [2, 5, 20, 79])
@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_wider_than_it_may_be_and_no_word_is_lost(text: str, width: int) -> None:
    safe = words(text).text
    places = wrap(safe, width)
    assert all(cell_len(safe[start:end]) <= max(width, 6) for start, end in places)
    assert "".join(safe[start:end] for start, end in places).replace(" ", "") == safe.replace(" ", "")
    assert cell_len(fill(text, width)) == width
    assert cell_len(cut(text, width)) <= width


def test_the_mark_falls_on_the_words_it_was_meant_for() -> None:
    marked = words("\x1bone\u202e two three", (6, 9))
    assert marked.mark is not None
    assert marked.text[slice(*marked.mark)] == "▏two▕"
    assert words("short", (2, 99)).text == "sh▏ort▕"
    assert words("short", (90, 99)).mark is None
