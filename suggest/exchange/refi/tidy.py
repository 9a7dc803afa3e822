"""Names from other programs made into names that a study can hold: one line, not empty, not too long, each once."""

from __future__ import annotations

import re
from collections.abc import Collection

_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?\Z")
_ENDINGS = (".txt", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".md", ".html", ".htm")


def one_name(text: str, most: int, otherwise: str) -> str:
    """The text in one line without NUL and half characters, cut to so many characters; `otherwise` where nothing is."""
    kept = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
    name = " ".join(kept.split())[:most].strip()
    return name or otherwise


def coder_name(text: str) -> str:
    """A coder's name has no comma, since lists of coders are written with commas."""
    return one_name(text.replace(",", ";"), 200, "unknown coder")


def document_label(name: str, path: str, number: int) -> str:
    """A source's name without its file's ending; where it has none, or a GUID for one, a number."""
    label = one_name(name, 190, "")
    if not label and path:
        label = one_name(path.replace("\\", "/").rpartition("/")[2], 190, "")
    for ending in _ENDINGS:
        if label.casefold().endswith(ending) and len(label) > len(ending):
            label = label[: -len(ending)].strip()
            break
    return f"document {number}" if not label or _GUID.match(label) else label


def free(name: str, taken: Collection[str]) -> str:
    """The name, with a number after it where it is taken."""
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name} ({n})"
    return found
