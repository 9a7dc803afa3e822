"""What REFI-QDA 1.0 allows, as data, and a check of a file against it while it is read.

Files of well-known programs break the standard and can be read all the same, so what is found is told, never refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

_USER_AND_TIME = {
    "creatingUser": "guid",
    "creationDateTime": "time",
    "modifyingUser": "guid",
    "modifiedDateTime": "time",
}
_FORMS = {
    "guid": re.compile(r"\s*([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
                       r"|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\})\s*\Z"),
    "flag": re.compile(r"\s*(true|false|0|1)\s*\Z"),
    "number": re.compile(r"\s*[+-]?[0-9]+\s*\Z"),
    "decimal": re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*\Z"),
    "color": re.compile(r"\s*#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})\s*\Z"),
    "date": re.compile(r"\s*-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?\s*\Z"),
    "time": re.compile(
        r"\s*-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\s*\Z"
    ),
    "type": re.compile(r"\s*(Text|Boolean|Integer|Float|Date|DateTime)\s*\Z"),
    "direction": re.compile(r"\s*(Associative|OneWay|Bidirectional)\s*\Z"),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """What an element may be: its children in their order as "Name", "Name?", "Name*" or "Name+" (or, with `mixed`, in
    any order), attributes with their form, those that must be there, and the form of its text."""

    children: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    mixed: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        order = {name.rstrip("?*+"): (at, name[-1]) for at, name in enumerate(self.children)}
        object.__setattr__(self, "order", order)

    order: Mapping[str, tuple[int, str]] = field(default_factory=dict, init=False, repr=False)


_GUID = {"guid": "guid"}
_NAMED = {"guid": "guid", "name": ""}
_SOURCE = {**_NAMED, "path": "", "currentPath": "", **_USER_AND_TIME}
_TEXT_SOURCE = Rule(
    ("Description?", "PlainTextContent?", "PlainTextSelection*", "Coding*", "NoteRef*", "VariableValue*"),
    {**_NAMED, "richTextPath": "", "plainTextPath": "", **_USER_AND_TIME},
    ("guid",),
)
_REF = Rule((), {"targetGUID": "guid"}, ("targetGUID",))
_ANY = Rule((), {}, (), mixed=True)


def _selection(*positions: str, inside: tuple[str, ...] = ()) -> Rule:
    numbers = dict.fromkeys(positions, "number")
    return Rule(
        ("Description?", *inside, "Coding*", "NoteRef*"),
        {**_NAMED, **numbers, **_USER_AND_TIME},
        ("guid", *positions),
    )


def _media(*inside: str) -> Rule:
    return Rule(("Description?", *inside, "Coding*", "NoteRef*", "VariableValue*"), _SOURCE, ("guid",))


_SHARED: dict[str, Rule] = {
    "Codes": Rule(("Code+",)),
    "Sets": Rule(("Set+",)),
    "Description": Rule(),
}

PROJECT: dict[str, Rule] = {
    **_SHARED,
    "Project": Rule(
        ("Users?", "CodeBook?", "Variables?", "Cases?", "Sources?", "Notes?", "Links?", "Sets?", "Graphs?",
         "Description?", "NoteRef*"),
        {"name": "", "origin": "", "basePath": "", "creatingUserGUID": "guid", "creationDateTime": "time",
         "modifyingUserGUID": "guid", "modifiedDateTime": "time"}, ("name",),
    ),
    "Users": Rule(("User+",)),
    "User": Rule((), {**_NAMED, "id": ""}, ("guid",)),
    "CodeBook": Rule(("Codes",)),
    "Code": Rule(("Description?", "NoteRef*", "Code*"), {**_NAMED, "isCodable": "flag", "color": "color"},
                 ("guid", "name", "isCodable")),
    "Variables": Rule(("Variable+",)),
    "Variable": Rule(("Description?",), {**_NAMED, "typeOfVariable": "type"}, ("guid", "name", "typeOfVariable")),
    "Cases": Rule(("Case+",)),
    "Case": Rule(("Description?", "CodeRef*", "VariableValue*", "SourceRef*", "SelectionRef*"), _NAMED, ("guid",)),
    "VariableValue": Rule(("VariableRef", "TextValue?", "BooleanValue?", "IntegerValue?", "FloatValue?", "DateValue?",
                           "DateTimeValue?")),
    "TextValue": Rule(),
    "BooleanValue": Rule(text="flag"),
    "IntegerValue": Rule(text="number"),
    "FloatValue": Rule(text="decimal"),
    "DateValue": Rule(text="date"),
    "DateTimeValue": Rule(text="time"),
    "Sources": Rule(("TextSource*", "PictureSource*", "PDFSource*", "AudioSource*", "VideoSource*"), mixed=True),
    "TextSource": _TEXT_SOURCE,
    "TextDescription": _TEXT_SOURCE,
    "Representation": _TEXT_SOURCE,
    "Note": _TEXT_SOURCE,
    "PlainTextContent": Rule(),
    "PlainTextSelection": _selection("startPosition", "endPosition"),
    "PictureSource": _media("TextDescription?", "PictureSelection*"),
    "PictureSelection": _selection("firstX", "firstY", "secondX", "secondY"),
    "PDFSource": _media("PDFSelection*", "Representation?"),
    "PDFSelection": _selection("page", "firstX", "firstY", "secondX", "secondY", inside=("Representation?",)),
    "AudioSource": _media("Transcript*", "AudioSelection*"),
    "AudioSelection": _selection("begin", "end"),
    "VideoSource": _media("Transcript*", "VideoSelection*"),
    "VideoSelection": _selection("begin", "end"),
    "Transcript": Rule(
        ("Description?", "PlainTextContent?", "SyncPoint*", "TranscriptSelection*", "NoteRef*"),
        {**_NAMED, "richTextPath": "", "plainTextPath": "", **_USER_AND_TIME}, ("guid",),
    ),
    "TranscriptSelection": Rule(
        ("Description?", "Coding*", "NoteRef*"),
        {**_NAMED, "fromSyncPoint": "guid", "toSyncPoint": "guid", **_USER_AND_TIME}, ("guid",),
    ),
    "SyncPoint": Rule((), {"guid": "guid", "timeStamp": "number", "position": "number"}, ("guid",)),
    "Coding": Rule(("CodeRef", "NoteRef*"), {**_GUID, "creatingUser": "guid", "creationDateTime": "time"}, ("guid",)),
    "Notes": Rule(("Note+",)),
    "Links": Rule(("Link+",)),
    "Link": Rule(("NoteRef*",), {**_NAMED, "direction": "direction", "color": "color", "originGUID": "guid",
                                 "targetGUID": "guid"}, ("guid",)),
    "Set": Rule(("Description?", "MemberCode*", "MemberSource*", "MemberNote*"), _NAMED, ("guid", "name")),
    "NoteRef": _REF, "CodeRef": _REF, "SourceRef": _REF, "SelectionRef": _REF, "VariableRef": _REF,
    "MemberCode": _REF, "MemberSource": _REF, "MemberNote": _REF,
    "Graphs": Rule(("Graph+",)),
    "Graph": Rule(("Vertex*", "Edge*"), _NAMED, ("guid",)),
    "Vertex": _ANY, "Edge": _ANY,
}  # fmt: skip

CODEBOOK: dict[str, Rule] = {
    **_SHARED,
    "CodeBook": Rule(("Codes", "Sets?"), {"origin": ""}),
    "Code": Rule(
        ("Description?", "Code*"), {**_NAMED, "isCodable": "flag", "color": "color"}, ("guid", "name", "isCodable")
    ),
    "Set": Rule(("Description?", "MemberCode*"), _NAMED, ("guid", "name")),
    "MemberCode": Rule((), _GUID, ("guid",)),
}

NAMESPACES = {"Project": "urn:QDA-XML:project:1.0", "CodeBook": "urn:QDA-XML:codebook:1.0"}


@dataclass
class Check:
    """Counts by kind what a file does that the standard does not allow, with the line of the first."""

    found: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def say(self, what: str, line: int) -> None:
        self.found[what] += 1
        self.first.setdefault(what, line)

    def root(self, name: str, namespace: str, line: int) -> None:
        """The first element decides which of the two standards holds."""
        self.rules = CODEBOOK if name == "CodeBook" else PROJECT
        if namespace != NAMESPACES.get(name):
            self.say("another namespace than that of version 1.0", line)

    def attributes(self, name: str, given: Mapping[str, str], line: int) -> None:
        """Attributes that are missing, unknown, or not of their form."""
        rule = self.rules.get(name)
        if rule is None or rule is _ANY:
            return
        for key in rule.required:
            if key not in given:
                self.say(f"{name} without {key}", line)
        for key, value in given.items():
            form = rule.attributes.get(key)
            if form is None:
                self.say(f"{name} with {key}", line)
            elif form and not _FORMS[form].match(value):
                self.say(f"{name} whose {key} is no {form}", line)

    def child(self, parent: str, name: str, last: int, seen: Counter[str], line: int) -> int:
        """A child in its place; the place of the last one in order, for the next call."""
        rule = self.rules.get(parent)
        if rule is None or rule is _ANY:
            return last
        place = rule.order.get(name)
        if place is None:
            self.say(f"{name} in {parent}", line)
            return last
        seen[name] += 1
        if seen[name] == 2 and place[1] not in "*+":
            self.say(f"a second {name} in {parent}", line)
        if place[0] < last and not rule.mixed:
            self.say(f"{name} out of its order in {parent}", line)
        return max(last, place[0])

    def end(self, name: str, seen: Counter[str], text: str, line: int) -> None:
        """Children that had to be there, and the form of the text."""
        rule = self.rules.get(name)
        if rule is None:
            return
        for child, (_, sign) in rule.order.items():
            if sign not in "?*" and not seen[child]:
                self.say(f"{name} without {child}", line)
        if name == "Sources" and not seen:
            self.say("Sources without a source", line)
        if name == "VariableValue" and sum(seen.values()) > 2:
            self.say("VariableValue with several values", line)
        if rule.text and not _FORMS[rule.text].match(text):
            self.say(f"{name} that is no {rule.text}", line)

    def notices(self, most: int = 6) -> list[str]:
        """What was found, as remarks for the user."""
        if not self.found:
            return []
        parts = [f"{what} ({count}×, first in line {self.first[what]})" for what, count in self.found.most_common(most)]
        more = len(self.found) - len(parts)
        further = f" and {more} further kinds" if more > 0 else ""
        return [f"The file breaks the standard, and was read all the same: {'; '.join(parts)}{further}."]
