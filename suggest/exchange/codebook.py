"""The code tree from a codebook file and back: CSV (one row a code) and YAML (nested)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suggest.errors import BadInput, UsageError
from suggest.exchange.codebook_yaml import read_yaml, write_yaml
from suggest.exchange.listed import ListedCode
from suggest.exchange.tables import Row, Table, read_table, write_table
from suggest.study.codes import Code, NewCode, Wording, add_codes, read_codes
from suggest.study.people import check_text
from suggest.study.study import Study

MAX_DEPTH = 50
MAX_NAME = 500
MAX_EXAMPLES = 20
_NEEDED = ("code_id", "name", "parent_id", "definition")
_MORE = ("include", "exclude")
_EXAMPLES = ("example", *(f"example {n}" for n in range(2, MAX_EXAMPLES + 1)))
_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Codebook:
    """The codes of a file, checked: every parent exists or is an id of the study's, no circle, names not empty."""

    file: str
    codes: tuple[ListedCode, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What an import did: ids of the new codes, codes that were there already with the same words, and remarks."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    notices: tuple[str, ...]


def read_codebook(path: Path, *, encoding: str | None = None) -> Codebook:
    """The codes in a CSV, YAML or .qdc file. BadInput names the row or line of what cannot be taken."""
    if path.suffix.casefold() == ".qdc":
        from suggest.exchange.refi.codes_in import read_codebook as read_qdc

        book = read_qdc(path)
        _check(book)
        return book
    if path.suffix.casefold() in _YAML:
        listed, notices = read_yaml(path, encoding)
    else:
        listed, notices = _read_csv(path, encoding)
    if not listed:
        raise BadInput("the file holds no codes.", file=path.name, advice="Check that the right file was exported.")
    book = Codebook(path.name, tuple(listed), tuple(notices))
    _check(book)
    return book


def _read_csv(path: Path, encoding: str | None) -> tuple[list[ListedCode], list[str]]:
    table = read_table(path, _NEEDED, (*_MORE, *_EXAMPLES), encoding=encoding)
    notices = list(table.notices)
    if table.further:
        notices.append(f"Columns not taken: {', '.join(table.further)}.")
    return [_listed(table, row) for row in table.rows], notices


def _listed(table: Table, row: Row) -> ListedCode:
    external = row.word("code_id")
    if not external:
        raise table.bad("code_id is empty.", row, "Give every code an id of its own.")
    examples = tuple(text for column in _EXAMPLES if (text := row.get(column)).strip())
    wording = Wording(
        row.word("name"),
        row.get("definition"),
        row.get("include"),
        row.get("exclude"),
        examples,
        external,
    )
    return ListedCode(f"row {row.number}", external, row.word("parent_id") or None, wording)


def _check(book: Codebook) -> None:
    by_id: dict[str, ListedCode] = {}
    for item in book.codes:
        _check_words(book, item)
        if item.external is not None:
            first = by_id.setdefault(item.external, item)
            if first is not item:
                what = f"the code_id '{item.external}' is there twice, first in {first.place}."
                raise _bad(book, what, item, "Give every code an id of its own.")
    by_key = {item.key: item for item in book.codes}
    _check_depth(book, by_id, by_key)


def _check_words(book: Codebook, item: ListedCode) -> None:
    words = item.wording
    if not words.name:
        raise _bad(book, "the name is empty.", item, "Give every code a name.")
    if "\n" in words.name or "\r" in words.name or len(words.name) > MAX_NAME:
        raise _bad(book, f"the name is not one line of 1 to {MAX_NAME} characters.", item)
    if len(item.external or "") > MAX_NAME:
        raise _bad(book, f"the code_id is longer than {MAX_NAME} characters.", item)
    texts = (words.name, item.external or "", words.definition, words.include, words.exclude, *words.examples)
    for text in texts:
        try:
            check_text(text)
        except BadInput as error:
            raise _bad(book, error.what, item) from None


def _check_depth(book: Codebook, by_id: Mapping[str, ListedCode], by_key: Mapping[str, ListedCode]) -> None:
    """No circle and no tree deeper than anybody reads; each code's depth is worked out once."""
    depth: dict[str, int] = {}
    for item in book.codes:
        way: list[ListedCode] = []
        on_way: set[str] = set()
        here: ListedCode | None = item
        while here is not None and here.key not in depth:
            if here.key in on_way:
                circle = way[next(i for i, step in enumerate(way) if step.key == here.key) :]
                places = ", ".join(step.place for step in circle[:6])
                raise _bad(book, f"the codes form a circle: {places}.", here, "Let one of them have no parent.")
            way.append(here)
            on_way.add(here.key)
            here = by_key.get(here.inside) if here.inside else by_id.get(here.parent or "")
        level = depth[here.key] if here is not None else 0
        for step in reversed(way):
            level += 1
            if level > MAX_DEPTH:
                raise _bad(book, f"the tree is deeper than {MAX_DEPTH} levels.", step, "Check the parents.")
            depth[step.key] = level


def _bad(book: Codebook, what: str, item: ListedCode, advice: str = "") -> BadInput:
    return BadInput(what, file=book.file, place=item.place, advice=advice)


def import_codebook(study: Study, actor: str, book: Codebook) -> Imported:
    """Make the codes of a file as one change of the tree, all or none.

    Codes that the study has with the same words are left as they are. BadInput names those it has with other words
    (changing what a code means is `codes define`, so that what was decided on it is put on a worklist).
    """
    codes = read_codes(study, all_states=True)
    notices = list(book.notices)
    known = _known(book, codes)
    present = {item.key: known[item.key] for item in book.codes if item.key in known}
    _refuse_other_words(book, present)
    by_external = {item.external: item for item in book.codes if item.external is not None}
    live = {code.wording.external or code.id: code for code in codes if code.state == "live"}
    live.update({code.id: code for code in codes if code.state == "live"})

    def parent_of(item: ListedCode) -> str | None:
        if item.inside is not None:
            return present[item.inside].id if item.inside in present else item.inside
        if item.parent is None:
            return None
        if (listed := by_external.get(item.parent)) is not None:
            return present[listed.key].id if listed.key in present else listed.key
        if item.parent in live:
            return live[item.parent].id
        advice = "A parent is another row of the file, or a code that the study has."
        raise _bad(book, f"the parent '{item.parent}' does not exist.", item, advice)

    new = []
    for item in book.codes:
        parent = parent_of(item)
        if item.key not in present:
            new.append(NewCode(item.key, item.wording, parent))
        elif present[item.key].parent != parent:
            notices.append(f"{item.place}: '{item.wording.name}' stands under another parent here and stays there.")
    _refuse_same_names(book, codes, new)
    ids = add_codes(study, actor, new) if new else {}
    return Imported(tuple(ids.values()), tuple(code.path_text for code in present.values()), tuple(notices))


def new_in(study: Study, book: Codebook) -> list[ListedCode]:
    """The codes of a file that the study does not have yet: those that an import would add."""
    known = _known(book, read_codes(study, all_states=True))
    return [item for item in book.codes if item.key not in known]


def _known(book: Codebook, codes: Sequence[Code]) -> dict[str, Code]:
    """The study's code behind each listed one: by its id, or where the file gives none by name and parent."""
    by_id: dict[str, Code] = {code.id: code for code in codes}
    by_id.update({code.wording.external: code for code in reversed(codes) if code.wording.external is not None})
    by_place = {(code.parent, code.name): code for code in codes if code.state == "live"}
    found: dict[str, Code] = {}
    for item in book.codes:
        code = None
        if item.external is not None:
            code = by_id.get(item.external)
        elif item.inside is None:
            code = by_place.get((None, item.wording.name))
        elif item.inside in found:
            code = by_place.get((found[item.inside].id, item.wording.name))
        if code is not None:
            found[item.key] = code
    return found


def _refuse_other_words(book: Codebook, present: Mapping[str, Code]) -> None:
    items = {item.key: item for item in book.codes}
    other = [
        (items[key], code)
        for key, code in present.items()
        if code.state != "live" or _words(code.wording) != _words(items[key].wording)
    ]
    if other:
        named = "; ".join(
            f"{item.place} '{item.external or code.name}'" + ("" if code.state == "live" else f" ({code.state})")
            for item, code in other[:8]
        )
        what = f"{len(other)} codes are in the study already with other words: {named}."
        advice = "Nothing was stored. Change them with 'secondcoder codes STUDY define', or give new codes other ids."
        raise BadInput(what, file=book.file, advice=advice)


def _words(wording: Wording) -> Wording:
    """What a code means: neither the id that a file gave it nor its colour."""
    return replace(wording, external=None, color=None)


def _refuse_same_names(book: Codebook, codes: Sequence[Code], new: Sequence[NewCode]) -> None:
    places = {item.key: item for item in book.codes}
    taken = {
        (code.parent, " ".join(code.name.casefold().split())): "the study" for code in codes if code.state == "live"
    }
    for code in new:
        spot = (code.parent, " ".join(code.wording.name.casefold().split()))
        if spot in taken:
            what = f"the same name stands in {taken[spot]} already, under the same parent."
            raise _bad(book, what, places[code.key], "Give one of them another name.")
        taken[spot] = places[code.key].place


def write_codebook(codes: Sequence[Code], kind: str) -> str:
    """The text of a codebook file of the live codes; `kind` is "csv" or "yaml". What a person adds later gets an id."""
    ids = _ids(codes)
    if kind == "yaml":
        return write_yaml(codes, ids)
    if kind != "csv":
        raise UsageError("A codebook is written as .csv, .yaml or .yml.")
    width = max((len(code.wording.examples) for code in codes), default=1)
    if width > MAX_EXAMPLES:
        raise BadInput(f"a code has more than {MAX_EXAMPLES} examples, which no CSV holds.", advice="Write YAML.")
    columns = (*_NEEDED, *_MORE, *_EXAMPLES[: max(width, 1)])
    rows = []
    for code in codes:
        words = code.wording
        examples = [*words.examples, *[""] * (len(columns) - 6 - len(words.examples))]
        parent = ids.get(code.parent or "", "")
        rows.append([ids[code.id], words.name, parent, words.definition, words.include, words.exclude, *examples])
    return write_table(columns, rows)


def _ids(codes: Sequence[Code]) -> dict[str, str]:
    """The id that each code has in a file: its own from a file before, else ours."""
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for code in codes:
        external = code.wording.external
        ids[code.id] = external if external and external not in taken else code.id
        taken.add(ids[code.id])
    return ids
