"""What an error of the application itself leaves on the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tui.terminal.app import StudyApp


def test_a_crash_says_a_sentence_and_no_words_of_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    app = StudyApp(lambda: pytest.fail("no study is needed"), lambda: pytest.fail("nor a second time"))
    monkeypatch.setattr(app, "_close_messages_no_wait", lambda: None)
    said = "what a participant said"
    try:
        raise RuntimeError(said)
    except RuntimeError:
        app._fatal_error()
    shown = io.StringIO()
    for renderable in app._exit_renderables:
        Console(file=shown, width=200).print(renderable)
    assert "is on disk" in shown.getvalue()
    assert said not in shown.getvalue()
    assert "RuntimeError" not in shown.getvalue()
