"""Writing a file that holds the study's words: entered in the log, so that an erasure can say where words went."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from suggest.errors import BadInput
from suggest.study.log import EntryRef, Writer
from suggest.study.study import Study

Made = TypeVar("Made")


def write_export(study: Study, actor: str, path: Path, data: bytes, *, overwrite: bool = False) -> EntryRef:
    """Write the file whole and log it, both or neither. BadInput if it is there already or cannot be written."""
    return export_file(study, actor, path, lambda part: part.write_bytes(data), overwrite=overwrite)[0]


def export_file(
    study: Study, actor: str, path: Path, make: Callable[[Path], Made], *, overwrite: bool = False
) -> tuple[EntryRef, Made]:
    """As `write_export`, for what is made piece by piece: `make` writes the file that it is given a path for.

    It is called before the entry is written, so that a long export keeps nobody waiting; the file takes its name
    together with the entry. Nobody but its owner may read it. Also gives what `make` gave.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise BadInput(
            "is there already; nothing was written.", file=path.name, advice="Give another name, or --force."
        )
    if path.exists() and path.samefile(study.path):
        raise BadInput("is the study itself; nothing was written.", file=path.name, advice="Give another name.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        make_private(part)
        made = make(part)
        with study.write(actor) as writer:
            entry = writer.append(
                "exported",
                {
                    "target": "file",
                    "path": writer.content("path", os.fsencode(path.absolute()).decode("utf-8", "replace")),
                },
            )
            part.replace(path)
    except OSError as error:
        reason = error.strerror or "unwritable"
        raise BadInput(f"cannot be written: {reason}.", file=path.name, advice="Check folder and rights.") from None
    finally:
        part.unlink(missing_ok=True)
    return entry, made


def note_exports(writer: Writer, paths: Iterable[Path]) -> None:
    """Enter files that hold the study's words, inside the caller's write transaction."""
    for path in paths:
        named = os.fsencode(path.absolute()).decode("utf-8", "replace")
        writer.append("exported", {"target": "file", "path": writer.content("path", named)})


def make_private(part: Path) -> None:
    """Create the empty file that its owner alone may read; writers fill it and its rights stay. Any left of a broken
    export under that name goes. OSError where nothing can be created."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
