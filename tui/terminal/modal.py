"""A screen that lies over another one and closes once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

if TYPE_CHECKING:
    from tui.terminal.app import StudyApp


class Modal(ModalScreen[ScreenResultType]):
    """A screen over others, with an answer for whoever put it there. It is put there once.

    Textual takes the screen on top away, whichever asks for it, and keys that came while a screen closes still reach
    it: a second closing would end the screen below, and give the same answer again. It means nothing here.
    """

    DECIDING: ClassVar[frozenset[str]] = frozenset({"enter", "y", *"123456789"})
    """The keys by which it may be decided: they have to be meant for this page, and not for the screen before it."""

    painted_at: float | None = None
    """When the page was painted, on the application's clock."""
    _dismissed = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-usual")]  # noqa: RUF012 - as Textual declares it

    @property
    def room(self) -> int:
        """How many lines there are inside of the page's frame, above the keys and the empty line before them."""
        return self.size.height * 9 // 10 - 4

    def decides(self, key: str) -> bool:
        """Whether a key may decide here."""
        return key in self.DECIDING

    def on_screen_resume(self) -> None:
        """On top, for the first time or again: what is pressed from now on can be meant for it."""
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        if self.painted_at is None:
            self.painted_at = cast("StudyApp", self.app).clock.now()

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with an answer; without effect where it is closed already."""
        if self._dismissed:
            return AwaitComplete()
        self._dismissed = True
        return super().dismiss(result)
