"""Every screen, in the theme that the suite does not draw it in at that size: the same words, drawn with the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from audited import HEAD, audited, coded_by_two
from gallery import AUDIT_SHOTS, BLIND_SHOTS, Shot
from hostile_words import make_hostile
from looks import looks_as_it_did, shots_for
from seat import seated

from tui.terminal.themes import DARK, LIGHT

THEMES = pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), LIGHT), ((160, 50), DARK)], ids=["80x24-light", "160x50-dark"]
)


@pytest.mark.asyncio
@THEMES
@pytest.mark.parametrize("core", ["0", "1"], ids=["shown", "blind"])
async def test_every_screen_looks_the_same_in_the_other_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str, core: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECONDCODER_HOME", "home")
    desk = make_hostile(Path("study.db"), core)
    shots: tuple[Shot, ...] = BLIND_SHOTS if core == "1" else shots_for(size)
    await looks_as_it_did(seated, desk, size, theme, shots)
    desk.study.close()


@pytest.mark.asyncio
@THEMES
async def test_the_audit_looks_the_same_in_the_other_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECONDCODER_HOME", "home")
    desk = coded_by_two(make_hostile(Path("study.db"), "1"))
    beside = audited(desk, Path(), head=HEAD)
    await looks_as_it_did(seated, desk, size, theme, shots_for(size, AUDIT_SHOTS), beside)
    desk.study.close()
