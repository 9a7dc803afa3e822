"""What may stand before the talk at the start of a paragraph: a printed number, a time code, a speaker's label.

Only what a label looks like is decided here; whether it is one is decided over the whole document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# "bold" has a colon too, "bare" is bold type alone.
LabelKind = Literal["colon", "dash", "tab", "bold", "bare", "time"]

_HEAD = 200
_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3}|-\d{1,2})?"
_CODE = rf"[\[({{<#]\s*(?P<time>{_TIME})(?:\s*(?:-->|-|–|—)\s*{_TIME})?\s*[\])}}>#]"
_BRACKETED_TIME = re.compile(_CODE + r"\s*")
_BARE_TIME = re.compile(r"(?P<time>\d{1,3}:\d{2}:\d{2}(?:[.,]\d{1,3})?)(?:\s*-->\s*" + _TIME + r")?(?:[ \t]+|$)")
_ANY_TIME = re.compile(_TIME)
_AROUND_TIMES = re.compile(r"[\s\[\](){}<>#\-–—]*")
_NUMBER = re.compile(r"(?:\[(?P<boxed>\d{1,7})\][ \t]*|(?P<bare>\d{1,7})(?:[.)]?[ \t]+|[.)](?=\D)))(?=\S)")
_NAME = r"(?P<name>[^\W_][\w.'’/&#-]*(?:[ \u00a0]{1,3}[\w.'’/&#-]+){0,3}(?:[ \u00a0]?\([^()\n\d:]{1,30}\))?)"
_AFTER_NAME = rf"(?:[ \t]*[\[(](?P<after>{_TIME})[\])])?"
_COLON = re.compile(rf"{_NAME}{_AFTER_NAME}[ \t\u00a0]*(?P<sep>[:：])(?![/\d:])[ \t\u00a0]*")
_DASH = re.compile(rf"{_NAME}[ \t]+(?P<sep>[-–—])[ \t]+")
_TAB = re.compile(rf"{_NAME}(?P<sep>\t)[ \t]*")
_STARS = re.compile(
    rf"(?P<mark>\*\*|__){_NAME}{_AFTER_NAME}[ \t]*(?P<in>[:：]?)[ \t]*(?P=mark){_AFTER_NAME.replace('after', 'later')}"
    r"[ \t]*(?P<sep>[:：]?)[ \t]*"
)
_NAME_AND_TIME = re.compile(rf"{_NAME}[ \t]*(?:[\[(](?P<after>{_TIME})[\])][ \t]*|[ \t]+(?P<bare>{_TIME})[ \t]*$)")
# Otter and Teams write a name and a time on a line, two spaces or more between; such a name may hold a comma.
_NAMED_LINE = re.compile(
    rf"(?P<name>[^\W_][^\n\t:]{{0,60}}?)(?:[ \u00a0]{{2,}}|[ \u00a0]*\t[ \t]*)(?P<bare>{_TIME})[ \t]*$"
)
# Zoom's saved captions write "[Anna] 10:02:03", WhisperX "[SPEAKER_00]:", whisper.cpp "(speaker 0)".
_BOXED = re.compile(rf"\[{_NAME}\][ \t]*(?P<sep>[:：])[ \t]*")
_BOXED_AND_TIME = re.compile(rf"\[{_NAME}\][ \t]+(?P<bare>{_TIME})[ \t]*$")
_NUMBERED_SPEAKER = re.compile(r"[(\[](?P<name>speaker[ _]\d{1,3})[)\]][ \t]*", re.IGNORECASE)
_TIME_AT_END = re.compile(rf"\s*#(?P<time>{_TIME})#\s*$")
_WHOLE_NAME = re.compile(rf"{_NAME}{_AFTER_NAME}[ \t]*[:：]?[ \t]*")


@dataclass(frozen=True, slots=True)
class Label:
    """What looks like a speaker's label: its words, how it is set apart, where the talk after it begins."""

    name: str
    kind: LabelKind
    end: int
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """The possible prefix of a paragraph; `body` is where the talk begins if there is no label."""

    body: int
    label: Label | None
    time: int | None


def milliseconds(code: str) -> int:
    """A time code such as 1:02:03.450, 02:03 or f4's 00:01:02-3 in milliseconds."""
    main, _, rest = code.replace(",", ".").replace("-", ".").partition(".")
    seconds = 0
    for part in main.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + (int(rest.ljust(3, "0")[:3]) if rest else 0)


def is_time_code(talk: str) -> bool:
    """Whether the words are nothing but time codes."""
    if len(talk) > _HEAD:
        return False
    rest, times = _ANY_TIME.subn("", talk)
    return times > 0 and _AROUND_TIMES.fullmatch(rest) is not None


def first_time(talk: str) -> int | None:
    """The first time code in the words, in milliseconds."""
    found = _ANY_TIME.search(talk)
    return milliseconds(found.group()) if found else None


def time_at_end(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the talk in text[start:end] ends before f4's time mark ("#00:01:02-3#"), and that time in milliseconds;
    None without a mark or without words before it."""
    found = _TIME_AT_END.search(text, max(start, end - 40), end) if text.endswith("#", start, end) else None
    return (found.start(), milliseconds(found["time"])) if found and found.start() > start else None


def joined(name: str) -> str:
    """A speaker's name with its white space joined to single spaces; upper and lower case stay apart."""
    return " ".join(name.split())


def printed_number(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number that the paragraph text[start:end] begins with, and where what follows it begins."""
    head = text[start : min(end, start + _HEAD)]
    blank = len(head) - len(head.lstrip())
    found = _NUMBER.match(head, blank)
    if found is None:
        return None
    return int(found["boxed"] or found["bare"]), start + found.end()


def read_prefix(text: str, start: int, end: int, bold_to: int = 0) -> Prefix:
    """What stands before the talk in text[start:end]; `bold_to` ends a leading run of bold type."""
    head = text[start : min(end, start + _HEAD)]
    at = len(head) - len(head.lstrip())
    line = head.find("\n", at)
    head = head if line < 0 else head[:line]
    time: int | None = None
    found = _BRACKETED_TIME.match(head, at) or _BARE_TIME.match(head, at)
    if found and found.end() < len(head):
        at, time = found.end(), milliseconds(found["time"])
    label = _label(head, at, start, bold_to)
    if label is not None and label.time is None:
        label = Label(label.name, label.kind, label.end, _time_after(text, label.end, end))
    return Prefix(start + at, label, time)


def _time_after(text: str, start: int, end: int) -> int | None:
    """A bracketed time code right after a label belongs to the talk's words but still tells when it began."""
    found = _BRACKETED_TIME.match(text[start : min(end, start + 40)])
    return milliseconds(found["time"]) if found else None


def _label(head: str, at: int, start: int, bold_to: int) -> Label | None:
    """The label at head[at:], where head begins at offset `start` of the text; a name holds at least one letter."""
    for pattern, kind in _WHOLE_LINES:
        if found := pattern.match(head, at):
            return _made(found, kind, start + found.end())
    found = _STARS.match(head, at)
    if found:
        return _made(found, "bold" if found["in"] or found["sep"] else "bare", start + found.end())
    if bold_to > start + at and (found := _WHOLE_NAME.fullmatch(head, at, bold_to - start)):
        rest = head[bold_to - start :]
        end = bold_to + len(rest) - len(rest.lstrip(" \t:："))
        colon = any(sign in head[found.end("name") : end - start] for sign in ":：")
        return _made(found, "bold" if colon else "bare", end)
    for pattern, kind in _BY_KIND:
        if found := pattern.match(head, at):
            return _made(found, kind, start + found.end())
    return None


_WHOLE_LINES: tuple[tuple[re.Pattern[str], LabelKind], ...] = (
    (_NAMED_LINE, "time"),
    (_BOXED_AND_TIME, "time"),
    (_BOXED, "colon"),
    (_NUMBERED_SPEAKER, "colon"),
)
_BY_KIND: tuple[tuple[re.Pattern[str], LabelKind], ...] = (
    (_COLON, "colon"),
    (_DASH, "dash"),
    (_TAB, "tab"),
    (_NAME_AND_TIME, "time"),
)


def _made(found: re.Match[str], kind: LabelKind, end: int) -> Label | None:
    name = joined(found["name"])
    if not any(character.isalpha() for character in name):
        return None
    groups = found.groupdict()
    time = groups.get("after") or groups.get("later") or groups.get("bare")
    return Label(name, kind, end, milliseconds(time) if time else None)
