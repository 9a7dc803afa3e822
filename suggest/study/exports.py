"""Writing a file that holds the study's words: entered in the log, so that an erasure can say where words went."""

from __future__ import annotations

import os
from pathlib import Path

from suggest.errors import BadInput
from suggest.study.log import EntryRef
from suggest.study.study import Study


def write_export(study: Study, actor: str, path: Path, data: bytes, *, overwrite: bool = False) -> EntryRef:
    """Write the file whole and log it, both or neither. BadInput if it is there already or cannot be written."""
    path = Path(path)
    if path.exists() and not overwrite:
        raise BadInput(
            "is there already; nothing was written.", file=path.name, advice="Give another name, or --force."
        )
    if path.exists() and path.samefile(study.path):
        raise BadInput("is the study itself; nothing was written.", file=path.name, advice="Give another name.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with study.write(actor) as writer:
        entry = writer.append(
            "exported",
            {"target": "file", "path": writer.content("path", os.fsencode(path.absolute()).decode("utf-8", "replace"))},
        )
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            reason = error.strerror or "unwritable"
            raise BadInput(f"cannot be written: {reason}.", file=path.name, advice="Check folder and rights.") from None
    return entry
