"""Codebooks as YAML: a list of codes, each with name and optionally id, definition, include, exclude, example(s) and
children. Only plain lists, mappings and strings are taken; aliases and deep nesting are refused before anything is
built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from suggest.errors import BadInput
from suggest.exchange.listed import ListedCode
from suggest.study.codes import Code, Wording
from suggest.text.decoding import read_text

MAX_BYTES = 4 * 2**20
MAX_NESTING = 110
_KEYS = ("name", "id", "definition", "include", "exclude", "example", "examples", "children")


def read_yaml(path: Path, encoding: str | None) -> tuple[list[ListedCode], list[str]]:
    """The codes of a YAML file, parents first, and how the file was read. BadInput with the line."""
    decoded = read_text(path, encoding=encoding, limit=MAX_BYTES)
    try:
        _refuse_bombs(decoded.text, path.name)
        root = yaml.compose(decoded.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, character {mark.column + 1}" if mark else ""
        what = "this is not valid YAML."
        raise BadInput(what, file=path.name, place=place, advice="Check indentation, colons and quotes.") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise BadInput("this is not valid YAML.", file=path.name, advice="Check for control characters.") from None
    return _Reader(path.name).read(root), list(decoded.notices)


def _refuse_bombs(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        place = f"line {event.start_mark.line + 1}" if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise BadInput("aliases (*name) are not taken.", file=file, place=place, advice="Write the words out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_NESTING:
                raise BadInput("the nesting is deeper than any code tree.", file=file, place=place)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[ListedCode] = []
        self._places: set[str] = set()

    def read(self, root: yaml.Node | None) -> list[ListedCode]:
        if isinstance(root, yaml.MappingNode):
            fields = self._fields(root, ("codes",))
            root = fields.get("codes")
        if root is None:
            return []
        self._codes(root, None)
        return self._found

    def _bad(self, what: str, node: yaml.Node, advice: str = "") -> BadInput:
        return BadInput(what, file=self._file, place=f"line {node.start_mark.line + 1}", advice=advice)

    def _codes(self, node: yaml.Node, inside: str | None) -> None:
        if _is_empty(node):
            return
        if not isinstance(node, yaml.SequenceNode):
            raise self._bad("a list of codes is needed here.", node, "Begin each code with '- name: ...'.")
        for item in node.value:
            self._code(item, inside)

    def _code(self, node: yaml.Node, inside: str | None) -> None:
        place = f"line {node.start_mark.line + 1}"
        if place in self._places:
            place = f"{place}, character {node.start_mark.column + 1}"
        self._places.add(place)
        if isinstance(node, yaml.ScalarNode):
            self._found.append(ListedCode(place, None, None, Wording(node.value.strip()), inside))
            return
        if not isinstance(node, yaml.MappingNode):
            raise self._bad("a code is a mapping with a name.", node, "Begin each code with '- name: ...'.")
        fields = self._fields(node, _KEYS)
        if "example" in fields and "examples" in fields:
            raise self._bad("the code has both 'example' and 'examples'.", node, "Keep one of them.")
        text = {key: self._text(fields.get(key)) for key in ("name", "id", "definition", "include", "exclude")}
        external = text["id"].strip() or None
        wording = Wording(
            text["name"].strip(),
            text["definition"],
            text["include"],
            text["exclude"],
            self._texts(fields.get("examples", fields.get("example"))),
            external,
        )
        self._found.append(ListedCode(place, external, None, wording, inside))
        if "children" in fields:
            self._codes(fields["children"], place)

    def _fields(self, node: yaml.MappingNode, allowed: Sequence[str]) -> dict[str, yaml.Node]:
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name not in allowed:
                advice = f"Known are: {', '.join(allowed)}."
                raise self._bad("there is a key that no code has.", key, advice)
            if name in fields:
                raise self._bad(f"'{name}' is there twice in one code.", key)
            fields[name] = value
        return fields

    def _text(self, node: yaml.Node | None) -> str:
        if node is None or _is_empty(node):
            return ""
        if not isinstance(node, yaml.ScalarNode):
            raise self._bad("words are needed here, not a list or mapping.", node, "Put the words in quotes.")
        return str(node.value)

    def _texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(text for item in nodes if (text := self._text(item)).strip())


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def write_yaml(codes: Sequence[Code], ids: Mapping[str, str]) -> str:
    """The YAML text of the codes, each theme with its children inside; `ids` are the codes' ids in the file."""
    below: dict[str | None, list[dict[str, Any]]] = {}
    known = {code.id for code in codes}
    entries = {code.id: _entry(code, ids[code.id]) for code in codes}
    for code in codes:
        parent = code.parent if code.parent in known else None
        below.setdefault(parent, []).append(entries[code.id])
    for code in codes:
        if code.id in below:
            entries[code.id]["children"] = below[code.id]
    return str(yaml.safe_dump(below.get(None, []), allow_unicode=True, sort_keys=False, width=100))


def _entry(code: Code, id_: str) -> dict[str, Any]:
    words = code.wording
    given = {
        "name": words.name,
        "id": id_,
        "definition": words.definition,
        "include": words.include,
        "exclude": words.exclude,
        "examples": list(words.examples),
    }
    return {key: value for key, value in given.items() if value}
