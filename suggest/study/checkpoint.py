"""Checkpoints: what a second party keeps, so that a later change of the log shows.

A chain beside its data proves nothing against the owner of the file, who could write both anew. Whoever holds an
earlier checkpoint can tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from suggest.errors import BadInput
from suggest.study.merkle import root
from suggest.study.study import Study

FORMAT = "secondcoder checkpoint 1"


@dataclass(frozen=True)
class Checkpoint:
    """(replica, size, Merkle root) of each chain at one time; `study` is the study's id."""

    study: str
    heads: tuple[tuple[str, int, str], ...]
    time: str

    def sizes(self) -> dict[str, int]:
        """How many entries each chain had."""
        return {replica: size for replica, size, _ in self.heads}

    def roots(self, replica: str, size: int) -> list[str]:
        """The roots that this checkpoint states for the first `size` entries of a chain: none or one."""
        return [root_ for chain, at, root_ in self.heads if (chain, at) == (replica, size)]


def make_checkpoint(study: Study, actor: str, file: Path) -> Checkpoint:
    """Write a checkpoint of all chains to a new file and log it. The file holds hashes and counts only."""
    if file.exists():
        raise BadInput("exists already; nothing was written.", file=file.name, advice="Choose another name.")
    with study.write(actor) as writer:
        heads = tuple(
            (
                replica,
                size,
                root(
                    row[0]
                    for row in study.db.execute("SELECT hash FROM log WHERE replica = ? ORDER BY seq", (replica,))
                ),
            )
            for replica, (size, _) in sorted(writer.fold.heads.items())
        )
        now = datetime.fromtimestamp(int(study.sources.now()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        writer.append("checkpointed", {"heads": [list(head) for head in heads]})
        checkpoint = Checkpoint(study.id, heads, now)
        try:
            with file.open("x", encoding="ascii") as stream:
                stream.write(render(checkpoint))
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror}.", file=file.name) from None
    return checkpoint


def render(checkpoint: Checkpoint) -> str:
    heads = [{"replica": replica, "size": size, "root": root_} for replica, size, root_ in checkpoint.heads]
    return (
        json.dumps({"format": FORMAT, "study": checkpoint.study, "time": checkpoint.time, "heads": heads}, indent=2)
        + "\n"
    )


def read_checkpoint(file: Path) -> Checkpoint:
    """The checkpoint in a file; BadInput if it is none."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        heads = tuple((str(h["replica"]), int(h["size"]), str(h["root"])) for h in data["heads"])
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        return Checkpoint(str(data["study"]), heads, str(data["time"]))
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", file=file.name) from None
    except (ValueError, KeyError, TypeError):
        raise BadInput("is not a checkpoint of Second Coder.", file=file.name) from None
