"""A screen that lies over another one and closes once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """A screen over others, with an answer for whoever put it there. It is put there once.

    Textual takes the screen on top away, whichever asks for it, and keys that came while a screen closes still reach
    it: a second closing would end the screen below, and give the same answer again. It means nothing here.
    """

    _dismissed = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-usual")]  # noqa: RUF012 - as Textual declares it

    @property
    def room(self) -> int:
        """How many lines there are inside of the page's frame, above the keys and the empty line before them."""
        return self.size.height * 9 // 10 - 4

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with an answer; without effect where it is closed already."""
        if self._dismissed:
            return AwaitComplete()
        self._dismissed = True
        return super().dismiss(result)
