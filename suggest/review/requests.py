"""What a coder asks for, read from one decide object and checked as far as that goes without the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from suggest.errors import BadInput, SecondCoderError
from suggest.study.events import MEMO_TYPES
from suggest.study.people import check_text

MAX_REF, MAX_TEXT, MAX_BULK = 1_000, 1_000_000, 500


class Declined(SecondCoderError):
    """A request that cannot be carried out; nothing of it was stored. `kind` is a word for programs.

    `more` goes into the answer beside it, such as the codes that a new name is near to.
    """

    def __init__(self, kind: str, sentence: str, **more: Any) -> None:
        self.kind, self.more = kind, more
        super().__init__(sentence)


@dataclass(frozen=True)
class Request:
    """A request of any kind. `ref` is the client's own id for it, `round` a round's name or id (None: today's)."""

    action: str
    ref: str | None
    round: str | None


@dataclass(frozen=True)
class Step(Request):
    """Undo or redo."""


@dataclass(frozen=True)
class OnSegment(Request):
    """A request about a segment (an id)."""

    segment: str


@dataclass(frozen=True)
class Judge(OnSegment):
    """Accept, edit, reject, or be unsure of, a suggestion. Code and range are what an edit puts in their place."""

    suggestion: str
    code: str | None
    range: tuple[int, int] | None
    reason: str | None


@dataclass(frozen=True)
class Apply(OnSegment):
    """Add a code that nobody suggested, on a range in document offsets."""

    code: str
    range: tuple[int, int]
    reason: str | None


@dataclass(frozen=True)
class Remove(OnSegment):
    """Take one's own codings of a code away: the one on that range, or all on the segment."""

    code: str
    range: tuple[int, int] | None
    reason: str | None


@dataclass(frozen=True)
class Plain(OnSegment):
    """`no_code`, `keep` or `skip`."""

    reason: str | None


@dataclass(frozen=True)
class Complete(OnSegment):
    """The segment is done. `end_seen`: whether its last words were on screen, where that is known. `asked`: whether
    "anything missing?" was asked before."""

    end_seen: bool | None
    asked: bool | None


@dataclass(frozen=True)
class Flag(OnSegment):
    """Mark the segment to come back to, or unmark it; `on` None: the other way round than now."""

    on: bool | None


@dataclass(frozen=True)
class Memo(OnSegment):
    """A memo on the segment, of one of MEMO_TYPES or a plain note."""

    text: str
    type: str | None


@dataclass(frozen=True)
class Mask(OnSegment):
    """Replace words of the text for good; `throughout`: wherever they stand in the document."""

    range: tuple[int, int]
    throughout: bool | None


@dataclass(frozen=True)
class Translated(OnSegment):
    """Say something of the original or translation beside the segment: checked, asked (with words), answered, or one's
    own word taken back. `of` names the words that were on screen, as `queue` does; None: those that stand there now."""

    text: str | None
    of: str | None


@dataclass(frozen=True)
class MakeCode(OnSegment):
    """Make a code and apply it: on a range, or on the whole segment; or in the place of a suggestion, as an edit does.
    `sure`: also if others are called nearly so."""

    name: str
    under: str | None
    suggestion: str | None
    range: tuple[int, int] | None
    sure: bool | None


@dataclass(frozen=True)
class Bulk(Request):
    """Accept, or reject, suggestions that were listed, all of them or none."""

    verdict: str
    suggestions: tuple[str, ...]
    reason: str | None


_Reader = Callable[[Mapping[str, Any], str], Any]


def _string(line: Mapping[str, Any], key: str) -> str:
    value = line[key]
    if not isinstance(value, str) or not value:
        raise Declined("invalid", f"'{key}' has to be a string that is not empty.")
    if len(value) > MAX_TEXT:
        raise Declined("invalid", f"'{key}' is longer than {MAX_TEXT:,} characters.")
    try:
        check_text(value)
    except BadInput as error:
        raise Declined("invalid", f"'{key}': {error}") from None
    return value


def _range(line: Mapping[str, Any], key: str) -> tuple[int, int]:
    value = line[key]
    if not isinstance(value, list) or len(value) != 2 or any(type(part) is not int for part in value):
        raise Declined("invalid", f"'{key}' has to be a list of two whole numbers, [start, end].")
    if value[0] < 0:
        raise Declined("invalid", f"'{key}' begins before the document, whose first character is 0.")
    if value[0] >= value[1]:
        raise Declined("invalid", f"'{key}' is empty or backwards: the start has to be below the end.")
    return value[0], value[1]


def _strings(line: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = line[key]
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise Declined("invalid", f"'{key}' has to be a list of strings that are not empty.")
    if len(value) > MAX_BULK:
        raise Declined("invalid", f"'{key}' names more than {MAX_BULK}: decide them in several lines.")
    if len(set(value)) < len(value):
        raise Declined("invalid", f"'{key}' names one twice.")
    return tuple(value)


def _verdict(line: Mapping[str, Any], key: str) -> str:
    if line[key] not in ("accept", "reject"):
        raise Declined("invalid", f"'{key}' has to be accept or reject.")
    return str(line[key])


def _memo_type(line: Mapping[str, Any], key: str) -> str:
    if line[key] not in MEMO_TYPES:
        raise Declined("invalid", f"'{key}' has to be {', '.join(MEMO_TYPES[:-1])} or {MEMO_TYPES[-1]}.")
    return str(line[key])


def _bool(line: Mapping[str, Any], key: str) -> bool:
    if type(line[key]) is not bool:
        raise Declined("invalid", f"'{key}' has to be true or false.")
    return bool(line[key])


_KEYS: dict[str, _Reader] = {
    "segment": _string, "suggestion": _string, "code": _string, "reason": _string, "text": _string,
    "ref": _string, "round": _string, "range": _range, "on": _bool, "end_seen": _bool, "throughout": _bool,
    "asked": _bool, "type": _memo_type, "name": _string, "under": _string, "sure": _bool, "verdict": _verdict,
    "suggestions": _strings, "of": _string,
}  # fmt: skip

_SHAPES: dict[str, tuple[type[Request], tuple[str, ...], tuple[str, ...]]] = {
    "accept": (Judge, ("segment", "suggestion"), ("reason",)),
    "edit": (Judge, ("segment", "suggestion"), ("code", "range", "reason")),
    "reject": (Judge, ("segment", "suggestion"), ("reason",)),
    "unsure": (Judge, ("segment", "suggestion"), ("reason",)),
    "add": (Apply, ("segment", "code", "range"), ("reason",)),
    "remove": (Remove, ("segment", "code"), ("range", "reason")),
    "no_code": (Plain, ("segment",), ("reason",)),
    "keep": (Plain, ("segment",), ("reason",)),
    "skip": (Plain, ("segment",), ("reason",)),
    "complete": (Complete, ("segment",), ("end_seen", "asked")),
    "flag": (Flag, ("segment",), ("on",)),
    "unflag": (Flag, ("segment",), ()),
    "memo": (Memo, ("segment", "text"), ("type",)),
    "mask": (Mask, ("segment", "range"), ("throughout",)),
    "translation_check": (Translated, ("segment",), ("of",)),
    "translation_query": (Translated, ("segment", "text"), ("of",)),
    "translation_answer": (Translated, ("segment",), ("text", "of")),
    "translation_draft": (Translated, ("segment",), ("of",)),
    "new_code": (MakeCode, ("segment", "name"), ("under", "suggestion", "range", "sure")),
    "bulk": (Bulk, ("verdict", "suggestions"), ("reason",)),
    "undo": (Step, (), ()),
    "redo": (Step, (), ()),
}
ACTIONS = frozenset(_SHAPES)
"""What a line may ask for."""

_ABSENT: dict[type[Request], dict[str, None]] = {
    Judge: {"code": None, "range": None, "reason": None},
    Apply: {"reason": None},
    Remove: {"range": None, "reason": None},
    Plain: {"reason": None},
    Complete: {"end_seen": None, "asked": None},
    Flag: {"on": None},
    Memo: {"type": None},
    Mask: {"throughout": None},
    Translated: {"text": None, "of": None},
    MakeCode: {"under": None, "suggestion": None, "range": None, "sure": None},
    Bulk: {"reason": None},
}


def parse(line: object) -> Request:
    """The request that a decide object makes; Declined ("invalid") saying what is wrong with it.

    A key whose value is null counts as absent; a key that the action does not know is refused, so that nothing that
    somebody wrote is dropped without a word.
    """
    if not isinstance(line, Mapping):
        raise Declined("invalid", "A decision is a JSON object in braces.")
    given = {key: value for key, value in line.items() if value is not None}
    action = given.pop("action", None)
    if not isinstance(action, str) or action not in _SHAPES:
        raise Declined("invalid", f"'action' has to be one of {', '.join(_SHAPES)}.")
    shape, required, optional = _SHAPES[action]
    for key in required:
        if key not in given:
            raise Declined("invalid", f"'{action}' needs '{key}'.")
    for key in given:
        if key not in (*required, *optional, "ref", "round"):
            known = ", ".join((*required, *optional, "ref", "round"))
            raise Declined("invalid", f"'{action}' takes {known} and nothing else.")
    values = {key: _KEYS[key](given, key) for key in given}
    if len(values.get("ref", "")) > MAX_REF:
        raise Declined("invalid", f"'ref' is longer than {MAX_REF:,} characters.")
    if action == "edit" and "code" not in values and "range" not in values:
        raise Declined("invalid", "'edit' needs 'code' or 'range', or both.")
    return shape(action=action, **{"ref": None, "round": None, **_ABSENT.get(shape, {}), **values})
