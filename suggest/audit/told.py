"""An audit told in full, as values that another process can take and draw: nothing is counted there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from suggest.audit.audit import Report
from suggest.audit.blocks import Bars, Block, Section, Table, Text
from suggest.audit.figures import Figure
from suggest.audit.headline import headline
from suggest.audit.telling import tell
from suggest.printable import counted

KINDS: Mapping[type[Block], str] = {Text: "text", Table: "table", Bars: "bars"}
"""What each kind of block is called in JSON."""


@dataclass(frozen=True)
class Told:
    """A report as its readers meet it. `subtitle` is what was audited, in a line; `source` the state of the log that it
    was counted from."""

    title: str
    subtitle: str
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    source: str


def told(report: Report) -> Told:
    """All of it, in the order in which it should be read."""
    return Told(
        f"Audit of {report.material.title}", _subtitle(report), headline(report), tuple(tell(report)), _source(report)
    )


def _subtitle(report: Report) -> str:
    scope = report.scope
    people, models = len(report.material.people), len(report.material.models)
    return (
        f"Round {report.material.round.name}. {counted(people, 'person', 'people')}, {counted(models, 'model')}, "
        f"{counted(scope.segments, 'segment')}, {counted(scope.documents, 'document')}, {counted(scope.codes, 'code')}."
    )


def _source(report: Report) -> str:
    return f"Counted from {counted(report.entries, 'entry', 'entries')} of the log; its head is {report.head}."


def told_json(given: Told) -> dict[str, Any]:
    """As `audit --json --sections` prints it."""
    return {
        "title": given.title,
        "subtitle": given.subtitle,
        "headline": list(given.headline),
        "source": given.source,
        "sections": [
            {"id": section.id, "title": section.title,
             "blocks": [{"kind_of_block": KINDS[type(block)], **asdict(block)} for block in section.blocks]}
            for section in given.sections
        ],
    }  # fmt: skip


def told_from(given: Mapping[str, Any]) -> Told:
    """The same again. ValueError for what is not of this shape."""
    try:
        sections = tuple(
            Section(item["id"], item["title"], tuple(map(_block, item["blocks"]))) for item in given["sections"]
        )
        return Told(given["title"], given["subtitle"], tuple(given["headline"]), sections, given["source"])
    except (KeyError, TypeError) as error:
        raise ValueError("no audit that was told in full") from error


def _block(given: Mapping[str, Any]) -> Block:
    by_name = {name: kind for kind, name in KINDS.items()}
    kind = by_name[given["kind_of_block"]]
    held = {field.name: _frozen(given[field.name]) for field in fields(kind) if field.name in given}
    if kind is Bars:
        held["rows"] = tuple((label, Figure(**figure)) for label, figure in given["rows"])
    return kind(**held)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
