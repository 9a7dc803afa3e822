"""From the nodes of the XML to records, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from suggest.exchange.refi.found import (
    FoundCase,
    FoundCode,
    FoundCoding,
    FoundFile,
    FoundNote,
    FoundSelection,
    FoundSet,
    FoundText,
    bare,
)

if TYPE_CHECKING:
    from suggest.exchange.refi.xml_in import Node

_MEDIA = {
    "PictureSource": "picture",
    "PDFSource": "PDF",
    "AudioSource": "audio recording",
    "VideoSource": "video",
}
TAKEN_WHOLE = frozenset(
    ("User", "Code", "Variable", "Case", "Set", "Note", "TextSource", "Representation", "Description", *_MEDIA)
)
"""Parts whose nodes are kept until the part ends."""

_AREAS = ("PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection", "TranscriptSelection")


def take(found: FoundFile, node: Node, path: Sequence[str], above: Sequence[Node]) -> bool:
    """Make a record of a part that has ended; false for a node that its parent has use for."""
    inside = path[-1] if path else ""
    match node.name:
        case "Project" | "CodeBook" if not path:
            found.name, found.origin = node.get("name"), node.get("origin")
            found.description = node.words("Description")
        case "User" if inside == "Users":
            found.users.setdefault(bare(node.get("guid")), node.get("name") or node.get("id"))
        case "Code" if inside == "Codes":
            _codes(found, node, None)
        case "Variable" if inside == "Variables":
            found.variables.setdefault(bare(node.get("guid")), node.get("name"))
        case "Case" if inside == "Cases":
            _case(found, node)
        case "Set" if inside == "Sets":
            _set(found, node)
        case "Note" if inside == "Notes":
            _note(found, node)
        case "Link" | "Graph":
            found.untaken[f"{node.name.lower()}s"] += 1
        case "NoteRef" if inside == "Project":
            found.project_notes.append(_target(node))
        case "PlainTextSelection" if inside in ("TextSource", "Representation") and "PDFSelection" not in path:
            above[-1].selections.append(_selection(node))
        case "TextSource" if inside == "Sources":
            found.texts.append(_text(found, node))
        case name if name in _MEDIA and inside == "Sources":
            _media(found, node)
        case _:
            return False
    return True


def _target(node: Node) -> str:
    return bare(node.get("targetGUID") or node.get("guid"))


def _refs(node: Node, name: str) -> list[str]:
    return [_target(child) for child in node.all(name)]


def _user(node: Node) -> str:
    return bare(node.get("creatingUser") or node.get("creatingUserId"))


def _codes(found: FoundFile, top: Node, parent: int | None) -> None:
    waiting = [(top, parent)]
    while waiting:
        node, above = waiting.pop()
        place = len(found.codes)
        found.codes.append(
            FoundCode(
                bare(node.get("guid")),
                node.get("name"),
                node.words("Description") or node.get("description"),
                node.get("color").strip(),
                above,
                node.line,
                _refs(node, "NoteRef"),
            )
        )
        waiting += [(child, place) for child in reversed([*node.all("Code")])]


def _values(node: Node) -> list[tuple[str, str]]:
    found = []
    for value in node.all("VariableValue"):
        refs = _refs(value, "VariableRef")
        words = next(("".join(child.text) for child in value.children if child.name.endswith("Value")), "")
        if refs and words.strip():
            found.append((refs[0], words.strip()))
    return found


def _case(found: FoundFile, node: Node) -> None:
    found.cases.append(FoundCase(node.get("name"), _values(node), _refs(node, "SourceRef")))
    if selections := len(_refs(node, "SelectionRef")):
        found.untaken["selections that belong to a case"] += selections


def _set(found: FoundFile, node: Node) -> None:
    sources = _refs(node, "MemberSource")
    if sources:
        found.sets.append(FoundSet(node.get("name"), sources))
    if _refs(node, "MemberCode") or not sources:
        found.untaken["sets of codes"] += 1


def _note(found: FoundFile, node: Node) -> None:
    path = node.get("plainTextPath")
    content = next(("".join(child.text) for child in node.all("PlainTextContent")), None)
    found.notes.setdefault(bare(node.get("guid")), FoundNote(node.get("name"), _user(node), content, path))


def _codings(node: Node) -> list[FoundCoding]:
    return [
        FoundCoding(refs[0], _user(coding), coding.get("creationDateTime"), _refs(coding, "NoteRef"))
        for coding in node.all("Coding")
        if (refs := _refs(coding, "CodeRef"))
    ]


def _position(text: str) -> int | None:
    text = text.strip()
    digits = text.removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def _selection(node: Node) -> FoundSelection:
    return FoundSelection(
        _position(node.get("startPosition")),
        _position(node.get("endPosition")),
        node.get("name"),
        _user(node),
        node.get("creationDateTime"),
        node.words("Description"),
        _codings(node),
        _refs(node, "NoteRef"),
    )


def _text(found: FoundFile, node: Node, kind: str = "text") -> FoundText:
    content = next(("".join(child.text) for child in node.all("PlainTextContent")), None)
    return FoundText(
        bare(node.get("guid")),
        node.get("name"),
        node.get("plainTextPath"),
        content,
        bool(node.get("richTextPath")),
        _user(node),
        kind,
        node.words("Description"),
        node.selections,
        _codings(node),
        _refs(node, "NoteRef"),
        _values(node),
    )


def _media(found: FoundFile, node: Node) -> None:
    """A source that is no text: counted. The text of a PDF is taken as a document, its areas are not."""
    kind = _MEDIA[node.name]
    representation = next(node.all("Representation"), None)
    usable = representation is not None and (representation.get("plainTextPath") or representation.seen)
    if node.name == "PDFSource" and representation is not None and usable:
        text = _text(found, representation, "PDF")
        text.guid, text.name = bare(node.get("guid")), node.get("name") or text.name
        text.user = text.user or _user(node)
        text.codings += _codings(node)
        text.notes += _refs(node, "NoteRef")
        text.values += _values(node)
        found.texts.append(text)
    else:
        found.untaken[f"{kind}s"] += 1
        found.untaken[f"codings on {kind}s"] += len(_codings(node))
    for area in (child for child in node.children if child.name in _AREAS):
        found.untaken[f"areas of {kind}s"] += 1
        found.untaken[f"codings on areas of {kind}s"] += len(_codings(area))
    transcripts = [*node.all("Transcript")]
    if transcripts:
        found.untaken["transcripts of recordings"] += len(transcripts)
        marked = [area for one in transcripts for area in one.all("TranscriptSelection")]
        found.untaken["codings in transcripts of recordings"] += sum(len(_codings(area)) for area in marked)
