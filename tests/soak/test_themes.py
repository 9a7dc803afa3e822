"""Every screen in every theme: what is written can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import make_desk
from seat import seated
from themes import WALKS, all_can_be_read

from tui.terminal.look import known_themes


@pytest.mark.asyncio
@pytest.mark.parametrize("blind", [False, True], ids=["shown", "blind"])
async def test_all_words_of_all_screens_can_be_read_in_all_themes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blind: bool
) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    desk = make_desk(tmp_path / "study.db", sizes=(20,), core="1" if blind else "0", arm="0")
    desk.suggest_everywhere(fitting=2, words="because she says so")
    async with seated(desk, size=(130, 40)) as seat:
        if not blind:
            await seat.press("2", "r", "1", "exclamation_mark")
        for walk in WALKS:
            await all_can_be_read(seat, walk, known_themes())
    desk.study.close()
