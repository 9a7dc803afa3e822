"""The code tree as coders see it: reading it, finding a code, and changing it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from suggest.errors import BadInput
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text
from suggest.study.study import Study
from suggest.study.tree import CodeNode, CodeTree

_COLOR = re.compile("#[0-9a-f]{6}\\Z")


@dataclass(frozen=True)
class Wording:
    """What a code is called and means. `external` is the id that a codebook file gave it, `color` is #rrggbb."""

    name: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: tuple[str, ...] = ()
    external: str | None = None
    color: str | None = None


@dataclass(frozen=True)
class NewCode:
    """A code to be made. `key` and `parent` are names for each other within one call, or ids of codes that exist."""

    key: str
    wording: Wording
    parent: str | None = None


@dataclass(frozen=True)
class Code:
    """A code in the tree. `path` holds the names from its theme down to itself, `version` names its wording."""

    id: str
    parent: str | None
    wording: Wording
    path: tuple[str, ...]
    state: str
    heir: str | None
    version: str
    children: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.wording.name

    @property
    def path_text(self) -> str:
        """ "Theme > Subtheme"."""
        return " > ".join(self.path)


def read_wording(study: Study, content: str) -> Wording:
    """The words behind a content id; "[withdrawn]" where they were erased."""
    body = study.contents.body(_current(study, content))
    if body is None:
        return Wording("[withdrawn]")
    data = json.loads(body)
    return Wording(
        data["name"],
        data["definition"],
        data["include"],
        data["exclude"],
        tuple(data["examples"]),
        data["external"],
        data.get("color"),
    )


def _current(study: Study, content: str) -> str:
    """The wording that stands for this one, where an erasure masked an example in it."""
    row = study.db.execute("SELECT new FROM replacement WHERE old = ?", (content,)).fetchone()
    return _current(study, row[0]) if row else content


def load_tree(study: Study) -> CodeTree:
    """The tree of today, ids only."""
    rows = study.db.execute("SELECT code, n, parent, wording, state, heir, defined FROM code")
    return CodeTree(CodeNode(*row) for row in rows)


def read_codes(study: Study, tree: CodeTree | None = None, *, all_states: bool = False) -> list[Code]:
    """The codes of a tree (default: today's) in its order, with their words; retired ones at the end if asked for."""
    tree = tree or load_tree(study)
    nodes = tree.live()
    if all_states:
        nodes += sorted((n for n in tree.codes.values() if n.state != "live"), key=lambda node: node.n)
    names = {node.code: read_wording(study, node.wording) for node in tree.codes.values()}
    below: dict[str, list[str]] = {}
    for node in nodes:
        if node.parent is not None:
            below.setdefault(node.parent, []).append(node.code)
    return [
        Code(
            node.code,
            node.parent,
            names[node.code],
            tuple(names[code].name for code in tree.path(node.code)),
            node.state,
            node.heir,
            node.wording,
            tuple(below.get(node.code, ())),
        )
        for node in nodes
    ]


def find_code(codes: Sequence[Code], ref: str) -> Code:
    """The code of that id, codebook id, path ("Theme > Subtheme") or name; BadInput if none or several are meant."""
    for test in (
        lambda code: code.id == ref,
        lambda code: code.wording.external == ref,
        lambda code: code.path_text == ref,
        lambda code: code.name == ref,
        lambda code: _plain(code.path_text) == _plain(ref) or _plain(code.name) == _plain(ref),
    ):
        found = [code for code in codes if test(code)]
        if len(found) == 1:
            return found[0]
        if found:
            paths = [code.path_text for code in found]
            if len(set(paths)) == len(paths):
                advice = f"Name one by its path: {'; '.join(paths[:5])}."
            else:  # as made at two sites
                advice = f"Name one by its id: {'; '.join(f'{code.path_text} [{code.id}]' for code in found[:5])}."
            raise BadInput("several codes are called so.", place=ref, advice=advice)
    raise BadInput("no such code.", place=ref, advice="'secondcoder codes STUDY show' lists them.")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("›", ">").split())


def tree_head(study: Study) -> EntryRef | None:
    """The entry of the newest tree change that stands: names today's tree version."""
    row = study.db.execute("SELECT replica, seq FROM tree_change WHERE live = 1 ORDER BY n DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else None


def tree_version(study: Study) -> int:
    """How many tree changes stand; 0 for an empty tree."""
    return int(study.db.execute("SELECT count(*) FROM tree_change WHERE live = 1").fetchone()[0])


def check_wording(wording: Wording) -> None:
    """BadInput for words that cannot be a code's."""
    texts = (wording.name, wording.definition, wording.include, wording.exclude, *wording.examples)
    for text in (*texts, wording.external or ""):
        check_text(text)
    if not wording.name.strip() or "\n" in wording.name or len(wording.name) > 500:
        raise BadInput("a code's name is one line of 1 to 500 characters.")
    if wording.color is not None and not _COLOR.match(wording.color):
        raise BadInput("a code's colour is written #rrggbb.", place=wording.name)


def _store_wording(writer: Writer, wording: Wording) -> str:
    check_wording(wording)
    body = {
        "name": wording.name,
        "definition": wording.definition,
        "include": wording.include,
        "exclude": wording.exclude,
        "examples": list(wording.examples),
        "external": wording.external,
    }
    if wording.color is not None:
        body["color"] = wording.color
    return writer.content("wording", json.dumps(body, sort_keys=True, ensure_ascii=False))


def add_codes(study: Study, actor: str, new: Sequence[NewCode]) -> dict[str, str]:
    """Make codes as one change of the tree; the id of each key. A parent may come after its children.

    BadInput, and nothing is stored, for a parent that does not exist, a circle, a key or a sibling's name twice.
    """
    with study.write(actor) as writer:
        return add_codes_within(study, writer, new)


def add_codes_within(
    study: Study, writer: Writer, new: Sequence[NewCode], *, proposals: Sequence[str] = ()
) -> dict[str, str]:
    """As `add_codes`, inside an open transaction. `proposals` (ids) are what the first of them is made of."""
    codes = read_codes(study)
    ids = _ids(writer, new, {code.id for code in codes})
    ordered = _parents_first(new)
    parents = {item.key: ids.get(item.parent, item.parent) if item.parent else None for item in new}
    check_siblings(codes, new, parents)
    parts = [
        {"code": ids[item.key], "parent": parents[item.key], "wording": _store_wording(writer, item.wording)}
        for item in ordered
    ]
    origin = {"proposals": list(proposals)} if proposals else {}
    writer.append("code_changed", {"op": "add", "codes": parts, **origin})
    return ids


def _ids(writer: Writer, new: Sequence[NewCode], known: set[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for item in new:
        if item.key in ids:
            raise BadInput("the code is there twice.", place=item.key)
        ids[item.key] = writer.new_id("k")
    for item in new:
        if item.parent is not None and item.parent not in ids and item.parent not in known:
            raise BadInput("the parent does not exist.", place=f"{item.key} under {item.parent}")
    return ids


def _parents_first(new: Sequence[NewCode]) -> list[NewCode]:
    items = {item.key: item for item in new}
    done: dict[str, NewCode] = {}
    for item in new:
        way: list[NewCode] = []
        here: NewCode | None = item
        while here is not None and here.key not in done:
            if here in way:
                raise BadInput("the codes form a circle.", place=" > ".join(step.key for step in [here, *way]))
            way.append(here)
            here = items.get(here.parent) if here.parent else None
        done.update((step.key, step) for step in reversed(way))
    return list(done.values())


def check_siblings(codes: Iterable[Code], new: Sequence[NewCode], parents: Mapping[str, str | None]) -> None:
    """BadInput where a name would stand twice under one parent."""
    taken = {(code.parent, _plain(code.name)) for code in codes}
    for item in new:
        place = (parents[item.key], _plain(item.wording.name))
        if place in taken:
            raise BadInput("the same name is there already under this parent.", place=item.wording.name)
        taken.add(place)


def check_reword(codes: Sequence[Code], code: Code, wording: Wording) -> None:
    """BadInput if a code cannot be given these words."""
    check_wording(wording)
    if wording == code.wording:
        raise BadInput("the wording is the same as before; nothing was stored.", place=code.path_text)
    if wording.name != code.name:
        siblings = [other for other in codes if other.parent == code.parent and other.id != code.id]
        check_siblings(siblings, [NewCode(code.id, wording)], {code.id: code.parent})


def reword(study: Study, actor: str, code: Code, wording: Wording, *, meaning: bool) -> EntryRef:
    """Give a code other words. With `meaning` its definition changes: what was decided on it becomes stale."""
    with study.write(actor) as writer:
        return reword_within(study, writer, code, wording, meaning=meaning)


def reword_within(study: Study, writer: Writer, code: Code, wording: Wording, *, meaning: bool) -> EntryRef:
    """As `reword`, inside an open transaction."""
    check_reword(read_codes(study), code, wording)
    op = "define" if meaning else "rename"
    return writer.append("code_changed", {"op": op, "code": code.id, "wording": _store_wording(writer, wording)})


def check_move(codes: Sequence[Code], code: Code, parent: Code | None) -> None:
    """BadInput if a code cannot be put there."""
    above = {other.id: other.parent for other in codes}
    here = parent.id if parent else None
    while here is not None:
        if here == code.id:
            raise BadInput("a code cannot be moved below itself.", place=code.path_text)
        here = above.get(here)
    wanted = parent.id if parent else None
    siblings = [other for other in codes if other.parent == wanted and other.id != code.id]
    check_siblings(siblings, [NewCode(code.id, code.wording)], {code.id: wanted})


def move(study: Study, actor: str, code: Code, parent: Code | None) -> EntryRef:
    """Put a code, with all under it, below another one or at the top."""
    with study.write(actor) as writer:
        check_move(read_codes(study), code, parent)
        return writer.append("code_changed", {"op": "move", "code": code.id, "parent": parent.id if parent else None})


def merge_codes(study: Study, actor: str, code: Code, into: Code) -> EntryRef:
    """Let `into` stand for both: positive where either was, negative only where both were."""
    check_merge(code, into)
    with study.write(actor) as writer:
        return writer.append("code_changed", {"op": "merge", "code": code.id, "into": into.id})


def check_merge(code: Code, into: Code) -> None:
    """BadInput if one code cannot stand for both."""
    if code.id == into.id:
        raise BadInput("a code cannot be merged into itself.", place=code.path_text)


def check_split(codes: Sequence[Code], code: Code, parts: Sequence[Wording]) -> None:
    """BadInput if a code cannot be divided so."""
    if len(parts) < 2:
        raise BadInput("a code is split into two or more.", place=code.path_text)
    for part in parts:
        check_wording(part)
    siblings = [other for other in codes if other.parent == code.parent and other.id != code.id]
    new = [NewCode(str(i), part) for i, part in enumerate(parts)]
    check_siblings(siblings, new, {item.key: code.parent for item in new})


def split_code(study: Study, actor: str, code: Code, parts: Sequence[Wording]) -> list[str]:
    """Divide a code into new ones beside it: negatives hold for each part, positives are to be decided anew."""
    with study.write(actor) as writer:
        check_split(read_codes(study), code, parts)
        made = [
            {"code": writer.new_id("k"), "parent": code.parent, "wording": _store_wording(writer, part)}
            for part in parts
        ]
        writer.append("code_changed", {"op": "split", "code": code.id, "parts": made})
    return [str(part["code"]) for part in made]


def check_retire(code: Code) -> None:
    """BadInput while live codes lie under a code."""
    if code.children:
        raise BadInput(
            f"{len(code.children)} codes lie under it.", place=code.path_text, advice="Move or retire them first."
        )


def retire(study: Study, actor: str, code: Code) -> EntryRef:
    """Take a code out of use: it leaves the figures, the log keeps it. Refused while live codes lie under it."""
    check_retire(code)
    with study.write(actor) as writer:
        return writer.append("code_changed", {"op": "retire", "code": code.id})
