"""Codebooks in and out of the tree's screen, and the words of a code as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from suggest.errors import BadInput
from suggest.exchange.codebook import Codebook, import_codebook, new_in, read_codebook, write_codebook
from suggest.exchange.wordings_out import codes_going_out
from suggest.printable import counted
from suggest.study.codes import Wording, read_codes
from suggest.study.exports import write_export
from suggest.study.study import Study
from tui.review.bench import Bench


@dataclass(frozen=True)
class Incoming:
    """A codebook that was read and could be brought in, and what to say of it before."""

    book: Codebook
    told: list[tuple[str, str]]


def wording_of(study: Study, code: str) -> Wording:
    """The words of a code in use. BadInput if it is out of use."""
    found = next((item for item in read_codes(study) if item.id == code), None)
    if found is None:
        raise BadInput("the code is out of use since.", advice="Look at the tree again.")
    return found.wording


def read(study: Study, *, path: Path) -> Incoming:
    """The codebook in a file. BadInput names the row or line of what cannot be taken."""
    book = read_codebook(path)
    new = new_in(study, book)
    names = "; ".join(item.wording.name for item in new[:12]) + (" …" if len(new) > 12 else "")
    told = [
        ("", f"{counted(len(book.codes), 'code')} in the file, {len(new)} of them not in the study yet."),
        ("New: ", names or "none"),
        *(("", notice) for notice in book.notices),
    ]
    if new:
        told += [
            ("", ""),
            ("You read again: ", "what you completed before says nothing of new codes until it is looked at again."),
            ("", "All of them or none; one entry in the log, and u takes it back."),
        ]
    return Incoming(book, told)


def bring_in(bench: Bench, *, book: Codebook) -> str:
    """Bring the codes in; what to say of it."""
    done = import_codebook(bench.study, bench.coder, book)
    known = f", {len(done.known)} were here already" if done.known else ""
    return f"{counted(len(done.added), 'code')} added{known}"


def write(bench: Bench, *, path: Path) -> str:
    """Write the tree of today to a file, which is replaced if it is there; what to say of it."""
    found, notices = codes_going_out(bench.study)
    ending = path.suffix.casefold().lstrip(".")
    text = write_codebook(found, {"yml": "yaml"}.get(ending, ending))
    write_export(bench.study, bench.coder, path, text.encode(), overwrite=True)
    return " ".join((f"{path.name}: {counted(len(found), 'code')} written", *notices))
