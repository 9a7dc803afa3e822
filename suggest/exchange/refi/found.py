"""What a REFI-QDA file says, as it says it: nothing looked up, nothing put right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


def bare(guid: str) -> str:
    """A GUID as it is compared: without braces, in lower case. What is no GUID is compared the same way."""
    return guid.strip().strip("{}").lower()


@dataclass(slots=True)
class FoundCode:
    """A code. `parent` is the place of its parent in the list of codes."""

    guid: str
    name: str
    description: str
    color: str
    parent: int | None
    line: int
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FoundCoding:
    code: str
    user: str
    at: str
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FoundSelection:
    """A selection of plain text; positions as they stand in the file, None where they are no numbers."""

    start: int | None
    end: int | None
    name: str
    user: str
    at: str
    description: str = ""
    codings: list[FoundCoding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FoundText:
    """A text source, or the text of a PDF. `path` names its file, `content` is its text where it stands inline."""

    guid: str
    name: str
    path: str
    content: str | None
    rich: bool
    user: str
    kind: str = "text"
    description: str = ""
    selections: list[FoundSelection] = field(default_factory=list)
    codings: list[FoundCoding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class FoundNote:
    name: str
    user: str
    content: str | None
    path: str


@dataclass(slots=True)
class FoundCase:
    name: str
    values: list[tuple[str, str]]
    sources: list[str]


@dataclass(slots=True)
class FoundSet:
    name: str
    sources: list[str]


@dataclass
class FoundFile:
    """A project or a codebook. GUIDs are `bare`; `untaken` counts what we have no place for, by kind."""

    kind: str = ""
    name: str = ""
    origin: str = ""
    description: str = ""
    users: dict[str, str] = field(default_factory=dict)
    codes: list[FoundCode] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    cases: list[FoundCase] = field(default_factory=list)
    sets: list[FoundSet] = field(default_factory=list)
    texts: list[FoundText] = field(default_factory=list)
    notes: dict[str, FoundNote] = field(default_factory=dict)
    project_notes: list[str] = field(default_factory=list)
    untaken: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
