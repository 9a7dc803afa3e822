"""What an audit is asked, as a form on screen and as options of the command; and its report as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggest.audit.markdown import markdown_of
from suggest.audit.page import page_of
from suggest.audit.told import Told
from suggest.errors import BadInput
from tui.commands.audit import audit_command, write_for_owner
from tui.terminal.form import Field

FORMATS = (".html", ".md", ".json")


@dataclass(frozen=True)
class Asked:
    """The question as it was typed; "" asks for nothing. `half_width`: how narrow a plan wants intervals to be."""

    round: str = ""
    coders: str = ""
    branch: str = ""
    by: str = ""
    half_width: str = ""

    def options(self) -> tuple[str, ...]:
        """The options of the command. BadInput for a half-width that is none."""
        named = (("round", self.round), ("coders", self.coders), ("branch", self.branch), ("by", self.by))
        found = [f"--{name}={value}" for name, value in named if value]
        if self.half_width:
            try:
                wide = 0 < float(self.half_width) <= 1
            except ValueError:
                wide = False
            if not wide:
                raise BadInput("is no number above 0 and up to 1.", place=self.half_width)
            found += ["--plan", f"--half-width={self.half_width}"]
        return tuple(found)

    @property
    def command(self) -> str:
        """The call that makes this audit again."""
        plan = f" --plan --half-width {self.half_width}" if self.half_width else ""
        made = audit_command(
            round=self.round or None, coders=self.coders or None, branch=self.branch or None, by=self.by or None
        )
        return made + plan


def fields(asked: Asked, report: Mapping[str, Any]) -> list[Field]:
    """The form; what there is comes from the report that was counted last."""
    rounds = ", ".join(report.get("rounds", ()))
    scope = report.get("scope")
    read = scope.get("coders", ()) if isinstance(scope, dict) else ()
    names = ", ".join(str(item.get("coder", "")) for item in read if isinstance(item, dict))
    there = f"; there are {rounds}" if rounds else ""
    return [
        Field("round", "Round", asked.round, hint=f"empty: the newest{there}"),
        Field("coders", "Coders", asked.coders, hint=f"empty: all; here are {names}" if names else "empty: all"),
        Field("branch", "Only the code", asked.branch, hint="with what lies under it; empty: all"),
        Field("by", "By attribute", asked.by, hint='such as site; or "document"; empty: not divided'),
        Field("half_width", "Plan for intervals within", asked.half_width, hint="such as 0.1; empty: no plan"),
    ]  # fmt: skip


def asked_of(given: Mapping[str, str]) -> Asked:
    """What a filled-in form asks."""
    return Asked(**{name: value.strip() for name, value in given.items()})


def write_report(path: Path, study: Path, given: Told, report: Mapping[str, Any], command: str) -> str:
    """Write what is on screen to a file, in the form that its name says; the sentence about it. BadInput for another
    name, for the study's own, or where it cannot be written."""
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise BadInput(
            "names no format that an audit is written in.", file=path.name, advice="End it in .html, .md or .json."
        )
    if kind == ".json":
        text = json.dumps({key: value for key, value in report.items() if key != "told"}, ensure_ascii=True) + "\n"
    else:
        text = (page_of if kind == ".html" else markdown_of)(given, command)
    write_for_owner(path, text)
    return (
        f"Written: {path.name}. It holds counts and names of coders and codes; only you can read it until you share it."
    )
