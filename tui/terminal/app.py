"""The application: it owns the session with the study, the review, and the way to the other screens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.constants import DRIVER
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.types import AnimationLevel

from suggest.errors import BadInput
from suggest.study.claims import BEAT
from suggest.study.study import Study
from tui.errands.beside import Beside
from tui.errands.errands import Errands
from tui.errands.state import outcome_words
from tui.review.bench import Bench
from tui.review.screen import ReviewScreen
from tui.terminal.clock import Clock, RealClock
from tui.terminal.keyfile import FILE as KEY_FILE
from tui.terminal.keyfile import Keys
from tui.terminal.look import Look
from tui.terminal.meant import Meant
from tui.terminal.messages import Answered, ErrandTold, NotOpened, Opened, Poured
from tui.terminal.modal import Modal
from tui.terminal.page import PageScreen
from tui.terminal.palette import readable
from tui.terminal.places import BY_ID
from tui.terminal.preferences import Preferences, write_preferences
from tui.terminal.registry import Command, Registry, keys_text
from tui.terminal.session import Session
from tui.terminal.study_screen import StudyScreen
from tui.terminal.themes import DARK, OWN
from tui.terminal.tour import TourScreen

CRASH = (
    "The review ended by an error of its own. Every decision that it had acknowledged is on disk: the same command "
    "goes on where you were."
)


class StudyApp(App[str | None]):
    """Ends with None, or with the sentence that says why the study could not be opened."""

    TITLE = "Second Coder"
    CSS_PATH = "modal.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        make: Callable[[], Bench],
        open_for_reading: Callable[[], Study],
        *,
        clock: Clock | None = None,
        keys: Keys | None = None,
        look: Look = Look(),  # noqa: B008 - it is frozen
        preferences: Preferences | None = None,
        errands: Errands | None = None,
        order: str = "document",
    ) -> None:
        """`make` opens the study for the review, `open_for_reading` a second time for lists and searches. `keys` and
        `preferences` are the user's own; without preferences there is no tour. A `look` without a theme leaves that to
        them. `errands` starts what goes on beside the review, in whose queue's `order` it is looked ahead. ValueError
        for keys of a command that does not exist, and for a key with two meanings."""
        # With the terminal's own colours NO_COLOR takes away all of them; else Textual would leave shades of grey.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.clock = clock or RealClock()
        self._keys = keys or {}
        self._preferences = preferences or Preferences(toured=True)
        self.animation_level = cast(AnimationLevel, look.animations)
        for own in OWN:
            self.register_theme(own)
        theme = look.theme or self._preferences.theme or DARK
        if theme in self.available_themes:
            self.theme = theme
        self._meant = Meant()
        self.owed = look.owed
        """Answers of the terminal that were still to come when the application began."""
        self.study_title = ""
        self.coder, self.coder_name = "", ""
        """Whose review it is, an id and a name, once the study is open."""
        self.session = Session(make, self.post_message, open_for_reading)
        self.review = ReviewScreen(self)
        self.order = order
        self.beside = None if errands is None else Beside(self, errands)
        self.stopped_run = ""
        """What to tell of a run that ended because the application did."""
        self._wish = ""

    def get_driver_class(self) -> type[Driver]:
        """In a terminal the one that lets no answer of it pass for keys."""
        if DRIVER is not None or sys.platform == "win32":
            return super().get_driver_class()
        from tui.terminal.driver import SievedDriver

        return SievedDriver

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, as far as needed mended so that all text can be read."""
        theme = self.current_theme
        self.theme_variables = readable(super().get_css_variables(), dark=theme.dark, ansi=theme.ansi)
        return self.theme_variables

    def rebound(self, registry: Registry) -> Registry:
        """A screen's commands with the user's own keys."""
        return registry.rebound(self._keys.get(registry.name, {}))

    async def on_mount(self) -> None:
        """Draw the screen, then open the study in its thread."""
        await self.push_screen(self.review)
        self.session.start()

    def on_opened(self, message: Opened) -> None:
        """The study is open."""
        self.study_title, self.coder = message.start.title, message.start.coder_id
        self.coder_name = message.start.coder
        self.review.begin(message.start)
        self.clock.later(self, BEAT, self._beat)
        if self.beside is not None:
            self.beside.opened()
        if self._wish:
            self.go_to(self._wish)
        if not self._preferences.toured:  # over the screen that was wished for, which would put it away
            self.push_screen(TourScreen())
            with suppress(BadInput):  # then it comes once more
                self.prefer(toured=True)

    def _beat(self) -> None:
        """Somebody still works here."""
        self.review.hand.beat()
        self.clock.later(self, BEAT, self._beat)

    def prefer(self, **given: Any) -> None:
        """Let the user's preferences be other ones, at once and from the next start on. BadInput if they could not be
        kept for that."""
        self._preferences = replace(self._preferences, **given)
        if self._preferences.theme:
            self.theme = self._preferences.theme
        write_preferences(self._preferences)

    def on_not_opened(self, message: NotOpened) -> None:
        """Without a study there is nothing to show."""
        self.exit(message.sentence)

    def on_answered(self, message: Answered) -> None:
        """An answer goes to whoever asked, whatever screen is on top."""
        message.deliver()

    async def on_event(self, event: Event) -> None:
        """A key by which a page may decide has to be meant for it; screens that it does not meet hear of it."""
        if isinstance(event, Key) and not event.is_forwarded and self.screen_stack:
            top, now = self.screen, self.clock.at(event)
            typed = event.is_printable and self.focused is not None and self.focused.check_consume_key("x", "x")
            if typed or not isinstance(top, Modal) or not top.decides(event.key):
                self._meant.elsewhere(event.key, now, top)
                meets = True
            else:
                meets = self._meant.press(event.key, now, top, top.painted_at)
            for screen in self.screen_stack[:-1] if meets else self.screen_stack:
                if isinstance(screen, ReviewScreen | StudyScreen | PageScreen):
                    screen.guard.elsewhere(event.key, now)
            if not meets:
                return
        await super().on_event(event)

    async def on_poured(self, message: Poured) -> None:
        """Where there is a line to type on, keys that came at once were typed over a slow line, or are a line that was
        pasted without its marks. Anywhere else, and with an Enter in the middle, they are a paste."""
        text = "".join(key.character or "" for key in message.keys).replace("\r", "\n")
        if self.focused is not None and self.focused.check_consume_key("x", "x") and "\n" not in text[:-1]:
            for key in message.keys:
                await self.on_event(key)
        else:
            await self.on_event(Paste(text))

    def on_errand_told(self, message: ErrandTold) -> None:
        """What goes on beside the review has got further."""
        if self.beside is not None:
            self.beside.told(message.state)

    def decided(self, count: int) -> None:
        """So many decisions more are on disk."""
        if self.beside is not None:
            self.beside.decided(count)

    def go_to(self, place: str) -> None:
        """Open another screen, or go to it where it is open already; the review stays below. Before the study is open
        the wish is kept until it is: no screen asks before it is known for whom."""
        if not self.coder:
            self._wish = place
            return
        wanted = BY_ID[place].load()
        if isinstance(self.screen, wanted):
            return
        try:
            opened = wanted(self)
        except ValueError as error:  # the user's own keys do not go together
            self.notify(f"{KEY_FILE}: {error}", severity="error", markup=False)
            return
        while len(self.screen_stack) > 1 and self.screen is not self.review:
            self.pop_screen()
        self.push_screen(opened)

    def to_segment(self, segment: str) -> bool:
        """Back to the review, at a segment (an id). False, and nothing happens, while a decision waits to be stored."""
        if not self.review.open_segment(segment):
            return False
        while len(self.screen_stack) > 1 and self.screen is not self.review:
            self.pop_screen()
        return True

    def action_help_quit(self) -> None:
        """ctrl+c ends nothing by accident."""
        self.notify("q leaves the review, ctrl+q from anywhere. Everything is stored.", markup=False)

    def panic(self, *renderables: Any) -> None:
        """End by an error, whatever there is to show of it: participants' words may be among that."""
        super().panic(Text(CRASH))

    def _fatal_error(self) -> None:
        # Textual would print the frames with their local variables.
        self.panic()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette offers what the registry of the screen holds."""
        if isinstance(screen, ReviewScreen | StudyScreen):
            for command in screen.offered:
                yield self._in_palette(screen, command)

    def _in_palette(self, screen: ReviewScreen | StudyScreen, command: Command) -> SystemCommand:
        title = command.title[0].upper() + command.title[1:]
        keys = f"key {keys_text(command.keys)}" if command.keys else "no key"
        return SystemCommand(title, keys, lambda: screen.run(command))

    def on_unmount(self) -> None:
        """Finish what was asked, end what goes on beside, and close the study."""
        self.session.close()
        stopped = None if self.beside is None else self.beside.errands.close()
        if stopped is not None:
            self.stopped_run = outcome_words(stopped)
