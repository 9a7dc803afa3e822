"""What real servers answered, as `tests/peers/servers.py check --record` keeps it, for a test's own to answer again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from endpoint_server import Served, error

REPLIES = Path(__file__).parents[1] / "models" / "chat" / "replies"
LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Recorded:
    """A server's replies by the name of the question, and those to a probe in their order, with what was asked."""

    server: str
    version: str
    date: str
    preset: str
    replies: Mapping[str, Served]
    probe: tuple[tuple[Mapping[str, Any], Served], ...]


def names() -> list[str]:
    """The servers of which there are replies."""
    return sorted(file.stem for file in REPLIES.glob("*.json"))


def recorded(name: str) -> Recorded:
    """What that server answered."""
    kept = json.loads((REPLIES / f"{name}.json").read_text(encoding="ascii"))
    replies = {question: _served(reply) for question, reply in kept["replies"].items()}
    probe = tuple((reply["asked"], _served(reply)) for reply in kept["probe"])
    return Recorded(kept["server"], kept["version"], kept["recorded"], kept["preset"], replies, probe)


def _served(reply: Mapping[str, Any]) -> Served:
    return Served(reply["status"], reply["body"].encode("utf-8", "surrogateescape"), dict(reply["headers"]))


@dataclass
class Probed:
    """Answers each question of a probe as the server did, whatever the limit of an answer. What was never asked of it
    is kept in `unknown`, and refused."""

    kept: Recorded
    unknown: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, number: int, body: dict[str, Any]) -> Served:
        words = "\n".join(message["content"] for message in body["messages"])
        for asked, reply in self.kept.probe:
            if (asked["words"], _settings(asked["settings"])) == (words, _settings(body)):
                return reply
        self.unknown.append(body)
        return error(418)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ("model", "messages", *LIMITS)}
