"""Hosts: where the study's text may be sent, and the record of what was sent where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.canonical import keyed_digest
from suggest.study.log import EntryRef, Writer
from suggest.study.study import Study

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:\[[0-9a-f:.]{{2,45}}\]|{_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?\Z")


@dataclass(frozen=True)
class Host:
    """A host by name (with its port where that is not the usual one), whether text may go there, and how much went."""

    name: str
    allowed: bool
    requests: int
    characters: int


def hosts(study: Study) -> list[Host]:
    """All hosts that were ever allowed or sent to, by name."""
    rows = study.db.execute("SELECT name, allowed, requests, characters FROM host").fetchall()
    return sorted(
        (Host(study.contents.text(name), bool(allowed), requests, sent) for name, allowed, requests, sent in rows),
        key=lambda host: host.name,
    )


def is_allowed(study: Study, name: str) -> bool:
    """Whether the study allows text to go to a host (as `checked_host` writes it)."""
    row = study.db.execute("SELECT allowed FROM host WHERE host = ?", (_key(study, name),)).fetchone()
    return row is not None and bool(row[0])


def allow_host(study: Study, actor: str, name: str) -> EntryRef:
    """Allow text to go to a host. BadInput for what is not one, such as an address with a path."""
    host = checked_host(name)
    with study.write(actor) as writer:
        return writer.append("host_allowed", {"host": _key(study, host), "name": writer.content("host", host)})


def revoke_host(study: Study, actor: str, name: str) -> EntryRef:
    """Allow it no more. BadInput where it is not allowed."""
    host = checked_host(name)
    if not is_allowed(study, host):
        raise BadInput("text may not go to this host anyway.", place=host)
    with study.write(actor) as writer:
        return writer.append("host_revoked", {"host": _key(study, host)})


def checked_host(name: str) -> str:
    """A host as it is kept: lower case, without scheme or path; a port only where it was given."""
    host = name.strip().casefold()
    found = _HOST.match(host)
    if found is None or len(host) > 260 or int(found.group(1) or 0) > 65_535:
        raise BadInput("this is not the name of a host.", advice="Write it like example.org or 10.0.0.5:8000.")
    return host


def record_sent(
    study: Study, writer: Writer, run: str, host: str, segments: Sequence[str], requests: int, characters: int
) -> EntryRef:
    """Put on record that text is about to go to a host: so many requests, of which these segments' words are part."""
    key = _key(study, host)
    known = study.db.execute("SELECT 1 FROM host WHERE host = ?", (key,)).fetchone() is not None
    return writer.append(
        "text_sent",
        {
            "run": run,
            "host": key,
            "name": None if known else writer.content("host", host),
            "segments": list(dict.fromkeys(segments)),
            "requests": requests,
            "characters": characters,
        },
    )


def hosts_that_had(study: Study, document: str, ordinals: Sequence[tuple[int, int]] | None = None) -> list[str]:
    """The hosts that were sent words of a document (an id), or of some of its segments (ranges of ordinals)."""
    rows = study.db.execute(
        "SELECT h.name, s.segment FROM sent s JOIN host h ON h.host = s.host WHERE s.segment > ? AND s.segment < ?",
        (f"{document}.", f"{document}/"),
    ).fetchall()
    found = {
        name
        for name, segment in rows
        if ordinals is None or any(low <= int(segment.rpartition(".")[2]) <= high for low, high in ordinals)
    }
    return sorted(study.contents.text(name) for name in found)


def host_name(study: Study, key: str) -> str:
    """The name of the host of that key; "" if there is none."""
    row = study.db.execute("SELECT name FROM host WHERE host = ?", (key,)).fetchone()
    return study.contents.text(row[0]) if row else ""


def _key(study: Study, host: str) -> str:
    return keyed_digest(study.secret, f"host {host}")
