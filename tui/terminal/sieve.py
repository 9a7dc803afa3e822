"""Tells keys from what a terminal answers when it is asked: an answer may come late, and in pieces.

A terminal's answers and some of its keys begin alike, and over a slow line seconds may lie between two bytes of one.
What has begun as an answer is held until it is whole, and then it is nobody's key. The clock is given from outside.
"""

from __future__ import annotations

from dataclasses import dataclass

ESC = "\x1b"
BELL, STRING_END = "\x07", "\x9c"
STALE = 10.0
"""An answer that has stood still for so long is given up: what was held of it is dropped."""
PATIENCE = 10.0
"""For so many seconds after the terminal was asked something, Escape may be the beginning of its answer."""
SLOW = 1.0
"""So long Escape is held then; as soon as all is answered, it is held for the usual moment only."""
_PASTE, _PASTED = f"{ESC}[200~", f"{ESC}[201~"
_LONGEST = 64
"""More of a sequence is not kept: it is none of a key."""
_AFTER = {"[": 1, "M": 3}
"""Sequences with their letter first: a function key of the Linux console, an old report of the mouse."""


@dataclass(frozen=True)
class Keys:
    """Keys as the terminal sent them: plain characters, or one whole sequence."""

    text: str

    @property
    def plain(self) -> bool:
        """Whether they are characters and no sequence."""
        return not self.text.startswith(ESC)


@dataclass(frozen=True)
class Pasted:
    """Text between the marks of a paste."""

    text: str


Token = Keys | Pasted


class Sieve:
    """Takes what a terminal sends, gives keys and pastes. Times in seconds on one clock that only runs forward."""

    def __init__(self, escape_delay: float) -> None:
        """`escape_delay`: seconds after which an Escape that nothing follows is the key."""
        self._delay = escape_delay
        self._held, self._last = "", 0.0
        self._paste: list[str] | None = None
        self._owed, self._asked = 0, 0.0
        self._loose = False
        """Escape was given out as a key while the terminal owed an answer, which may still go on."""
        self._given: list[Token] = []

    def expect(self, answers: int, now: float) -> None:
        """The terminal was asked so many times what kind it is. It answers in order, so that with the last of these
        answers everything is answered that was asked before."""
        self._owed, self._asked = self._owed + answers, now

    @property
    def waits(self) -> bool:
        """Whether something is held that the time may decide about."""
        return bool(self._held)

    def feed(self, text: str, now: float) -> list[Token]:
        """What these characters make whole."""
        for character in text:
            self._take(character, now)
        self._last = now
        return self._out()

    def tick(self, now: float) -> list[Token]:
        """What the passing of time decides: an Escape that nothing followed is a key, and half an answer is nothing."""
        silent = now - self._last
        if self._held == ESC:
            owing = self._owing(now)
            if silent >= (max(SLOW, self._delay) if owing else self._delay):
                self._held, self._loose = "", owing
                self._put(ESC)
        elif self._held and silent >= STALE:
            self._held = ""
        return self._out()

    def _owing(self, now: float) -> bool:
        return self._owed > 0 and now - self._asked < PATIENCE

    def _out(self) -> list[Token]:
        given, self._given = self._given, []
        return given

    def _put(self, text: str) -> None:
        self._given.append(Keys(text))

    def _take(self, character: str, now: float) -> None:
        if self._paste is not None:
            self._pasting(self._paste, character)
        elif not self._held:
            self._begin(character, now)
        elif self._held == ESC:
            self._second(character)
        elif self._held[1] == "[":
            self._control(character, now)
        elif self._held[1] == "O":
            self._single(character, now)
        else:
            self._string(character, now)

    def _begin(self, character: str, now: float) -> None:
        loose, self._loose = self._loose and self._owing(now), False
        if character == ESC:
            self._held = ESC
        elif loose and character in "[]":
            self._held, self._loose = ESC + character, True
        else:
            self._put(character)

    def _second(self, character: str) -> None:
        if character == ESC:
            self._put(ESC)
        elif character in "[]OP_":
            self._held = ESC + character
        else:
            self._held = ""
            self._put(ESC + character)

    def _anew(self, character: str, now: float) -> None:
        """What is held was no sequence: it is dropped, and this character is one for itself."""
        self._held = ""
        self._begin(character, now)

    def _no_answer(self, character: str, now: float) -> None:
        """What is held were keys after all: with alt, or after an Escape that was given out."""
        held, loose = self._held, self._loose
        self._held, self._loose = "", False
        self._put(held[1:] if loose else held)
        self._begin(character, now)

    def _single(self, character: str, now: float) -> None:
        """After ESC O: a key of its own kind, with a number for what is held beside it."""
        if character.isdigit() or character == ";":
            self._held += character
        elif character.isascii() and character.isalpha():
            held, self._held = self._held + character, ""
            self._put(held)
        else:
            self._anew(character, now)

    def _control(self, character: str, now: float) -> None:
        """After ESC [: parameters, then a letter that ends it. Two kinds have their letter first."""
        held, kind = self._held, self._held[2:3]
        if self._loose and not kind and character != "?":
            self._no_answer(character, now)
        elif kind in _AFTER:
            self._held += character
            if len(self._held) == 3 + _AFTER[kind]:
                self._whole(self._held)
        elif not kind and character in _AFTER:
            self._held += character
        elif " " <= character <= "?" and (character != "$" or kind == "?"):
            self._held += character if len(held) < _LONGEST else ""
        elif " " <= character <= "~":
            self._whole(held + character)
        else:
            self._anew(character, now)

    def _whole(self, sequence: str) -> None:
        """A sequence is complete: a key, a report of the mouse or of a size, the mark of a paste, or an answer."""
        self._held, self._loose = "", False
        if sequence == _PASTE:
            self._paste = []
        elif sequence.startswith(f"{ESC}[?") and sequence.endswith("c"):
            self._owed = max(0, self._owed - 1)
        elif sequence[2] not in "?>=" or sequence.endswith("$y"):
            self._put(sequence)

    def _pasting(self, paste: list[str], character: str) -> None:
        paste.append(character)
        if character == "~" and "".join(paste[-len(_PASTED) :]) == _PASTED:
            self._paste = None
            self._given.append(Pasted("".join(paste[: -len(_PASTED)])))

    def _string(self, character: str, now: float) -> None:
        """After ESC ], ESC P or ESC _: a text up to its end, which is an answer whatever it says."""
        held = self._held
        if held.endswith(ESC):
            self._held = ""
            if character != "\\":
                self._second(character)
        elif character == STRING_END or (character == BELL and held[1] == "]"):
            self._held = ""
        elif len(held) == 2 and not self._opens(held[1], character):
            self._no_answer(character, now)
        elif character == ESC:
            self._held += ESC
        elif character < " ":
            self._anew(character, now)
        elif len(held) < _LONGEST:
            self._held += character

    @staticmethod
    def _opens(kind: str, character: str) -> bool:
        """Whether an answer of this kind may begin so."""
        return {"]": character.isdigit(), "P": " " <= character <= "?", "_": character == "G"}[kind]
