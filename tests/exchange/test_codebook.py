"""Codebooks: what a good file gives, what a bad one is told, and that nothing of a bad one is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.errors import BadInput
from suggest.exchange.codebook import import_codebook, read_codebook, write_codebook
from suggest.exchange.tables import safe_in, safe_out
from suggest.study.codes import Code, NewCode, Wording, add_codes, merge_codes, read_codes, reword
from suggest.study.sources import FixedSources
from suggest.study.study import Study

Write = Callable[[str, str | bytes], Path]
HEAD = "code_id,name,parent_id,definition\n"


def bring(study: Study, actor: str, path: Path) -> list[Code]:
    import_codebook(study, actor, read_codebook(path))
    return read_codes(study)


def plain(codes: list[Code]) -> list[tuple[object, ...]]:
    """Codes without the ids that belong to one study."""
    return [(c.path, c.wording.definition, c.wording.include, c.wording.exclude, c.wording.examples) for c in codes]


class TestCsv:
    def test_codes_become_one_change_of_the_tree(self, study: Study, anna: str, write: Write) -> None:
        path = write(
            "c.csv",
            "code_id,name,parent_id,definition,include,exclude,example\n"
            'T1,Theme,,what it means,when,"not, when","""quoted"""\nT1.1,Part,T1,,,,\n',
        )
        theme, part = bring(study, anna, path)
        assert theme.wording == Wording("Theme", "what it means", "when", "not, when", ('"quoted"',), "T1")
        assert part.path == ("Theme", "Part")
        assert study.db.execute("SELECT count(*) FROM tree_change").fetchone()[0] == 1

    def test_a_parent_may_come_after_its_children(self, study: Study, anna: str, write: Write) -> None:
        codes = bring(study, anna, write("c.csv", HEAD + "b,Part,a,\na,Theme,,\n"))
        assert [code.path_text for code in codes] == ["Theme", "Theme > Part"]

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    def test_the_delimiter_is_found(self, study: Study, anna: str, write: Write, delimiter: str) -> None:
        text = (HEAD + "a,Theme,,x\n").replace(",", delimiter)
        assert bring(study, anna, write("c.csv", text))[0].wording.definition == "x"

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbf" + (HEAD + "a,Gr\u00fc\u00dfe,,x\r\nb,Part,a,y\n").encode(),
            (HEAD + "a,Gr\u00fc\u00dfe,,x\r\nb,Part,a,y\r").encode("utf-16"),
            ("Code_ID , NAME,parent_id,Definition\r" + "a,Gr\u00fc\u00dfe,,x\rb,Part,a,y\r").encode(),
        ],
        ids=["utf-8 with mark, mixed ends", "utf-16", "cr, other case"],
    )
    def test_marks_encodings_and_line_ends_are_settled(
        self, study: Study, anna: str, write: Write, content: bytes
    ) -> None:
        codes = bring(study, anna, write("c.csv", content))
        assert [code.path_text for code in codes] == ["Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe > Part"]

    def test_several_examples_stand_in_columns_of_their_own(self, study: Study, anna: str, write: Write) -> None:
        path = write("c.csv", "code_id,name,parent_id,definition,example,example 2\na,Theme,,,one,two\n")
        assert bring(study, anna, path)[0].wording.examples == ("one", "two")

    def test_columns_that_are_not_taken_are_said(self, write: Write) -> None:
        book = read_codebook(write("c.csv", "code_id,name,parent_id,definition,colour\na,Theme,,,red\n"))
        assert any("colour" in notice for notice in book.notices)


BAD_TABLES = {
    "missing column": ("code_id,name,definition\na,x,\n", "row 1", "parent_id"),
    "column twice": ("code_id,name,name,parent_id,definition\na,x,y,,\n", "row 1", "name"),
    "no rows": (HEAD, "", "no codes"),
    "ragged": (HEAD + "a,x,,y,,more\n", "row 2", "cells"),
    "id twice": (HEAD + "a,x,,\nb,y,,\na,z,,\n", "row 4", "twice"),
    "empty id": (HEAD + "a,x,,\n ,y,,\n", "row 3", "code_id"),
    "empty name": (HEAD + "a,x,,\nb, ,,\n", "row 3", "name"),
    "name of two lines": (HEAD + 'a,"x\ny",,\n', "row 2", "one line"),
    "endless name": (HEAD + f"a,{'x' * 501},,\n", "row 2", "500"),
    "unknown parent": (HEAD + "a,x,,\nb,y,nobody,\n", "row 3", "nobody"),
    "own parent": (HEAD + "a,x,a,\n", "row 2", "circle"),
    "circle": (HEAD + "z,z,,\na,x,b,\nb,y,c,\nc,w,a,\n", "row 3", "circle"),
    "same name under one parent": (HEAD + "a,x,,\nb,X ,,\n", "row 3", "row 2"),
    "open quote": (HEAD + 'a,"x,,\n', "row 2", "closed"),
    "NUL": (HEAD + "a,x\x00,,\n", "line 2", "NUL"),
    "not text": (b"%PDF-1.7", "", "PDF"),
    "unknown encoding": (HEAD.encode() + b"a,x\xff\xc3,,\n", "byte", "UTF-8"),
    "empty file": ("", "", "empty"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_refused_with_its_place_and_nothing_is_stored(
    study: Study, anna: str, write: Write, entries: Callable[[], int], name: str
) -> None:
    content, place, word = BAD_TABLES[name]
    before = entries()
    with pytest.raises(BadInput) as caught:
        bring(study, anna, write("c.csv", content))
    assert caught.value.file == "c.csv"
    assert place in caught.value.place
    assert word in str(caught.value)
    assert entries() == before


@pytest.mark.parametrize("backwards", [False, True])
def test_ten_thousand_levels_are_refused_at_once(write: Write, backwards: bool) -> None:
    rows = [f"c{n},n{n},{f'c{n - 1}' if n else ''},\n" for n in range(10_000)]
    content = HEAD + "".join(reversed(rows) if backwards else rows)
    with pytest.raises(BadInput, match="deeper than"):
        read_codebook(write("c.csv", content))


def test_ten_thousand_codes_side_by_side_come_in(study: Study, anna: str, write: Write) -> None:
    content = HEAD + "t,theme,,\n" + "".join(f"c{n},n{n},t,\n" for n in range(10_000))
    assert len(bring(study, anna, write("c.csv", content))) == 10_001


class TestYaml:
    def test_codes_nest(self, study: Study, anna: str, write: Write) -> None:
        path = write(
            "c.yaml",
            "- name: Theme\n  id: T1\n  definition: what it means\n  examples: [one, two]\n"
            "  children:\n    - name: Part\n      example: a third\n    - Bare\n- name: yes\n",
        )
        codes = bring(study, anna, path)
        assert [code.path_text for code in codes] == ["Theme", "Theme > Part", "Theme > Bare", "yes"]
        assert codes[0].wording == Wording("Theme", "what it means", "", "", ("one", "two"), "T1")
        assert codes[1].wording.examples == ("a third",)

    def test_a_list_under_codes_is_taken_too(self, study: Study, anna: str, write: Write) -> None:
        assert bring(study, anna, write("c.yml", "codes:\n  - name: 1.0\n"))[0].name == "1.0"


BAD_YAML = {
    "tab": ("- name: x\n\tid: y\n", "line 2", "YAML"),
    "unknown key": ("- name: x\n- name: y\n  defintion: z\n", "line 3", "key"),
    "key twice": ("- name: x\n  name: y\n", "line 2", "twice"),
    "no name": ("- name: x\n- id: y\n", "line 2", "name"),
    "list for words": ("- name: x\n  definition: [a]\n", "line 2", "words"),
    "mapping for children": ("- name: x\n  children:\n    name: y\n", "line 3", "list"),
    "list in a list": ("- name: x\n- [y]\n", "line 2", "mapping"),
    "id twice": ("- {name: x, id: a}\n- {name: y, id: a}\n", "line 2", "twice"),
    "alias": ("- &a\n  name: x\n- *a\n", "line 3", "alias"),
    "lone surrogate": ('- name: x\n- name: "\\ud800"\n', "line 2", "surrogate"),
    "NUL escape": ('- name: "\\0"\n', "line 1", "NUL"),
    "python object": ("- !!python/object/apply:os.system [echo]\n", "line 1", "mapping"),
    "control character": ("- name: x\x01\n", "", "YAML"),
    "two documents": ("- name: x\n---\n- name: y\n", "line 2", "YAML"),
    "a word": ("hello\n", "line 1", "list"),
    "nothing": ("# only a remark\n", "", "no codes"),
    "flow nesting": ("[" * 5_000, "", "nesting"),
    "block nesting": ("".join(f"{'  ' * n}- name: x\n{'  ' * n}  children:\n" for n in range(300)), "", "nesting"),
}


@pytest.mark.parametrize("name", BAD_YAML)
def test_bad_yaml_is_refused_with_its_line_and_nothing_is_stored(
    study: Study, anna: str, write: Write, entries: Callable[[], int], name: str
) -> None:
    content, place, word = BAD_YAML[name]
    before = entries()
    with pytest.raises(BadInput) as caught:
        bring(study, anna, write("c.yaml", content))
    assert place in caught.value.place
    assert word in str(caught.value)
    assert entries() == before


def test_a_billion_laughs_are_refused(write: Write) -> None:
    lines = ['a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]']
    for before, here in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{here}: &{here} [{','.join([f'*{before}'] * 9)}]")
    with pytest.raises(BadInput, match="aliases"):
        read_codebook(write("c.yaml", "\n".join(lines)))


class TestIntoATreeThatHasCodes:
    def test_the_same_file_again_adds_nothing(
        self, study: Study, anna: str, write: Write, entries: Callable[[], int]
    ) -> None:
        path = write("c.csv", HEAD + "a,Theme,,x\nb,Part,a,y\n")
        bring(study, anna, path)
        before = entries()
        done = import_codebook(study, anna, read_codebook(path))
        assert done.added == ()
        assert done.known == ("Theme", "Theme > Part")
        assert entries() == before

    def test_yaml_without_ids_again_adds_nothing(self, study: Study, anna: str, write: Write) -> None:
        path = write("c.yaml", "- name: Theme\n  children:\n    - name: Part\n")
        bring(study, anna, path)
        assert import_codebook(study, anna, read_codebook(path)).added == ()

    def test_new_codes_join_those_that_are_there(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("c.csv", HEAD + "a,Theme,,x\n"))
        codes = bring(study, anna, write("d.csv", HEAD + "b,Part,a,y\na,Theme,,x\n"))
        assert [code.path_text for code in codes] == ["Theme", "Theme > Part"]

    def test_a_parent_of_the_study_need_not_be_in_the_file(self, study: Study, anna: str, write: Write) -> None:
        bring(study, anna, write("c.csv", HEAD + "a,Theme,,x\n"))
        codes = bring(study, anna, write("d.csv", HEAD + "b,Part,a,y\n"))
        assert codes[1].path == ("Theme", "Part")

    def test_other_words_under_a_known_id_are_refused_and_named(
        self, study: Study, anna: str, write: Write, entries: Callable[[], int]
    ) -> None:
        bring(study, anna, write("c.csv", HEAD + "a,Theme,,x\n"))
        before = entries()
        with pytest.raises(BadInput, match=r"row 2 'a'.*define"):
            bring(study, anna, write("d.csv", HEAD + "a,Theme,,other\nb,Part,a,y\n"))
        assert entries() == before

    def test_a_code_that_was_merged_does_not_come_back_by_its_old_id(
        self, study: Study, anna: str, write: Write
    ) -> None:
        path = write("c.csv", HEAD + "a,One,,\nb,Two,,\n")
        one, two = bring(study, anna, path)
        merge_codes(study, anna, one, two)
        with pytest.raises(BadInput, match=r"'a' \(merged\)"):
            import_codebook(study, anna, read_codebook(path))

    def test_a_code_moved_since_stays_where_it_is_and_that_is_said(self, study: Study, anna: str, write: Write) -> None:
        path = write("c.csv", HEAD + "a,One,,\nb,Two,a,\n")
        bring(study, anna, path)
        done = import_codebook(study, anna, read_codebook(write("d.csv", HEAD + "a,One,,\nb,Two,,\n")))
        assert any("another parent" in notice for notice in done.notices)


class TestExport:
    def test_no_cell_of_a_csv_is_a_formula(self, study: Study, anna: str) -> None:
        evil = ("=1+1", "+1", "-1", "@x", "\tx", "'=1")
        add_codes(study, anna, [NewCode(str(n), Wording(f"{text}{n}", text)) for n, text in enumerate(evil)])
        text = write_codebook(read_codes(study), "csv")
        cells = [cell for line in text.splitlines()[1:] for cell in line.replace('"', "").split(",")]
        assert not [cell for cell in cells if cell[:1] in "=+-@\t" and cell]

    def test_codes_without_an_id_of_their_own_get_ours(self, study: Study, anna: str, write: Write) -> None:
        add_codes(study, anna, [NewCode("x", Wording("One"))])
        path = write("c.csv", write_codebook(read_codes(study), "csv"))
        assert import_codebook(study, anna, read_codebook(path)).added == ()

    def test_two_codes_with_one_id_are_written_with_two(self, study: Study, anna: str, write: Write) -> None:
        codes = [NewCode("x", Wording("One", external="a")), NewCode("y", Wording("Two", external="a"))]
        add_codes(study, anna, codes)
        assert len(read_codebook(write("c.csv", write_codebook(read_codes(study), "csv"))).codes) == 2

    def test_what_was_renamed_is_written_with_its_new_name(self, study: Study, anna: str) -> None:
        add_codes(study, anna, [NewCode("x", Wording("One"))])
        reword(study, anna, read_codes(study)[0], Wording("Other"), meaning=False)
        assert "Other" in write_codebook(read_codes(study), "yaml")


# What a person can write: any character that a study stores, except a carriage return, which a file's line ends settle.
text = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=30)
cells = st.one_of(text, text.map(lambda t: f"={t}"), text.map(lambda t: f"'-{t}"), text.map(lambda t: f"@{t}"))
names = cells.map(lambda t: t.replace("\n", " ").strip()).filter(bool)
examples = st.lists(cells.filter(lambda t: bool(t.strip())), max_size=3).map(tuple)
wordings = st.builds(Wording, names, cells, cells, cells, examples)
trees = st.lists(st.tuples(wordings, st.integers(0, 10)), min_size=1, max_size=8)


@pytest.mark.parametrize("kind", ["csv", "yaml"])
@settings(max_examples=60)
@given(tree=trees)
def test_a_tree_written_and_read_again_is_the_same(kind: str, tree: list[tuple[Wording, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, two = (Study.create(Path(folder) / name, "T", "anna", FixedSources()) for name in ("one.db", "two.db"))
        with one, two:
            new = [
                NewCode(str(n), Wording(f"{n}{words.name}", *_rest(words)), str(up % n) if n and up else None)
                for n, (words, up) in enumerate(tree)
            ]
            new = [item for item in new if not item.parent or int(item.parent) < int(item.key)]
            keys = {item.key for item in new}
            add_codes(one, "c" + "a" * 12, [item for item in new if item.parent is None or item.parent in keys])
            path = Path(folder) / f"book.{kind}"
            path.write_text(write_codebook(read_codes(one), kind), encoding="utf-8", newline="")
            import_codebook(two, "c" + "a" * 12, read_codebook(path))
            assert plain(read_codes(two)) == plain(read_codes(one))


def _rest(words: Wording) -> tuple[str, str, str, tuple[str, ...]]:
    return words.definition, words.include, words.exclude, words.examples


@given(cell=st.text(st.sampled_from("'=+-@\t\rab"), max_size=6))
def test_what_is_made_safe_comes_back_as_it_was(cell: str) -> None:
    assert safe_in(safe_out(cell)) == cell
    assert safe_out(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
