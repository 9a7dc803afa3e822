"""A terminal behind a slow line, on a clock that the test moves: its late answers press no key of the review."""

from __future__ import annotations

import pytest
from desk import Desk
from seat import Seat, Sit
from terminal import ANSWERS
from textual.events import Key, MouseDown, Paste

from tui.terminal.driver import LOOK_HELD
from tui.terminal.intake import Intake
from tui.terminal.messages import Poured
from tui.terminal.sieve import SLOW

ASKED = 2
"""What the terminal is, for the theme and by the driver."""
LATE = (ANSWERS[b"\x1b]11;?\x1b\\"], ANSWERS[b"\x1b[c"], ANSWERS[b"\x1b[?2026$p"], ANSWERS[b"\x1b[c"])


class Line:
    """What comes over a line to the review, at times that the test says."""

    def __init__(self, seat: Seat) -> None:
        self._seat, self._intake = seat, Intake(seat.clock.now)
        self._intake.expect(ASKED)

    async def brings(self, sent: bytes, gap: float = 0.0, split: int = 0) -> None:
        """The first `split` bytes one by one with so many seconds between them, then the rest."""
        for piece in [*(sent[n : n + 1] for n in range(split)), sent[split:]]:
            await self._tell(self._intake.came(piece))
            await self.passes(gap)

    async def passes(self, seconds: float) -> None:
        """Nothing comes for so long."""
        for _ in range(round(seconds / LOOK_HELD)):
            self._seat.clock.move(LOOK_HELD)
            await self._tell(self._intake.silent())

    async def _tell(self, messages: list[object]) -> None:
        for message in messages:
            self._seat.app.post_message(message)
        if messages:
            await self._seat.settle()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("late", "gap", "split", "answers"),
    [(2.5, 0.0, 0, LATE), (1.0, 0.25, 4, LATE), (1.0, SLOW + 0.1, 2, LATE[:2])],
    ids=["whole", "in pieces", "in pieces after which Escape is a key"],
)
async def test_what_a_terminal_answers_late_presses_no_key(
    desk: Desk, sit: Sit, late: float, gap: float, split: int, answers: tuple[bytes, ...]
) -> None:
    async with sit(desk) as seat:
        line, before, entries = Line(seat), seat.everything, desk.entries()
        await line.passes(late)
        for answer in answers:
            await line.brings(answer, gap, split)
        assert seat.top is seat.screen
        assert (seat.everything, desk.entries()) == (before, entries)
        await line.passes(1.0)
        await line.brings(b"0")
        assert seat.decided() == ["no_code"]


def told(sent: bytes) -> list[object]:
    intake = Intake(lambda: 0.0)
    return intake.came(sent)


def keys(sent: bytes) -> list[str]:
    return [message.key for message in told(sent) if isinstance(message, Key)]


def test_keys_of_all_kinds_come_through() -> None:
    assert keys(b"\x1b[18~") == ["f7"]
    assert keys(b"\x1b[1;5A") == ["ctrl+up"]
    assert keys(b"\x1bk") == ["alt+k"]
    assert keys(b"\x10") == ["ctrl+p"]
    assert keys("ä".encode()) == ["ä"]


def test_escape_alone_is_a_key_when_its_time_has_come() -> None:
    now = [0.0]
    intake = Intake(lambda: now[0])
    assert intake.came(b"\x1b") == []
    assert intake.waits
    now[0] = 0.2
    assert [message.key for message in intake.silent() if isinstance(message, Key)] == ["escape"]
    assert not intake.waits


def test_a_sequence_that_textual_does_not_know_types_nothing() -> None:
    assert told(b"\x1b[1;2;3;4;5y") == []
    assert keys(b"\x1b[1;2;3;4;5yj") == ["j"]


def test_the_mouse_a_paste_and_a_letter_in_pieces_are_what_they_are() -> None:
    assert [type(message) for message in told(b"\x1b[<0;10;4M")] == [MouseDown]
    (pasted,) = told(b"\x1b[200~a\x00\rb\x1b[201~")
    assert isinstance(pasted, Paste) and pasted.text == "a\rb"
    intake = Intake(lambda: 0.0)
    assert intake.came(b"\xc3") == []
    (letter,) = intake.came(b"\xa4")
    assert isinstance(letter, Key) and letter.key == "ä"


def test_letters_that_come_at_once_are_poured_and_a_held_one_is_keys() -> None:
    (poured,) = told(b"kitchen")
    assert isinstance(poured, Poured) and "".join(key.character or "" for key in poured.keys) == "kitchen"
    assert keys(b"jjj") == ["j", "j", "j"]
