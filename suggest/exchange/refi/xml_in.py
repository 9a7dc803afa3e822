"""Reading the XML of a project or codebook as a stream: each part becomes a record as it ends, and its nodes go.

Document types and entities are refused where they are declared, so nothing is ever expanded or fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from suggest.errors import BadInput
from suggest.exchange.refi.found import FoundFile, FoundSelection
from suggest.exchange.refi.records import TAKEN_WHOLE, take
from suggest.exchange.refi.standard import Check

MAX_DEPTH = 200
_CHUNK = 2**18
_ALIASES = {"Codebook": "CodeBook"}
_SEPARATOR = "\x01"
_FOREIGN_ATTRIBUTES = ("http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace")


class Node:
    """An element while it is read."""

    __slots__ = ("attributes", "children", "last", "line", "name", "seen", "selections", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Node] = []
        self.selections: list[FoundSelection] = []
        self.text: list[str] = []
        self.seen: Counter[str] = Counter()
        self.last = 0

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, name: str) -> Iterator[Node]:
        return (child for child in self.children if child.name == name)

    def words(self, name: str) -> str:
        """The text of the first child of that name; "" without one."""
        return next(("".join(child.text) for child in self.all(name)), "")


def read_xml(stream: IO[bytes], file: str, progress: Callable[[int], None] | None = None) -> FoundFile:
    """What the file says. BadInput, with the line, for XML that is not well-formed, declares a document type or is no
    REFI-QDA; what merely breaks the standard is among the warnings."""
    reader = _Reader(file)
    try:
        while chunk := stream.read(_CHUNK):
            reader.parser.Parse(chunk, False)
            if progress is not None:
                progress(len(chunk))
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = f"the XML is not well-formed: {expat.ErrorString(error.code)}."
        place = f"line {error.lineno}, character {error.offset + 1}"
        advice = "Export it anew from the program that it came from."
        raise BadInput(what, file=file, place=place, advice=advice) from None
    except (LookupError, ValueError):
        raise BadInput("the XML is in an encoding that is not known.", file=file, advice="Save it as UTF-8.") from None
    reader.found.warnings += reader.check.notices()
    return reader.found


class _Reader:
    def __init__(self, file: str) -> None:
        self.found = FoundFile()
        self.check = Check()
        self._file = file
        self._stack: list[Node] = []
        self._skipped = 0
        self._namespace = ""
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = self._doctype

    def _bad(self, what: str, advice: str = "") -> BadInput:
        return BadInput(what, file=self._file, place=f"line {self.parser.CurrentLineNumber}", advice=advice)

    def _doctype(self, *_: object) -> int:
        advice = "REFI-QDA has none. Export it anew from the program that it came from."
        raise self._bad("the XML declares a document type or entities.", advice)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(_SEPARATOR)
        name = _ALIASES.get(local, local)
        line = self.parser.CurrentLineNumber
        if self._skipped or (self._stack and namespace not in (self._namespace, "")):
            if not self._skipped:
                self.check.say(f"{local} of another namespace", line)
            self._skipped += 1
            if self._skipped > MAX_DEPTH:
                raise self._bad("elements are nested too deep.")
            return
        attributes = {key: value for key, value in given.items() if not key.startswith(_FOREIGN_ATTRIBUTES)}
        if not self._stack:
            self._root(name, namespace, line)
        else:
            above = self._stack[-1]
            above.last = self.check.child(above.name, name, above.last, above.seen, line)
        if len(self._stack) >= MAX_DEPTH:
            raise self._bad("elements are nested too deep.")
        self.check.attributes(name, attributes, line)
        self._stack.append(Node(name, attributes, line))

    def _root(self, name: str, namespace: str, line: int) -> None:
        if name not in ("Project", "CodeBook"):
            advice = "A project begins with Project, a codebook with CodeBook."
            raise self._bad("this is XML, but no REFI-QDA.", advice)
        self._namespace = namespace
        self.found.kind = name
        self.check.root(name, namespace, line)

    def _data(self, text: str) -> None:
        if self._stack and not self._skipped:
            self._stack[-1].text.append(text)

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        node = self._stack.pop()
        if node.children or node.seen:
            node.text = []  # white space between elements
        self.check.end(node.name, node.seen, "".join(node.text), self.parser.CurrentLineNumber)
        path = [above.name for above in self._stack]
        if not take(self.found, node, path, self._stack) and self._stack and _kept(path, node.name):
            self._stack[-1].children.append(node)


def _kept(path: list[str], name: str) -> bool:
    """Whether a node waits for the end of the part that it is in."""
    return name in TAKEN_WHOLE or any(above in TAKEN_WHOLE for above in path)
