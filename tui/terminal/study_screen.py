"""What every screen but the review is built on: a title line, a body, a line for what happened, and the footer.

A subclass names its commands and composes its body; it asks the study through `look` and `ask`, and draws what comes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import Screen

from suggest.study.study import Study
from tui.review.guard import REPEAT, KeyGuard, Verdict
from tui.terminal import places
from tui.terminal.help import HelpScreen
from tui.terminal.keys import Keys
from tui.terminal.registry import ALWAYS, Command, Registry
from tui.terminal.said import PASTED, Said
from tui.terminal.session import SLOW, SLOW_AFTER, Ticket, Waiting
from tui.terminal.title import Title
from tui.terminal.words import WordsScreen

if TYPE_CHECKING:
    from tui.errands.state import State
    from tui.review.bench import Bench
    from tui.terminal.app import StudyApp

T = TypeVar("T")
PROGRAM = "The program"


def registry(name: str, *commands: Command, states: dict[str, frozenset[str]] | None = None) -> Registry:
    """The commands of a screen, with those that every screen has: help, back, and the way to the others."""
    common = (
        Command("help", ("question_mark", "f1"), "all keys of this screen", PROGRAM, footer=90, short="all"),
        Command("back", ("escape", "q"), "back to where you came from", PROGRAM, footer=91, short="back"),
    )
    return Registry(name, (*commands, *common, *places.commands(letters=False)), states or {})


class StudyScreen(Screen[None]):
    """A screen over one study. `REGISTRY` holds its commands; the handler of one is its method `do_ID`."""

    REGISTRY: ClassVar[Registry]
    HEADING: ClassVar[str] = ""
    DEFAULT_CSS = """
    StudyScreen { layout: vertical; }
    StudyScreen #title { background: $panel; }
    StudyScreen #body { height: 1fr; }
    StudyScreen #keys { background: $panel; }
    """

    def __init__(self, owner: StudyApp) -> None:
        """`owner` has the session with the study, and knows whose review it is."""
        super().__init__()
        self.owner = owner
        self.HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-plain"), (120, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-usual"), (36, "-tall")]
        self._registry = owner.rebound(self.REGISTRY)
        self._keymap = self._registry.keymap()
        self._lanes: dict[str, Ticket] = {}
        self.guard = KeyGuard()

    @property
    def state(self) -> str:
        """The state of the screen, by which commands apply."""
        return ALWAYS

    def compose(self) -> ComposeResult:
        """Title, body, what happened, keys."""
        yield Title(id="title")
        yield from self.body()
        yield Said(id="said")
        yield Keys(id="keys")

    def body(self) -> ComposeResult:
        """The widgets between title and footer; the outermost one has the id "body"."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw the frame; a subclass asks the study for what to show in `opened`."""
        self.entitle()
        self.show_keys()
        self.opened()
        self.call_after_refresh(self.painted)

    def on_screen_resume(self) -> None:
        """Back on top: what was done elsewhere may have changed what is shown."""
        self.renewed()

    def opened(self) -> None:
        """The screen is there: ask for what it shows."""

    def renewed(self) -> None:
        """The screen is on top again."""

    def errand(self, state: State) -> None:
        """Something that goes on beside the review has got further."""

    # Drawing

    def entitle(self, more: str = "") -> None:
        """The line at the top: the study, this screen, and something about it."""
        self.query_one("#title", Title).tell(self.owner.study_title, self.HEADING, more)

    def show_keys(self) -> None:
        """The footer, for the present state."""
        self.query_one(Keys).offer(self._registry.footer(self.state))

    def say(self, sentence: str, *, warn: bool = False) -> None:
        """One line for what happened."""
        self.query_one(Said).tell(sentence, warn=warn)

    # Asking the study

    def look(self, job: Callable[[Study], T], then: Callable[[T], object], lane: str = "") -> None:
        """Have something read; a later request in the same lane takes the place of this one."""
        self._drop(lane)
        self._lanes[lane] = self.owner.session.look(job, partial(self._hear, then), self._failed)

    def ask(self, job: Callable[[Bench], T], then: Callable[[T], object]) -> None:
        """Have something written, in the order of asking. `then` hears of it when all is on disk."""
        asked = Waiting()

        def stored(given: T) -> None:
            asked.over = True
            if self._there:
                if asked.told:
                    self.say("")
                then(given)
            else:
                self.owner.review.changed_elsewhere()

        def failed(sentence: str) -> None:
            asked.over = True
            self._failed(sentence)

        def slow() -> None:
            if self._there and not asked.over:
                asked.told = True
                self.say(SLOW, warn=True)

        self.owner.session.ask(job, stored, failed)
        self.owner.clock.later(self, SLOW_AFTER, slow)

    def _hear(self, then: Callable[[T], object], given: T) -> None:
        if self._there:
            then(given)

    @property
    def _there(self) -> bool:
        """Whether the screen can draw: one that is being closed has lost its widgets before it is unmounted."""
        return self.is_mounted and bool(self.children)

    def _failed(self, sentence: str) -> None:
        if self._there:
            self.say(sentence, warn=True)

    def _drop(self, lane: str) -> None:
        before = self._lanes.pop(lane, None)
        if before is not None:
            before.drop()

    def on_unmount(self) -> None:
        """Nobody waits for the answers any more."""
        for lane in list(self._lanes):
            self._drop(lane)

    def ask_words(self, title: str, then: Callable[[str], None], given: str = "", *, verb: str = "keep") -> None:
        """Let a line be typed. `verb` says what Enter does with it."""
        self.app.push_screen(WordsScreen(title, given, verb=verb), lambda words: then(words) if words else None)

    # Keys

    def on_key(self, event: Key) -> None:
        """A key of the registry does what that says."""
        command = self._keymap.get(event.key)
        if command is not None and self._registry.applies(command, self.state):
            event.stop()
        else:
            command = None
        self.pressed(event, command)

    def pressed(self, event: Key, command: Command | None) -> None:
        """A key, with the command that it means now. As in the review, repeats of a held key decide nothing."""
        verdict = self.guard.press(event.key, self.owner.clock.at(event))
        if command is None:
            return
        if not command.decides or verdict is Verdict.NOW:
            self.run(command)
        elif verdict is Verdict.WAIT:
            self.owner.clock.later(self, REPEAT, partial(self._ripe, command, self.guard.presses))

    def _ripe(self, command: Command, presses: int) -> None:
        if self.guard.ripe(presses):
            self.run(command)

    def painted(self) -> None:
        """What keys decide about is on screen."""
        self.guard.painted(self.owner.clock.now())

    def on_paste(self) -> None:
        """What is pasted is no key."""
        self.say(PASTED, warn=True)

    def on_keys_clicked(self, event: Keys.Clicked) -> None:
        """A click on the footer does what the key does."""
        if self._registry.applies(event.command, self.state):
            self.run(event.command)

    def run(self, command: Command) -> None:
        """Carry a command out."""
        if command.id.startswith("to_"):
            self.owner.go_to(command.id.removeprefix("to_"))
            return
        digit = command.id.removeprefix("digit_")
        handler: Callable[..., Any] = getattr(self, "digit" if digit.isdigit() else command.handler)
        handler(*([int(digit)] if digit.isdigit() else []))

    @property
    def offered(self) -> list[Command]:
        """The commands that apply now, for the palette."""
        return [c for c in self._registry.applying(self.state) if not c.id.startswith("digit_")]

    def do_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(self._registry))

    def do_back(self) -> None:
        """Back to the screen below."""
        self.dismiss(None)
