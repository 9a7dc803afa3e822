"""The settings of the study, each with its meaning, and what the user prefers on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from suggest.errors import BadInput
from tui.settings import view
from tui.settings.commands import REGISTRY, SETTING, YOURS
from tui.settings.view import Held, read_settings
from tui.settings.words import CHOICES, KEYS, MORE
from tui.terminal.asking import AskScreen
from tui.terminal.form import Field, FormScreen
from tui.terminal.keyfile import key_file
from tui.terminal.lines import Lines
from tui.terminal.listing import ListScreen
from tui.terminal.paragraphs import paragraphs
from tui.terminal.picking import PickScreen
from tui.terminal.table import Column, Table
from tui.terminal.tour import TourScreen

COLUMNS = (
    Column("setting", 18),
    Column("value", 20),
    Column("default", 9, most=1),
    Column("meaning", least=20, most=2),
)
HINTS = {"share": "from 0 to 1", "count": "a whole number", "list": "one a line"}

THEME, FILE, TOUR = "theme", "keys", "tour"
OWN = (
    (THEME, "how it looks; the terminal's own colours are ansi-dark and ansi-light", "It is kept on this machine, for "
     "all studies. TEXTUAL_THEME goes before it, and NO_COLOR leaves all colour away."),
    (FILE, "a file with keys of your own", "Enter says how it is written, and writes one to begin with."),
    (TOUR, "the five lines of the first start", "Enter shows them again."),
)  # fmt: skip


class SettingsScreen(ListScreen):
    """Enter changes what the cursor is on; what is not allowed is said, and nothing is changed."""

    REGISTRY = REGISTRY
    HEADING = "Settings"
    CSS_PATH = "screen.tcss"

    def body(self) -> ComposeResult:
        """The list, and more about the chosen line."""
        self._held: tuple[Held, ...] = ()
        self._changed = False
        with Vertical(id="body"):
            yield Table(COLUMNS, id="list")
            yield Lines(id="about")

    @property
    def held(self) -> Held | None:
        """The study's setting that the cursor is on."""
        return self._held[self.table.cursor] if self.table.cursor < len(self._held) else None

    @property
    def own(self) -> str:
        """What of the user's own the cursor is on, "" where it is on a setting of the study."""
        place = self.table.cursor - len(self._held)
        return OWN[place][0] if 0 <= place < len(OWN) else ""

    @property
    def state(self) -> str:
        """By what the cursor is on."""
        return YOURS if self.own else SETTING

    def opened(self) -> None:
        """Ask for the settings."""
        self.read()

    def renewed(self) -> None:
        """Others may have changed them."""
        if self._held:
            self.read()

    def read(self) -> None:
        """Read the settings again."""
        self.look(read_settings, self._arrived, "settings")

    def _arrived(self, held: tuple[Held, ...]) -> None:
        self._held = held
        self._draw()

    def _draw(self) -> None:
        rows = [(item.setting.key, item.words, item.default, item.setting.meaning) for item in self._held]
        rows += [(name, self._own_value(name), "yours", meaning) for name, meaning, _ in OWN]
        styles = ["strong" if item.changed else "" for item in self._held] + [""] * len(OWN)
        self.table.put(rows, styles=styles)
        self._about()

    def _own_value(self, name: str) -> str:
        if name == THEME:
            return self.app.theme
        if name == FILE:
            return str(key_file()) + ("" if key_file().exists() else " (not there)")
        return ""

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Another line."""
        self._about()

    def on_resize(self) -> None:
        """What fits is another question now."""
        self.call_after_refresh(self._about)

    def _about(self) -> None:
        held, own = self.held, self.own
        told: list[tuple[str, str]] = []
        if held is not None:
            told = [(f"{held.setting.key}: ", f"{held.setting.meaning}."), ("", MORE.get(held.setting.key, ""))]
        elif own:
            told = [(f"{own}: ", next(more for name, _, more in OWN if name == own))]
            if own == FILE:
                told.append(("", str(key_file())))
        rows = paragraphs([part for part in told if part[1]], max(20, self.size.width - 1), " ")
        about = self.query_one("#about", Lines)
        about.styles.height = len(rows) + 1
        about.put(rows)
        self.show_keys()

    # Changing

    def do_enter(self) -> None:
        """Change what the cursor is on."""
        held = self.held
        if held is not None:
            self._choose(held) if held.setting.kind == "choice" else self._write(held)
        elif self.own == THEME:
            themes = [(name, "") for name in sorted(self.app.available_themes)]
            self.app.push_screen(PickScreen("Theme", themes, self.app.theme), self._look_like)
        elif self.own == FILE:
            self._tell_of_keys()
        elif self.own == TOUR:
            self.app.push_screen(TourScreen())

    def _choose(self, held: Held) -> None:
        key = held.setting.key
        options = [(word, CHOICES.get((key, word), "")) for word in held.setting.choices]

        def take(word: str | None) -> None:
            if word is not None and word != held.value:
                self.ask(partial(view.change, key=key, value=word), self._stored)

        self.app.push_screen(PickScreen(f"{key}: {held.setting.meaning}", options, held.value), take)

    def _write(self, held: Held) -> None:
        key, kind = held.setting.key, held.setting.kind
        lines = 8 if kind == "list" else 1
        hint = f"{HINTS[kind]}; default {held.default}"

        def submit(form: FormScreen, given: Mapping[str, str]) -> None:
            value: str | Sequence[str] = given["value"].strip()
            if kind == "list":
                value = [line.strip() for line in given["value"].splitlines() if line.strip()]

            def stored(said: str) -> None:
                form.done()
                self._stored(said)

            self.owner.session.ask(partial(view.change, key=key, value=value), stored, form.complain)

        title = f"{key}: {held.setting.meaning}"
        self.app.push_screen(
            FormScreen(title, [Field("value", "Value", view.written(held.value), lines, hint)], submit)
        )

    def do_reset(self) -> None:
        """The default again, as an entry of its own."""
        held = self.held
        if held is None:
            return
        if not held.changed:
            self.say("It has its default already.")
            return
        default = held.setting.default
        value = list(default) if held.setting.kind == "list" else view.written(default)
        self.ask(partial(view.change, key=held.setting.key, value=value), self._stored)

    def _stored(self, said: str) -> None:
        self._changed = True
        self.say(said)
        self.read()

    def _look_like(self, theme: str | None) -> None:
        if theme is not None:
            try:
                self.owner.prefer(theme=theme)
            except BadInput as error:
                self.say(f"It looks so now, but could not be kept: {error}", warn=True)
            self._draw()

    def _tell_of_keys(self) -> None:
        path = key_file()
        state = (
            "It is there."
            if path.exists()
            else "It is not there yet: y writes one with every command, all as they are."
        )
        told = [("", str(path)), ("", state), ("", ""), *KEYS]

        def write(yes: bool | None) -> None:
            if yes:
                try:
                    self.say(f"written: {view.write_key_file()}")
                except BadInput as error:
                    self.say(str(error), warn=True)
                self._draw()

        self.app.push_screen(AskScreen("Keys of your own", told, yes="write a file to begin with"), write)

    def on_unmount(self) -> None:
        """The review below offers the reasons as they are now."""
        if self._changed and self.owner.is_running:
            reasons = next((item.value for item in self._held if item.setting.key == "reject_reasons"), ())
            self.owner.review.hand.offer_reasons(reasons)
            self.owner.review.renew()
