"""What the study's threads tell the application."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.events import Key
from textual.message import Message

if TYPE_CHECKING:
    from tui.errands.state import State
    from tui.review.card import Start


class Opened(Message):
    """The study is open."""

    def __init__(self, start: Start) -> None:
        self.start = start
        super().__init__()


class NotOpened(Message):
    """The study could not be opened. `sentence` is for the user."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__()


class Answered(Message):
    """A request was carried out, or could not be: `deliver` tells whoever asked, in the application's thread."""

    def __init__(self, deliver: Callable[[], object]) -> None:
        self.deliver = deliver
        super().__init__()


class Poured(Message):
    """Several keys were read at once: faster than anybody presses them."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.keys = keys
        super().__init__()


class ErrandTold(Message):
    """An errand has got further, or has ended."""

    def __init__(self, state: State) -> None:
        self.state = state
        super().__init__()
