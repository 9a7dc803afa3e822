"""The code tree as a review sees it, reread only when it has changed."""

from __future__ import annotations

from suggest.study.codes import Code, find_code, load_tree, read_codes
from suggest.study.study import Study
from suggest.study.tree import CodeTree


class Codebook:
    """Today's codes of one study. Call `refresh` at the beginning of each transaction."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._stamp: tuple[int, int] | None = None
        self._tree = CodeTree()
        self._codes: list[Code] = []
        self._by_id: dict[str, Code] = {}
        self._found: dict[str, Code] = {}

    def refresh(self) -> None:
        """Take in what others, or this process, changed in the tree."""
        stamp = self._study.stamp()
        if stamp == self._stamp:
            return
        tree = load_tree(self._study)
        if self._stamp is None or tree.codes != self._tree.codes:
            self._codes = read_codes(self._study, tree)
            self._by_id = {code.id: code for code in self._codes}
            self._found = {}
        self._tree, self._stamp = tree, stamp

    @property
    def codes(self) -> list[Code]:
        """The codes in use, in the order of the tree."""
        return self._codes

    def standing(self, code: str) -> Code | None:
        """The code that now stands for an id: itself, or what it was merged into; None if it is out of use."""
        if code not in self._tree.codes:
            return None
        return self._by_id.get(self._tree.resolve(code))

    def find(self, ref: str) -> Code:
        """The code of that id (also of one merged since), codebook id, path or name; BadInput if there is none."""
        if ref not in self._found:
            code = self.standing(ref)
            self._found[ref] = code if code is not None else find_code(self._codes, ref)
            if len(self._found) > 10_000:
                self._found = {ref: self._found[ref]}
        return self._found[ref]

    def path(self, code: str) -> str:
        """The path of the code that now stands for an id, for showing; "" if it is out of use."""
        standing = self.standing(code)
        return standing.path_text if standing else ""
