"""A whole session in a real terminal: every action of the review and of the screens beside it, keys and mouse, blind
segments, a kill, a resume, undo of it all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import story
from elsewhere import AFTER, BEFORE
from tmux_terminal import has_tmux

from tui.terminal.preferences import Preferences, write_preferences

pytestmark = pytest.mark.skipif(not has_tmux(), reason="there is no tmux to drive")
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])

CHAPTERS = (*BEFORE, *story.CHAPTERS, *AFTER)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    write_preferences(Preferences(toured=True))


@SIZES
def test_the_log_tells_the_story_of_a_session_on_the_example(tmp_path: Path, size: tuple[int, int]) -> None:
    story.secondcoder("demo", "--dir", tmp_path / "d", "--no-review")
    story.play(tmp_path / "d" / "study.db", size, CHAPTERS)


@SIZES
def test_the_log_tells_the_story_of_a_session_on_real_talk(tmp_path: Path, size: tuple[int, int]) -> None:
    shared = os.environ.get("SECONDCODER_SHARED")
    if not shared:
        pytest.skip("SECONDCODER_SHARED names no folder with real material")
    real, study = Path(shared) / "data" / "serdif_thinkaloud", tmp_path / "study.db"
    story.secondcoder("new", study)
    story.secondcoder("add", study, real / "segments.csv", "--unit", "row")
    story.secondcoder("codes", study, "import", real / "codes.csv")
    story.secondcoder("suggest", study, "--profile", "lexical", "--limit", 300)
    story.play(study, size, CHAPTERS)
