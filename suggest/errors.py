"""The errors that a user may see. Each message says what was wrong, where, and what to do next."""

from __future__ import annotations


class SecondCoderError(Exception):
    """The work failed. The message is written for the user; nothing was half done. Exit code 1."""

    exit_code = 1


class UsageError(SecondCoderError):
    """What was asked cannot be asked so. Exit code 2."""

    exit_code = 2


class CheckFailed(SecondCoderError):
    """A check (`verify`, a checkpoint) found something off. Exit code 3."""

    exit_code = 3


class Refused(SecondCoderError):
    """The study's own rules, consent, a budget or the file's version forbid it. Exit code 4."""

    exit_code = 4


class BadInput(SecondCoderError):
    """A file could not be taken. `place` names row, line, byte or paragraph; `advice` what to do next."""

    def __init__(self, what: str, *, file: str = "", place: str = "", advice: str = "") -> None:
        self.what, self.file, self.place, self.advice = what, file, place, advice
        where = ", ".join(part for part in (file, place) if part)
        sentence = f"{where}: {what}" if where else what
        super().__init__(f"{sentence} {advice}".rstrip())
