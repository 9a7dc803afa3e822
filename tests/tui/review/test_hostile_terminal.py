"""What reaches a real terminal of text that means harm: no control sequence of it, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import make_desk
from sessions import review
from terminal import Terminal, words

from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.runs import NewCandidate
from tui.terminal.preferences import Preferences, write_preferences
from tui.terminal.wrap import TO_A_CELL, wrap

TEXTS = (
    "the beginning of it",
    "[/] unterminated [b and [@click=app.quit]x[/]",
    "\x1b]52;c;aGVsbG8=\x07 clip \x1b[31mred \x1b[2Jgone",
    "\u202e reversed \u2066 isolated\ttab \x9b31m c1 \x9d0;t\x9c",
    "日本語テキスト 👩\u200d👩\u200d👧 e\u0301 " * 20,
    "a" + "\u0301" * 5_000,
    "many words " * 95_000,
    "x" * 1_000_000,
    "the end of it",
)
HARM = ("\x1b]52", "\x1b[31m", "\x1b]0;", "\x1b[5m", "\x9b", "\x9d", "\x9c", "\u202e", "\u2066")
"""Sequences that only these texts hold; the application draws in true colour."""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    write_preferences(Preferences(toured=True))
    desk = make_desk(tmp_path / "study.db", sizes=(), core="0", arm="0", learn_every="0")
    segments, place = [], 0
    for n, text in enumerate(TEXTS, 1):
        segments.append(NewSegment(place, place + len(text), "data", "[b\x1b[5m", n, n))
        place += len(text) + 1
    add_documents(desk.study, desk.anna, [NewDocument("[/]D", "\n".join(TEXTS), "row", segments)])
    hostile = Wording(
        "[/] \x1b]0;t\x07 " + "n" * 485, "[b \x9b31m", "", "[@click=app.quit]", ("\u202ebackwards",)
    )  # fmt: skip
    many = [NewCode(str(n), Wording(f"Code {n}")) for n in range(5_000)]
    code = add_codes(desk.study, desk.anna, [NewCode("h", hostile), *many])["h"]
    seen = NewCandidate(code, True, 600_000, "rank", None, "none", "[/] \x1b[31m because")
    desk.suggest({segment: [seen] for segment in desk.ids()})
    desk.study.close()
    return tmp_path / "study.db"


def walked(terminal: Terminal, *keys: str) -> None:
    """Press keys, each once the one before has led to a frame and all is drawn."""
    for key in keys:
        since = len(terminal.drawn)
        terminal.press(key)
        terminal.until(lambda drawn: True, since)
        terminal.quiet(0.2)


def test_no_sequence_of_the_text_reaches_the_terminal(study: Path) -> None:
    with review(study) as terminal:
        terminal.until(lambda drawn: b"beginning" in drawn)
        terminal.quiet(0.3)
        walked(terminal, "a", "d", "\x1b", "c", "n", "\x1b", *["n"] * (len(TEXTS) - 1))
        assert "the end of it" in words(bytes(terminal.drawn[-20_000:]))
        terminal.press("q")
        assert terminal.wait() == 0
    drawn = bytes(terminal.drawn)
    assert [harm for harm in HARM if harm.encode() in drawn] == []
    assert "unterminated [b and" in words(drawn)


def test_accents_heaped_on_one_letter_break_into_lines() -> None:
    text = "a" + "\u0301" * 5_000 + " and more"
    lines = wrap(text, 40)
    assert "".join(text[start:stop] for start, stop in lines).replace(" ", "") == text.replace(" ", "")
    assert max(stop - start for start, stop in lines) <= 40 * TO_A_CELL
