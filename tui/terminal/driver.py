"""Textual's driver for a terminal, with the sieve between the terminal and what Textual takes for keys.

It also asks the terminal what kind it is once Textual has asked all it wants to know: as a terminal answers in order,
nothing is owed any more when that answer has come.
"""

from __future__ import annotations

import os
import select
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.messages import ExitApp

from tui.terminal.intake import Intake
from tui.terminal.sieve import ESC

ASK_KIND = f"{ESC}[c"
LOOK = 0.1
"""Seconds after which the thread looks whether the application has ended."""
LOOK_HELD = 0.02
"""The same while something is held."""
TOGETHER = 0.002
"""Keys no further apart are read together: nobody presses so fast."""
PIECE = 4096


class SievedDriver(LinuxDriver):
    """Reads the terminal. The application's `owed` says how many answers were still to come when it began."""

    def __init__(self, app: App[Any], *, debug: bool = False, **given: Any) -> None:
        super().__init__(app, debug=debug, **given)
        self._owner, self._debugging = app, debug

    def start_application_mode(self) -> None:
        """Take the terminal over, and ask one thing behind all that Textual asks."""
        self._intake = Intake(debug=self._debugging)
        self._intake.expect(getattr(self._owner, "owed", 0) + 1)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(ASK_KIND)
        self.flush()

    def run_input_thread(self) -> None:
        """Hand on what comes until the application ends, or the terminal is gone."""
        while not self.exit_event.is_set():
            if not select.select([self.fileno], [], [], LOOK_HELD if self._intake.waits else LOOK)[0]:
                messages = self._intake.silent()
            elif read := self._read():
                messages = self._intake.came(read)
            else:
                self._owner.post_message(ExitApp())
                return
            for message in messages:
                self.process_message(message)

    def _read(self) -> bytes:
        """What came together; nothing where the terminal is gone."""
        read = b""
        while not read or (len(read) < PIECE and select.select([self.fileno], [], [], TOGETHER)[0]):
            try:
                piece = os.read(self.fileno, PIECE)
            except OSError:
                piece = b""
            if not piece:
                break
            read += piece
        return read
