"""Word files with notes and text boxes, as Word writes them, built from the words of a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def paragraph(words: str, after: str = "") -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r>{after}</w:p>"


def mark(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def box(*words: str) -> str:
    """A text box as Word writes it: once for today's programs, once for older ones."""
    inside = "".join(paragraph(one) for one in words)
    new = f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>"
    old = f"<w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict>"
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>" + new + "</w:drawing></mc:Choice>"
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def old_box(words: str) -> str:
    return f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph(words)}</w:txbxContent></v:textbox></w:pict></w:r>"


def notes(kind: str, *held: Sequence[str]) -> str:
    """A part of notes: the separator that every file has, then these, numbered from 2 backwards in the file."""
    made = "".join(
        f'<w:{kind} w:id="{n}">{"".join(paragraph(one) for one in words)}</w:{kind}>'
        for n, words in reversed(list(enumerate(held, 2)))
    )
    return f'<w:{kind}s {SPACES}><w:{kind} w:id="-1" w:type="separator">{paragraph("")}</w:{kind}>{made}</w:{kind}s>'


def write(path: Path, body: str, **parts: str) -> Path:
    document = docx.Document()
    element = document.element.body
    for one in parse_xml(f"<w:body {SPACES}>{body}</w:body>"):
        element.append(one)
    for kind, content in parts.items():
        part = Part(
            PackURI(f"/word/{kind}.xml"),
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml",
            content.encode(),
            document.part.package,
        )
        document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, kind.upper()))
    document.save(str(path))
    return path
