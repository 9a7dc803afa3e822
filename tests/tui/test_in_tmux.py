"""A short session in a real terminal; `make soak` has the long one, with every action."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import story
from desk import Desk
from tmux_terminal import has_tmux, review_in_terminal

from suggest.study.verify import verify
from tui.terminal.preferences import Preferences, write_preferences


@pytest.mark.skipif(not has_tmux(), reason="there is no tmux to drive")
def test_what_the_terminal_acknowledged_is_what_the_log_tells(make: Callable[..., Desk]) -> None:
    desk = make(sizes=(4,), core="0", arm="0")
    desk.suggest_everywhere(fitting=2)
    write_preferences(Preferences(toured=True))
    study = desk.study.path
    before = len(desk.kinds())
    with review_in_terminal(study, story.CODER, (80, 24)) as terminal:
        told = story.Story(terminal)
        assert terminal.cite == "D0 1"
        told.does("a", shows="1 ✓ Support", tells=("decided/accept",))
        told.does("r", shows="2 ✗ Support › Trust", tells=("decided/reject",))
        told.does("u", shows="undone: reject Support › Trust on D0 1", tells=("reverted",))
        terminal.click(r"  (1) ✓ Support")
        told.looks(shows="▸ 1 ✓ Support")
        told.looks("Enter", shows="– 1 not applied · anything missing")
        terminal.keys("c", shows="Add a code")
        terminal.type("Money")
        told.does("Enter", shows=r"\+ Doubts › Money", tells=("decided/add",))
        told.does("Enter", shows=r"▌D0 2 .*1/4|1/4.*▌D0 2 ", tells=("completed",))
        terminal.kill()
    with review_in_terminal(study, story.CODER, (80, 24)) as terminal:
        assert terminal.cite == "D0 2", "it goes on where it was"
        told.terminal = terminal
        told.looks("u", shows=r"▌D0 1 .*u undoes here: done on D0 1")
        told.looks("q", shows="ENDED 0")
    rows = desk.study.db.execute("SELECT kind, payload FROM log ORDER BY clock, tick, replica, seq").fetchall()[before:]
    found = [(kind, json.loads(payload).get("action") or "") for kind, payload in rows if kind not in story.QUIET]
    assert found == told.told
    assert verify(desk.study).ok
