"""The codes of a REFI-QDA file as codes of a study: tidy names, siblings told apart, descriptions parted again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from suggest.errors import BadInput
from suggest.exchange.codebook import MAX_DEPTH, MAX_NAME, Codebook
from suggest.exchange.listed import ListedCode
from suggest.exchange.refi.archive import MAX_XML
from suggest.exchange.refi.codebook_out import ORIGIN
from suggest.exchange.refi.found import FoundCode, FoundFile
from suggest.exchange.refi.tidy import free, one_name
from suggest.exchange.refi.wordings import undescribe, without_parent
from suggest.exchange.refi.xml_in import read_xml
from suggest.study.codes import Code, NewCode, Wording

_COLOR = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\Z")


@dataclass(frozen=True)
class ReadCodes:
    """The codes of a file in its order, parents first; `by_guid` leads to a code's key, the first of its GUID."""

    codes: tuple[ListedCode, ...]
    by_guid: Mapping[str, str]
    notices: tuple[str, ...]


def read_codebook(path: Path) -> Codebook:
    """The codes of a .qdc file. BadInput for what is not well-formed, no codebook, or holds no code."""
    try:
        if path.stat().st_size > MAX_XML:
            raise BadInput(f"the file has more than {MAX_XML // 2**20} MB.", file=path.name)
        with path.open("rb") as stream:
            found = read_xml(stream, path.name)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise BadInput(f"the file cannot be read: {reason}.", file=path.name, advice="Check name and rights.") from None
    read = codes_of(found, path.name)
    if not read.codes:
        raise BadInput("the file holds no codes.", file=path.name, advice="Check that the right file was exported.")
    left = [f"{what} ({count})" for what, count in found.untaken.items() if count]
    notices = [*found.warnings, *read.notices, *([f"Not taken: {', '.join(left)}."] if left else [])]
    return Codebook(path.name, read.codes, tuple(notices))


def codes_of(found: FoundFile, file: str, own: Mapping[str, Any] | None = None) -> ReadCodes:
    """The codes of a file that was read; `own` holds their exact words by GUID where we wrote the file."""
    ours = found.origin.startswith(ORIGIN)
    names = [one_name(code.name, MAX_NAME - 10, "unnamed code") for code in found.codes]
    depths: list[int] = []
    taken: dict[int | None, set[str]] = {}
    codes: list[ListedCode] = []
    by_guid: dict[str, str] = {}
    notices: list[str] = []
    for n, code in enumerate(found.codes):
        depths.append(1 if code.parent is None else depths[code.parent] + 1)
        place = f"code {n + 1} (line {code.line})"
        if depths[n] > MAX_DEPTH:
            raise BadInput(f"the tree is deeper than {MAX_DEPTH} levels.", file=file, place=place)
        exact = (own or {}).get(code.guid)
        above = None if code.parent is None else codes[code.parent].wording.name
        name = without_parent(names[n], above) if ours else names[n]
        words = _exact(exact) if exact is not None else undescribe(name, code.description) if ours else None
        wording = replace(words or Wording(name, code.description.strip()), color=_color(code))
        siblings = taken.setdefault(code.parent, set())
        one = free(wording.name, _Folded(siblings))
        if one != wording.name:
            notices.append(f"{place}: '{wording.name}' stands twice under one parent; this one is called '{one}'.")
            wording = replace(wording, name=one)
        siblings.add(_plain(one))
        if code.guid in by_guid:
            notices.append(f"{place}: its GUID is another code's, too; what names it goes to the first.")
        else:
            by_guid[code.guid] = place
        inside = None if code.parent is None else codes[code.parent].key
        codes.append(ListedCode(place, wording.external, None, wording, inside))
    return ReadCodes(tuple(codes), by_guid, tuple(notices))


class _Folded(set[str]):
    """Names compared as siblings are: without case and runs of white space."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(_plain(str(name)))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _color(code: FoundCode) -> str | None:
    if not _COLOR.match(code.color):
        return None
    digits = code.color[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _exact(words: Mapping[str, Any]) -> Wording:
    return Wording(
        words["name"],
        words["definition"],
        words["include"],
        words["exclude"],
        tuple(words["examples"]),
        words["external"],
    )


@dataclass(frozen=True)
class PlacedCodes:
    """Codes against a study: ids of those it has, by key, and those to be made."""

    known: Mapping[str, str]
    new: tuple[NewCode, ...]
    notices: tuple[str, ...]


def place_codes(codes: Sequence[ListedCode], present: Sequence[Code]) -> PlacedCodes:
    """Which codes the study has: those of the same name at the same place, whatever words they have there, since what
    a code means is changed by nobody in passing."""
    live = {(code.parent, _plain(code.name)): code for code in present if code.state == "live"}
    externals = {code.wording.external for code in present} - {None}
    known: dict[str, str] = {}
    new: list[NewCode] = []
    other = []
    for item in codes:
        parent = None if item.inside is None else known.get(item.inside)
        code = None
        if item.inside is None or parent is not None:
            code = live.get((parent, _plain(item.wording.name)))
        if code is not None:
            known[item.key] = code.id
            if replace(code.wording, external=None, color=None) != replace(item.wording, external=None, color=None):
                other.append(code.path_text)
            continue
        wording = item.wording
        if wording.external in externals:
            wording = replace(wording, external=None)
        externals |= {wording.external} - {None}
        new.append(NewCode(item.key, wording, parent or item.inside))
    notices = []
    if other:
        notices.append(f"{len(other)} codes have other words in the study, which stay: {'; '.join(other[:8])}.")
    return PlacedCodes(known, tuple(new), tuple(notices))
