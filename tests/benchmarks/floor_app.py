"""Textual without a study: each key changes as much on screen as completing a segment does. No more is done."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

TALK, LIST = 14, 8


class Floor(App[None]):
    """A header with a count, the talk, a list and the keys, each a widget with text ready made."""

    CSS = f"#talk {{ height: {TALK}; }} #list {{ height: {LIST}; }} Static {{ width: 1fr; }}"

    def __init__(self) -> None:
        super().__init__()
        self.done = 0

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        yield Static(id="talk")
        yield Static(id="list")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.draw()

    def on_key(self, event: Key) -> None:
        if event.key == "q":
            self.exit()
        else:
            self.done += event.key == "enter"
            self.draw()

    def draw(self) -> None:
        done = self.done
        line = "   In place {} person {} says something about support."
        talk = [(f"D0 {done + n}" + line.format(n, done + n) + "\n", "bold" if n == 2 else "dim") for n in range(TALK)]
        rows = [(f"  {n} · Code {done + n}".ljust(70) + "fair\n", "bold" if n == 0 else "") for n in range(LIST)]
        with self.batch_update():
            self.query_one("#head", Static).update(Content(f" Benchmark, synthetic   D0   bench   {done}/1000 "))
            self.query_one("#talk", Static).update(Content.assemble(*talk))
            self.query_one("#list", Static).update(Content.assemble(*rows))
            self.query_one("#keys", Static).update(Content(" a accept  e edit  r reject  c code  0 no code fits"))


if __name__ == "__main__":
    sys.exit(Floor().run())
