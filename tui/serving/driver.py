"""Textual's driver for a browser, which also ends the application when the site that started it is no more."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp

NAME = f"{__name__}:SeatDriver"


class SeatDriver(WebDriver):
    """The end of standard input is the end of the review: nobody looks at it any more."""

    def __init__(self, app: App[Any], **given: Any) -> None:
        super().__init__(app, **given)
        self._owner = app

    def run_input_thread(self) -> None:
        """Wait for input until there is none to come."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._owner.post_message(ExitApp())
