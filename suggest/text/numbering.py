"""Automatic numbers of Word paragraphs, which stand nowhere in the words and have to be counted as Word counts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(slots=True)
class Counters:
    """Running numbers of the numbered lists of one document; only first-level lists with plain numbers count."""

    starts: dict[str, int] = field(default_factory=dict)
    of_style: dict[str, str] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> Counters:
        """The counters of a python-docx document; none where it has no numbering part."""
        of_style: dict[str, str] = {}
        for style in document.styles.element.iter(f"{_W}style"):
            number = style.find(f"{_W}pPr/{_W}numPr/{_W}numId")
            if number is not None:
                of_style[style.get(f"{_W}styleId", "")] = number.get(f"{_W}val", "")
        return cls(_starts(document), of_style)

    def next_for(self, properties: Any, style: str | None) -> int | None:
        """The number that Word prints before a paragraph with these properties, or None."""
        list_id = self._list_of(properties, style)
        if list_id is None or list_id not in self.starts:
            return None
        self.reached[list_id] = self.reached.get(list_id, self.starts[list_id] - 1) + 1
        return self.reached[list_id]

    def _list_of(self, properties: Any, style: str | None) -> str | None:
        own = properties.find(f"{_W}numPr") if properties is not None else None
        if own is None:
            return self.of_style.get(style or "")
        level, number = own.find(f"{_W}ilvl"), own.find(f"{_W}numId")
        if number is None or (level is not None and level.get(f"{_W}val") != "0"):
            return None
        return str(number.get(f"{_W}val", ""))


def _starts(document: Any) -> dict[str, int]:
    """The first number of each list whose first level counts in plain numbers."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    try:
        root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        return {}
    decimal: dict[str, int] = {}
    for abstract in root.iter(f"{_W}abstractNum"):
        level = next((one for one in abstract.iter(f"{_W}lvl") if one.get(f"{_W}ilvl") == "0"), None)
        form = level.find(f"{_W}numFmt") if level is not None else None
        if level is not None and form is not None and form.get(f"{_W}val") == "decimal":
            decimal[abstract.get(f"{_W}abstractNumId", "")] = _number(level.find(f"{_W}start"), 1)
    starts: dict[str, int] = {}
    for one in root.iter(f"{_W}num"):
        base = one.find(f"{_W}abstractNumId")
        key = base.get(f"{_W}val", "") if base is not None else ""
        if key in decimal:
            override = one.find(f"{_W}lvlOverride/{_W}startOverride")
            starts[one.get(f"{_W}numId", "")] = _number(override, decimal[key])
    return starts


def _number(element: Any, default: int) -> int:
    value = element.get(f"{_W}val", "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 8 else default
