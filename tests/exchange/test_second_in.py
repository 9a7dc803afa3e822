"""A second text from a file, a table's column or a project of ours comes to stand beside the right words, or is refused
with the place; what goes out says so, and leaves out what consent keeps."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from suggest.errors import BadInput
from suggest.exchange.bring_in import Wish, bring_in, read_files
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.refi.own_out import OWN_NAME
from suggest.exchange.refi.project_in import read_project
from suggest.exchange.refi.project_out import write_project
from suggest.exchange.refi.project_stored import bring_project_in
from suggest.exchange.second_in import read_second, second_beside
from suggest.study.adding import NewDocument, NewSegment, add_documents
from suggest.study.documents import Document, find_document, set_consent
from suggest.study.people import ensure_coder
from suggest.study.second_text import SecondReader
from suggest.study.second_writing import add_second
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify
from suggest.text.documents import read_documents

Write = Callable[[str, str | bytes], Path]
TALK = "I: How are you?\nR1: I am well.\nI: And then?\nR2: They nod only.\n"
REDE = "M: Wie geht es?\nT1: Mir geht es gut.\nM: Und dann?\nT2: Sie nicken nur.\n"


def add(study: Study, anna: str, path: Path, **wish: str) -> Document:
    bring_in(study, anna, read_files([path], Wish(**wish)))
    return find_document(study, path.stem)


def beside(study: Study, label: str) -> list[str]:
    reader = SecondReader(study)
    text = reader.of(find_document(study, label).id)
    return [] if text is None else [part.words for part in reader.parts(text)]


def test_a_file_of_another_format_is_laid_beside_by_turn(study: Study, anna: str, write: Write) -> None:
    document = add(study, anna, write("BU.txt", TALK))
    captions = "WEBVTT\n\n" + "\n".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\n<v {who}>{said}\n"
        for n, (who, said) in enumerate(line.split(": ") for line in REDE.splitlines())
    )
    new = read_second(study, document, write("de.vtt", captions), "original", language="de")
    add_second(study, anna, document, new)
    assert beside(study, "BU") == ["Wie geht es?", "Mir geht es gut.", "Und dann?", "Sie nicken nur."]
    assert (new.language, new.name) == ("de", "de.vtt")


def test_where_speakers_part_nothing_is_stored(
    study: Study, anna: str, write: Write, entries: Callable[[], int]
) -> None:
    document = add(study, anna, write("BU.txt", TALK))
    before = entries()
    with pytest.raises(BadInput, match="turn 3, paragraph 3: speakers part here"):
        read_second(study, document, write("de.txt", REDE.replace("M: Und dann?\n", "")), "original")
    assert entries() == before


def test_sentences_are_laid_beside_by_paragraph(study: Study, anna: str, write: Write) -> None:
    talk = "One thing. Another thing.\nA third.\n"
    document = add(study, anna, write("BU.txt", talk), unit="sentence")
    assert document.count == 3
    rede = write("de.txt", "Eins und noch eins in einem Satz.\nDrei. Und mehr.\n")
    add_second(study, anna, document, read_second(study, document, rede, "original", language="de"))
    assert beside(study, "BU") == ["Eins und noch eins in einem Satz.", "Drei. Und mehr."]


def test_the_second_file_keeps_to_the_limits_of_documents(study: Study, anna: str, write: Write) -> None:
    document = add(study, anna, write("BU.txt", TALK))
    with pytest.raises(BadInput, match="NUL"):
        read_second(study, document, write("de.txt", b"R1: a\x00b"), "original")
    with pytest.raises(BadInput, match="format is not known"):
        read_second(study, document, write("de.xyz", "R1: a"), "original")


TABLE = "document_id,segment_id,speaker,text,original\nA,1,R1,hello,hallo\nA,2,R2,bye,\nB,3,R1,yes,ja\n"


def test_a_column_of_a_table_stands_beside_its_rows(study: Study, anna: str, write: Write) -> None:
    bring_in(study, anna, read_files([write("t.csv", TABLE)], Wish()))
    assert beside(study, "A") == ["hallo", ""] and beside(study, "B") == ["ja"]
    text = SecondReader(study).of(find_document(study, "A").id)
    assert text is not None and text.side == "original"
    assert "original" not in find_document(study, "B").attributes
    assert verify(study).ok


def test_rows_that_become_one_turn_have_their_other_words_together(study: Study, anna: str, write: Write) -> None:
    table = "speaker,text,translation\nR1,one,eins\nR1,two,zwei\nR2,three,drei\n"
    bring_in(study, anna, read_files([write("t.csv", table)], Wish(unit="turn")))
    assert beside(study, "t") == ["eins\nzwei", "drei"]


class Counted(tuple[tuple[int, int, str], ...]):
    """Cells that count how often one was looked at."""

    looked = 0

    def __iter__(self) -> Any:
        for cell in super().__iter__():
            Counted.looked += 1
            yield cell

    def __getitem__(self, at: Any) -> Any:
        Counted.looked += 1
        return super().__getitem__(at)


def test_a_long_table_is_gone_through_once(write: Write) -> None:
    rows = "".join(f"A,R{n // 3 % 2},word {n},Wort {n}\n" for n in range(1_000))
    table = write("t.csv", f"document,speaker,text,translation\n{rows}")
    (read,) = read_documents(table, unit="turn", language=None, encoding=None, mapping={"document_id": "document"})
    assert read.beside is not None
    counted = replace(read, beside=replace(read.beside, cells=Counted(read.beside.cells)))
    found = second_beside(counted, "t.csv")
    assert found is not None and found.parts[1].words == "Wort 3\nWort 4\nWort 5"
    assert Counted.looked < 10 * 1_000


def test_the_coded_column_may_be_called_translation(study: Study, anna: str, write: Write) -> None:
    table = "original,translation\nhallo,hello\n"
    bring_in(study, anna, read_files([write("t.csv", table)], Wish(mapping={"text": "translation"})))
    assert beside(study, "t") == ["hallo"]


def test_two_such_columns_are_refused_and_lost_words_are_told(write: Write) -> None:
    with pytest.raises(BadInput, match="both 'original' and 'translation'"):
        read_files([write("t.csv", "text,original,translation\na,b,c\n")], Wish())
    (found,) = read_files([write("u.csv", "text,original\na,b\n,c\n")], Wish())
    assert any(notice.startswith("1 rows have words in 'original'") for notice in found.document.notices)


# In a project


@pytest.fixture
def gone_out(study: Study, anna: str, write: Write, tmp_path: Path) -> Callable[[], tuple[Path, tuple[str, ...]]]:
    document = add(study, anna, write("BU.txt", TALK))
    add_second(study, anna, document, read_second(study, document, write("de.txt", REDE), "original", language="de"))

    def out() -> tuple[Path, tuple[str, ...]]:
        path = tmp_path / "out.qdpx"
        path.unlink(missing_ok=True)
        done = write_project(study, path, OutOptions())
        return path, done.notices

    return out


def bring_back(path: Path, folder: Path) -> Study:
    study = Study.create(folder / "back.db", "T", "anna", FixedSources(5))
    bring_project_in(study, ensure_coder(study, "anna"), read_project(path, Wish()))
    return study


def test_it_goes_out_in_a_project_and_comes_back(
    gone_out: Callable[[], tuple[Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    path, notices = gone_out()
    assert any("1 document goes along for Second Coder alone" in notice for notice in notices)
    with bring_back(path, tmp_path) as back:
        assert beside(back, "BU") == ["Wie geht es?", "Mir geht es gut.", "Und dann?", "Sie nicken nur."]
        text = SecondReader(back).of(find_document(back, "BU").id)
        assert text is not None and text.language == "de"
        assert verify(back).ok


def test_it_comes_to_stand_beside_a_text_that_is_here_already(
    gone_out: Callable[[], tuple[Path, tuple[str, ...]]], write: Write, tmp_path: Path
) -> None:
    path, _ = gone_out()
    with Study.create(tmp_path / "there.db", "T", "anna", FixedSources(6)) as there:
        anna = ensure_coder(there, "anna")
        add(there, anna, write("BU.txt", TALK))
        done = bring_project_in(there, anna, read_project(path, Wish()))
        assert done.new == (False,)
        assert beside(there, "BU") == ["Wie geht es?", "Mir geht es gut.", "Und dann?", "Sie nicken nur."]
        assert verify(there).ok
        with pytest.raises(BadInput, match="everything in this project is in the study already"):
            bring_project_in(there, anna, read_project(path, Wish()))


def test_beside_other_segments_it_is_told_and_not_taken(
    gone_out: Callable[[], tuple[Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    path, _ = gone_out()
    with Study.create(tmp_path / "there.db", "T", "anna", FixedSources(6)) as there:
        anna = ensure_coder(there, "anna")
        text = read_project(path, Wish()).documents[0].read.document.text
        add_documents(
            there, anna, [NewDocument("BU", text, "turn", [NewSegment(0, len(text), "data", "I", 1, 4, None)])]
        )
        with pytest.raises(BadInput, match=r"not taken where the study has other segments.*: BU"):
            bring_project_in(there, anna, read_project(path, Wish()))
        assert beside(there, "BU") == []


def test_beside_excluded_speakers_nothing_goes_out(
    gone_out: Callable[[], tuple[Path, tuple[str, ...]]], study: Study, anna: str, tmp_path: Path
) -> None:
    set_consent(study, anna, find_document(study, "BU"), "R2", "exclude", True)
    path, notices = gone_out()
    assert any("1 paragraphs of originals and translations" in notice for notice in notices)
    with zipfile.ZipFile(path) as archive:
        assert not any("nicken" in archive.read(name).decode() for name in archive.namelist())
        assert any("gut" in archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize(
    "spoilt", ['"side":"other"', '"parts":[[0,9,"x"]]', '"parts":[[1,0,"x"]]', '"parts":[[0,0,7]]', '"parts":3']
)
def test_what_does_not_hold_in_a_project_is_passed_over(
    gone_out: Callable[[], tuple[Path, tuple[str, ...]]], tmp_path: Path, spoilt: str
) -> None:
    path, _ = gone_out()
    changed = tmp_path / "changed.qdpx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            raw = old.read(name).decode()
            if name == OWN_NAME:
                key = spoilt.partition(":")[0]
                start = raw.index(key, raw.index('"beside"'))
                end = raw.index("}}" if key == '"parts"' else ",", start)
                raw = raw[:start] + spoilt + raw[end:]
            new.writestr(name, raw)
    with bring_back(changed, tmp_path) as back:
        assert beside(back, "BU") == [] and find_document(back, "BU").count == 4


def test_documents_added_without_one_have_none(study: Study, anna: str) -> None:
    add_documents(study, anna, [])
    assert SecondReader(study).all() == []
