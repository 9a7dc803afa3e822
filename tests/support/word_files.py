"""RTF, OpenDocument and HTML as programs write them, built from the words of a test."""

from __future__ import annotations

import io
import zipfile

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)
ODT = "application/vnd.oasis.opendocument.text"


def odt(body: str, styles: str = "", *, mimetype: str = ODT, parts: dict[str, str] | None = None) -> bytes:
    """An .odt with this body and these automatic styles, in XML; `parts` are further parts of the archive."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name, held in {"content.xml": content, **(parts or {})}.items():
            archive.writestr(name, held)
    return stream.getvalue()


def odt_styles(inside: str) -> str:
    """A part `styles.xml` with these master styles."""
    return (
        f'<?xml version="1.0"?><office:document-styles {_NAMESPACES}><office:master-styles>{inside}'
        "</office:master-styles></office:document-styles>"
    )


def rtf(body: str, head: str = "") -> bytes:
    """An RTF file in Windows' western code page with this body."""
    start = (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset204 Times;}"
        r"{\f2\fnil\fcharset128 Mincho;}}{\colortbl;\red0\green0\blue0;}"
        r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\*\cs10 Default;}}{\info{\title A title}{\author Me}}"
    )
    return (start + head + "\n" + body + "}").encode("latin-1")
