"""An audit counted again from the tables that a study exports, apart from the program: who answered what, under which
exposure, in the form of the record of `export --to audit`. It knows nothing of the audit's own reading."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str]


class Tables:
    """The lines of `export --to jsonl`: coders are told apart by name, segments by id."""

    def __init__(self, path: Path) -> None:
        self.lines: dict[str, list[Json]] = defaultdict(list)
        for line in path.read_text(encoding="ascii").splitlines():
            item = json.loads(line)
            self.lines[item["record"]].append(item)
        self.codes = [item["code_id"] for item in self.lines["code"]]
        self.units: dict[Key, Json] = {(item["coder"], item["segment"]): item for item in self.lines["exposure"]}
        self.segments = list(dict.fromkeys(item["segment"] for item in self.lines["suggestion"]))
        self.said: dict[Key, list[Json]] = defaultdict(list)
        for item in sorted(self.lines["decision"], key=lambda item: int(item["entry"].partition(":")[2])):
            self.said[item["coder"], item["segment"]].append(item)

    def committed(self, coder: str, segment: str) -> str | None:
        """Letters by code of an answer as it was first completed; None where it never was."""
        held = ["0"] * len(self.codes)
        for item in self.said[coder, segment]:
            if item["action"] == "complete":
                return "".join(held)
            if item.get("code_id"):
                held[self.codes.index(item["code_id"])] = {"reject": "r", "unsure": "u"}.get(item["action"], "1")
        return None

    def exposure(self, coder: str, segment: str) -> str:
        """How an answer came about, in the audit's words; "nothing" without one."""
        unit = self.units.get((coder, segment))
        if unit is None or self.committed(coder, segment) is None:
            return "nothing"
        if unit["assigned"] == "shown":
            return "shown"
        return "blind" if unit["core"] else "arm"

    def now(self, coder: str, segment: str) -> set[str]:
        """The codes that stand."""
        return {
            item["code_id"]
            for item in self.lines["coding"]
            if (item["coder"], item["segment"]) == (coder, segment)
        }  # fmt: skip

    def run(self, number: int) -> dict[str, set[str]]:
        """By segment the codes that fit, as a run said."""
        found: dict[str, set[str]] = {}
        for item in self.lines["suggestion"]:
            if item["run"] == number:
                found.setdefault(item["segment"], set())
                if item.get("fits"):
                    found[item["segment"]].add(item["code_id"])
        return found

    def listed(self, number: int, segment: str) -> list[tuple[int, int]]:
        """(code, confidence in millionths) of what a run listed for a segment, in its order."""
        rows = [item for item in self.lines["suggestion"] if (item["run"], item["segment"]) == (number, segment)]
        return [
            (self.codes.index(item["code_id"]), round(item["confidence"] * 1_000_000))
            for item in sorted(rows, key=lambda item: item["rank"])
        ]

    def blocks(self) -> list[int]:
        """By segment the number of its block of the core, -1 outside: stretches of core segments in one document."""
        core = {segment for (_, segment), unit in self.units.items() if unit["core"]}
        found, number = [], -1
        for (_, inside), held in groupby(self.segments, key=lambda s: (s.partition(".")[0], s in core)):
            number += inside
            found += [number if inside else -1] * len(list(held))
        return found

    def weights(self) -> dict[str, float]:
        """One over the chance of each core segment."""
        return {segment: 1 / unit["probability"] for (_, segment), unit in self.units.items() if unit["core"]}

    def doubts(self, coder: str) -> dict[Key, str]:
        """The last verdict on each code that was left unsure once, by segment and code, of what was completed."""
        last: dict[Key, str] = {}
        for (who, segment), held in self.said.items():
            for item in held if who == coder and self.committed(coder, segment) is not None else ():
                if item["action"] in ("accept", "edit", "reject", "unsure") and item["stands"]:
                    last[segment, item["code_suggested"]] = item["action"]
        return last

    def verdicts(self, coder: str, number: int) -> dict[str, int]:
        """How often each last verdict on a suggestion of a run was given."""
        last = {}
        runs = {item["suggestion"]: item["run"] for item in self.lines["suggestion"]}
        for (who, _), held in self.said.items():
            for item in held:
                if who == coder and item.get("suggestion") and runs[item["suggestion"]] == number and item["stands"]:
                    last[item["suggestion"]] = item["action"]
        return {action: list(last.values()).count(action) for action in set(last.values())}
