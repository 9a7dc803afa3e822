"""The code tree of today as a REFI-QDA codebook (.qdc), and the same codes within a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from suggest.errors import BadInput
from suggest.exchange.outgoing import Outcome, OutOptions
from suggest.exchange.refi.wordings import describe, unique_names
from suggest.exchange.refi.xml_out import CODEBOOK, Guids, XmlWriter
from suggest.exchange.wordings_out import codes_going_out
from suggest.study.codes import Code
from suggest.study.study import Study

ORIGIN = "Second Coder"
"""The `origin` of what we write begins so; what we know of our own files holds for those."""

Notes = Mapping[str, Sequence[str]]


def origin() -> str:
    """What wrote the file, with its version."""
    from importlib.metadata import version

    return f"{ORIGIN} {version('secondcoder')}"


def write_codebook(study: Study, path: Path, options: OutOptions) -> Outcome:
    """The live codes as a .qdc file. BadInput for a study without codes, which no .qdc can say."""
    codes, notices = codes_going_out(study)
    if not codes:
        raise BadInput("the code tree is empty.", advice="'secondcoder codes STUDY import FILE' begins it.")
    guids = Guids(study.id)
    with path.open("wb") as stream:
        xml = XmlWriter(stream)
        with xml.root("CodeBook", CODEBOOK, origin=origin()):
            write_codes(xml, codes, lambda code: guids.of("code", code))
    return Outcome({"codes": len(codes)}, notices)


def write_codes(xml: XmlWriter, codes: Sequence[Code], guid: Callable[[str], str], notes: Notes | None = None) -> None:
    """The element Codes with the codes nested in it; `notes` are GUIDs of notes by code."""
    names = unique_names(codes)
    below: dict[str | None, list[Code]] = {}
    for code in codes:
        below.setdefault(code.parent, []).append(code)

    def write(code: Code) -> None:
        with xml.inside("Code", guid=guid(code.id), name=names[code.id], isCodable="true", color=code.wording.color):
            if description := describe(code.wording):
                xml.leaf("Description", description)
            for note in (notes or {}).get(code.id, ()):
                xml.leaf("NoteRef", targetGUID=note)
            for child in below.get(code.id, ()):
                write(child)

    with xml.inside("Codes"):
        for code in below.get(None, ()):
            write(code)
