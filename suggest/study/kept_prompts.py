"""Prompts of the study's own: each version is kept as it was written, and the newest of a name is what is offered."""

from __future__ import annotations

from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.canonical import keyed_digest
from suggest.study.log import EntryRef
from suggest.study.study import Study


@dataclass(frozen=True)
class KeptPrompt:
    """A version: its text, the SHA-256 that runs name it by, who kept it (a coder's id) and when. `offered`: it was not
    put away since."""

    text: str
    sha256: str
    actor: str
    at: str | None
    offered: bool


def kept_prompts(study: Study) -> list[KeptPrompt]:
    """All versions that were ever kept, oldest first; those whose words were erased are left out."""
    rows = study.db.execute(
        "SELECT p.name, p.sha256, p.text, l.actor, l.at FROM prompt p "
        "JOIN log l ON l.replica = p.replica AND l.seq = p.seq ORDER BY p.ord"
    ).fetchall()
    gone = {name: place for place, (name, _, text, _, _) in enumerate(rows) if text is None}
    return [
        KeptPrompt(body, sha256, actor, at, place > gone.get(name, -1))
        for place, (name, sha256, text, actor, at) in enumerate(rows)
        if text is not None and (body := study.contents.body(text)) is not None
    ]


def keep_prompt(study: Study, actor: str, name: str, sha256: str, text: str) -> EntryRef:
    """Keep a version of a prompt under its name."""
    with study.write(actor) as writer:
        kept = writer.content("prompt", text)
        return writer.append("prompt_kept", {"name": _key(study, name), "sha256": sha256, "text": kept})


def put_away(study: Study, actor: str, name: str) -> EntryRef:
    """Offer a prompt no more. Its versions stay on record, for the runs that used them. BadInput if there is none."""
    key = _key(study, name)
    row = study.db.execute("SELECT text FROM prompt WHERE name = ? ORDER BY ord DESC LIMIT 1", (key,)).fetchone()
    if row is None or row[0] is None:
        raise BadInput("the study has no prompt of its own of this name.", place=name)
    with study.write(actor) as writer:
        return writer.append("prompt_kept", {"name": key, "sha256": None, "text": None})


def _key(study: Study, name: str) -> str:
    return keyed_digest(study.secret, f"prompt {name}")
