"""Writing XML as REFI-QDA readers want it: UTF-8, no byte-order mark, LF, one element a line, as a stream."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_SCHEMA = "http://schema.qdasoftware.org/versions"
LOCATIONS = {
    PROJECT: f"{PROJECT} {_SCHEMA}/Project/v1.0/Project.xsd",
    CODEBOOK: f"{CODEBOOK} {_SCHEMA}/Codebook/v1.0/Codebook.xsd",
}

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def legal(text: str) -> str:
    """The text with U+FFFD for each character that XML cannot hold (most control characters)."""
    return _ILLEGAL.sub("\ufffd", text)


class Guids:
    """The same GUID for the same thing of the same study, in every export."""

    def __init__(self, study: str) -> None:
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"secondcoder:{study}")

    def of(self, kind: str, *parts: object) -> str:
        return str(uuid.uuid5(self._space, "|".join([kind, *map(str, parts)])))


class XmlWriter:
    """Writes elements to a binary stream as they come. Attributes that are None are left out."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._stream.write(b'<?xml version="1.0" encoding="utf-8"?>\n')

    def leaf(self, name: str, text: str | None = None, /, **attributes: str | None) -> None:
        """An element without children."""
        body = f"></{name}>" if text == "" else "/>" if text is None else f">{legal(text).translate(_IN_TEXT)}</{name}>"
        self._line(f"<{name}{self._attributes(attributes)}{body}")

    @contextmanager
    def inside(self, name: str, /, **attributes: str | None) -> Iterator[None]:
        """An element around what is written inside the block."""
        self._line(f"<{name}{self._attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    @contextmanager
    def root(self, name: str, namespace: str, /, **attributes: str | None) -> Iterator[None]:
        """The outermost element, with its namespace and where its schema is."""
        self._line(
            f'<{name} xmlns="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="{LOCATIONS[namespace]}"{self._attributes(attributes)}>'
        )
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def _line(self, line: str) -> None:
        self._stream.write((" " * self._depth + line + "\n").encode("utf-8"))

    def _attributes(self, given: dict[str, str | None]) -> str:
        return "".join(
            f' {key}="{legal(value).translate(_IN_ATTRIBUTE)}"' for key, value in given.items() if value is not None
        )
