"""The code tree as a value: changes are applied to it one by one, and any list of them, in any order, gives a tree.

Concurrent changes from two copies can contradict one another; the written rules are in `CodeTree.apply`: what can no
longer be done is void and leaves the tree as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

CodeState = Literal["live", "retired", "merged", "split"]


@dataclass(frozen=True)
class CodeNode:
    """A code's place in the tree. `wording` is a content id; `heir` is the code it was merged into.

    `n` is its rank in the order of making, `defined` the number of the change that last set its meaning.
    """

    code: str
    n: int
    parent: str | None
    wording: str
    state: CodeState
    heir: str | None
    defined: int


class CodeTree:
    """Codes by id. `apply` changes the tree in place and says whether the change took effect."""

    def __init__(self, codes: Iterable[CodeNode] = ()) -> None:
        self.codes: dict[str, CodeNode] = {node.code: node for node in codes}

    @classmethod
    def after(cls, changes: Iterable[tuple[int, Mapping[str, Any]]]) -> CodeTree:
        """The tree that (number, change) pairs lead to, in their order."""
        tree = cls()
        for number, change in changes:
            tree.apply(number, change)
        return tree

    def live(self) -> list[CodeNode]:
        """The codes in use, each theme followed by what lies under it, in order of making."""
        below: dict[str | None, list[CodeNode]] = {}
        for node in sorted(self.codes.values(), key=lambda node: node.n):
            parent = node.parent
            while parent is not None and self.codes[parent].state != "live":
                parent = self.codes[parent].parent
            below.setdefault(parent, []).append(node)
        found: list[CodeNode] = []
        waiting = list(reversed(below.get(None, [])))
        while waiting:
            node = waiting.pop()
            if node.state == "live":
                found.append(node)
                waiting.extend(reversed(below.get(node.code, [])))
        return found

    def path(self, code: str) -> list[str]:
        """Ids from the root down to the code."""
        way: list[str] = []
        here: str | None = code
        while here is not None:
            way.append(here)
            here = self.codes[here].parent
        return way[::-1]

    def resolve(self, code: str) -> str:
        """The code that now stands for this one: itself, or what it was merged into."""
        while (heir := self.codes[code].heir) is not None:
            code = heir
        return code

    def branch(self, code: str) -> set[str]:
        """The code and all live codes under it."""
        return {node.code for node in self.live() if code in self.path(node.code)}

    def apply(self, number: int, change: Mapping[str, Any]) -> bool:
        """Carry out one change; false if it is void.

        Void are: adding an id that exists, anything about a code that does not exist, moving or merging so that a
        circle would close, and moving, merging, splitting or retiring a code that is no longer live. Renaming or
        redefining such a code changes its wording and does not bring it back.
        """
        match change["op"]:
            case "add":
                return sum(self._add(number, part) for part in change["codes"]) > 0
            case "rename" | "define":
                return self._reword(number, change)
            case "move":
                return self._move(change)
            case "merge":
                return self._merge(change)
            case "split":
                return self._split(number, change)
            case _:
                return self._set_state(change["code"], "retired")

    def _is_live(self, code: str | None) -> bool:
        return code is not None and code in self.codes and self.codes[code].state == "live"

    def _add(self, number: int, part: Mapping[str, Any]) -> bool:
        if part["code"] in self.codes:
            return False
        parent = part["parent"] if part["parent"] in self.codes else None
        if parent is not None:
            parent = self.resolve(parent)
        self.codes[part["code"]] = CodeNode(
            part["code"], len(self.codes), parent, part["wording"], "live", None, number
        )
        return True

    def _reword(self, number: int, change: Mapping[str, Any]) -> bool:
        node = self.codes.get(change["code"])
        if node is None:
            return False
        defined = number if change["op"] == "define" else node.defined
        self.codes[node.code] = replace(node, wording=change["wording"], defined=defined)
        return True

    def _move(self, change: Mapping[str, Any]) -> bool:
        code, parent = change["code"], change["parent"]
        if not self._is_live(code) or (parent is not None and not self._is_live(parent)):
            return False
        if parent is not None and code in self.path(parent):
            return False
        self.codes[code] = replace(self.codes[code], parent=parent)
        return True

    def _merge(self, change: Mapping[str, Any]) -> bool:
        code, into = change["code"], change["into"]
        if not self._is_live(code) or into not in self.codes:
            return False
        into = self.resolve(into)
        if code == into or not self._is_live(into):
            return False
        if code in self.path(into):
            self.codes[into] = replace(self.codes[into], parent=self.codes[code].parent)
        for child in [node for node in self.codes.values() if node.parent == code and node.code != into]:
            self.codes[child.code] = replace(child, parent=into)
        self.codes[code] = replace(self.codes[code], state="merged", heir=into)
        return True

    def _split(self, number: int, change: Mapping[str, Any]) -> bool:
        code = change["code"]
        if not self._is_live(code) or any(part["code"] in self.codes for part in change["parts"]):
            return False
        for part in change["parts"]:
            self._add(number, part)
        for child in [node for node in self.codes.values() if node.parent == code]:
            self.codes[child.code] = replace(child, parent=self.codes[code].parent)
        return self._set_state(code, "split")

    def _set_state(self, code: str, state: CodeState) -> bool:
        if not self._is_live(code):
            return False
        self.codes[code] = replace(self.codes[code], state=state)
        return True
