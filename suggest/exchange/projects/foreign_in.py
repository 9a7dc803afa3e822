"""Which program's project a file is, and what it says, in the records that REFI-QDA projects are read into."""

from __future__ import annotations

from pathlib import Path

from suggest.errors import BadInput
from suggest.exchange.projects.qualcoder import is_qualcoder, read_qualcoder
from suggest.exchange.projects.taguette import is_taguette, read_taguette
from suggest.exchange.refi.found import FoundFile
from suggest.study.foreign import foreign_file

FOREIGN_ENDINGS = (".sqlite3", ".sqlite", ".qda")
_IN_FOLDER = "data.qda"


class NoFiles:
    """Stands for the archive of a REFI-QDA project where everything is in the tables."""

    def text(self, path: str) -> bytes | None:
        """Nothing, whatever the path."""
        return None


def read_foreign(path: Path) -> FoundFile:
    """What a Taguette or QualCoder project says. BadInput for a file that is neither, or is damaged.

    QualCoder's project is a folder; its `data.qda` may be named, too.
    """
    held = path / _IN_FOLDER if path.is_dir() else path
    with foreign_file(held) as file:
        if is_taguette(file):
            found = read_taguette(file, path.name)
        elif is_qualcoder(file):
            found = read_qualcoder(file)
            found.name = path.parent.stem if path.name == _IN_FOLDER else path.stem
        elif file.has("log", "replica", "seq", "hash"):
            raise BadInput("this is a study.", file=path.name, advice="'secondcoder merge STUDY OTHER' takes copies.")
        else:
            what = "this is a project neither of Taguette nor of QualCoder."
            raise BadInput(what, file=path.name, advice="Export it as REFI-QDA (.qdpx).")
    return found
