"""Files that nobody should have written: each is refused with a clear message, or comes in right; nothing in between.

Every refusal leaves the study's log as it was; every import verifies.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from refi_files import Project, Selection, Source, code, guid, held

from suggest.errors import BadInput, SecondCoderError
from suggest.exchange.bring_in import Wish
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.refi import archive as archives
from suggest.exchange.refi.project_in import IncomingProject, read_project
from suggest.exchange.refi.project_stored import bring_project_in
from suggest.study.sources import FixedSources
from suggest.study.study import Study
from suggest.study.verify import verify

TEXT = "I waited for hours.\nNobody came.\n"
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    monkeypatch.setenv("SECONDCODER_HOME", str(tmp_path / "home"))
    with Study.create(tmp_path / "study.db", "T", "anna", FixedSources()) as made:
        yield made


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """A study in which nothing is ever stored, so that the tests can share it."""
    folder = tmp_path_factory.mktemp("shelf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDCODER_HOME", str(folder / "home"))
        with Study.create(folder / "study.db", "T", "anna", FixedSources()) as made:
            yield made


def entries(study: Study) -> int:
    return int(study.db.execute("SELECT count(*) FROM log").fetchone()[0])


def actor(study: Study) -> str:
    return str(study.db.execute("SELECT coder FROM coder").fetchone()[0])


def one(*selections: Selection, text: str = TEXT, **given: object) -> Source:
    return Source("BU", text, selections, **given)  # type: ignore[arg-type]


def zipped(*parts: tuple[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return made.getvalue()


def project(**given: object) -> bytes:
    return Project(**given).bytes()  # type: ignore[arg-type]


def with_xml(xml: str | bytes) -> bytes:
    return zipped(("project.qde", xml.encode() if isinstance(xml, str) else xml))


def encrypted() -> bytes:
    made = bytearray(project())
    for at in [found.start() for found in re.finditer(b"PK\x01\x02", made)]:
        made[at + 8] |= 1
    for at in [found.start() for found in re.finditer(b"PK\x03\x04", made)]:
        made[at + 6] |= 1
    return bytes(made)


def lying_about_size() -> bytes:
    """The central directory says that project.qde has 10 bytes."""
    made = bytearray(project())
    at = made.index(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(made)


def broken_data() -> bytes:
    made = bytearray(project())
    at = made.index(b"PK\x03\x04") + 80
    made[at : at + 20] = b"\xff" * 20
    return bytes(made)


def wrong_checksum() -> bytes:
    made = bytearray(zipped(("project.qde", Project().xml().encode())))
    right = struct.pack("<I", zlib.crc32(Project().xml().encode()))
    return bytes(made.replace(right, b"\x00\x00\x00\x00"))


def ratio_bomb(name: str = "project.qde") -> bytes:
    return zipped((name, b"<Project>" + b" " * (30 * 2**20)))


def text_bomb() -> bytes:
    return project(sources=[one(raw=b"a " * (20 * 2**20))])


def deep(levels: int) -> str:
    return f'<Project xmlns="urn:QDA-XML:project:1.0" name="P">{"<x>" * levels}{"</x>" * levels}</Project>'


def foreign_deep(levels: int) -> str:
    inside = '<y xmlns="urn:other">' * levels + "</y>" * levels
    return f'<Project xmlns="urn:QDA-XML:project:1.0" name="P">{inside}</Project>'


def nested_codes(levels: int) -> str:
    made = ""
    for n in reversed(range(levels)):
        made = code(f"c{n}", made)
    return made


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "empty"),
    "no archive and no XML": (lambda: b"hello", "not well-formed.*line 1|line 1.*not well-formed"),
    "zeros": (lambda: b"\x00" * 5000, "not well-formed"),
    "an empty archive": (lambda: zipped(), "no project"),
    "an archive without a project": (lambda: zipped(("a.txt", b"x")), "no project"),
    "a Word file": (lambda: zipped(("word/document.xml", b"<x/>")), "no project"),
    "a truncated archive": (lambda: project()[:-60], "damaged"),
    "an archive cut in half": (lambda: project()[:200], "damaged"),
    "an archive with broken data": (broken_data, "damaged|not well-formed"),
    "a wrong checksum": (wrong_checksum, "damaged"),
    "an encrypted archive": (encrypted, "damaged, cut off or protected"),
    "an archive that lies about sizes": (lying_about_size, "damaged|not well-formed"),
    "a ratio bomb for a project": (ratio_bomb, "out of proportion"),
    "a ratio bomb for a text": (text_bomb, "out of proportion"),
    "a project only outside of the archive": (lambda: zipped(("../project.qde", b"<x/>")), "no project"),
    "a project under an absolute name": (lambda: zipped(("/project.qde", b"<x/>")), "no project"),
    "a project on a drive": (lambda: zipped(("C:/project.qde", b"<x/>")), "no project"),
    "entities": (lambda: with_xml(BOMB + "<Project>&b;</Project>"), "document type"),
    "a document type alone": (lambda: with_xml("<!DOCTYPE Project><Project/>"), "document type"),
    "an external entity": (
        lambda: with_xml('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Project>&e;</Project>'),
        "document type",
    ),
    "an external subset": (lambda: with_xml('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'), "document type"),
    "a parameter entity": (
        lambda: with_xml('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><x/>'),
        "document type",
    ),
    "an entity in UTF-16": (
        lambda: with_xml((BOMB.replace('version="1.0"', 'version="1.0" encoding="utf-16"') + "<x/>").encode("utf-16")),
        "document type",
    ),
    "an entity that is not declared": (lambda: with_xml("<Project>&nothere;</Project>"), "not well-formed"),
    "a tag that is not closed": (lambda: with_xml('<Project name="P"><Users>'), "not well-formed"),
    "a closing tag cut short": (lambda: with_xml("<CodeBook><Codes></Cod>"), "line 1, character"),
    "an attribute twice": (lambda: with_xml('<Project name="a" name="b"/>'), "not well-formed"),
    "a control character": (lambda: with_xml('<Project name="a\x01"/>'), "not well-formed"),
    "an encoding that does not exist": (
        lambda: with_xml('<?xml version="1.0" encoding="klingon"?><Project/>'),
        "encoding|not well-formed",
    ),
    "bytes that are no UTF-8": (lambda: with_xml(b'<Project name="\xff\xfe\xfa"/>'), "not well-formed"),
    "other XML": (lambda: with_xml("<html><body/></html>"), "no REFI-QDA"),
    "a codebook for a project": (lambda: with_xml(f"<CodeBook><Codes>{code('A')}</Codes></CodeBook>"), "codebook"),
    "elements nested too deep": (lambda: with_xml(deep(5000)), "too deep"),
    "foreign elements nested too deep": (lambda: with_xml(foreign_deep(5000)), "too deep"),
    "codes nested too deep": (lambda: project(codes=nested_codes(60)), "deeper than 50 levels"),
    "nothing in it": (lambda: with_xml('<Project xmlns="urn:QDA-XML:project:1.0" name="P"/>'), "nothing that can be"),
    "only a picture": (
        lambda: with_xml('<Project name="P"><Sources><PictureSource guid="x"/></Sources></Project>'),
        "pictures \\(1\\)",
    ),
    "only texts that are missing": (lambda: project(codes="", leave_out=["BU"]), "texts that are not in the file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_and_nothing_is_stored(shelf: Study, tmp_path: Path, name: str) -> None:
    study = shelf
    make, said = REFUSED[name]
    path = tmp_path / "x.qdpx"
    path.write_bytes(make())
    before = entries(study)
    with pytest.raises(BadInput, match=said) as error:
        bring_project_in(study, actor(study), read_project(path, Wish()))
    assert "x.qdpx" in str(error.value)
    assert "passwd" not in str(error.value)
    assert entries(study) == before


CODES = code("A", code("B")) + code("C")
LONG = "n" * 5000
CASE = f'<Cases><Case guid="{guid("k")}" name="K"><SourceRef targetGUID="{guid("Z")}"/></Case></Cases>'
SET = f'<Sets><Set guid="{guid("s")}" name="S"><MemberSource targetGUID="{guid("s")}"/></Set></Sets>'


def says(**wanted: int) -> Callable[[IncomingProject, Study], None]:
    """Documents, codes and codings are as many as this in the study."""

    def check(_: IncomingProject, study: Study) -> None:
        now = held(study)
        found = {
            "documents": len(now["documents"]),
            "codes": len(now["codes"]),
            "codings": sum(now["codings"].values()),
        }
        assert {**found, **wanted} == found

    return check


def left(kind: str, count: int = 1) -> Callable[[IncomingProject, Study], None]:
    """What could not be taken is counted under this name."""

    def check(project: IncomingProject, _: Study) -> None:
        assert {what: n for what, n in project.untaken.items() if kind in what} != {}
        assert max(n for what, n in project.untaken.items() if kind in what) == count

    return check


def codes_are(*paths: str) -> Callable[[IncomingProject, Study], None]:
    return lambda _, study: _same([" > ".join(path) for path in held(study)["order"]], list(paths))


def coders_are(*names: str) -> Callable[[IncomingProject, Study], None]:
    return lambda _, study: _same(sorted({key[3] for key in held(study)["codings"]}), sorted(names))


def words_are(*words: str) -> Callable[[IncomingProject, Study], None]:
    """What the codings stand on."""

    def check(_: IncomingProject, study: Study) -> None:
        now = held(study)
        texts = {label: item[0] for label, item in now["documents"].items()}
        _same(sorted(texts[key[0]][key[1] : key[2]] for key in now["codings"]), sorted(words))

    return check


def memos_are(*texts: str) -> Callable[[IncomingProject, Study], None]:
    return lambda _, study: _same(sorted(key[3] for key in held(study)["memos"]), sorted(texts))


def _same(one: object, other: object) -> None:
    assert one == other


def note(name: str, words: str, *, user: str = "Ann", more: str = "") -> str:
    content = f"<PlainTextContent>{words}</PlainTextContent>" if words else ""
    return f'<Notes><Note guid="{guid(name)}" name="{name}" creatingUser="{guid(user)}"{more}>{content}</Note></Notes>'


def refers(name: str) -> str:
    return f'<NoteRef targetGUID="{guid(name)}"/>'


W = Selection(2, 8)
TAKEN: dict[str, tuple[Callable[[], bytes], Callable[[IncomingProject, Study], None]]] = {
    "a bare project file": (lambda: Project(leave_out=["BU"]).xml().encode(), left("texts that are not in the file")),
    "positions after the end": (lambda: project(sources=[one(W, Selection(5, 999, name="x"))]), words_are("waited")),
    "positions before the beginning": (
        lambda: project(sources=[one(W, Selection(-5, 3, name="x"))]),
        left("selections outside of their text"),
    ),
    "positions the wrong way round": (lambda: project(sources=[one(W, Selection(9, 3, name="x"))]), says(codings=1)),
    "positions without length": (lambda: project(sources=[one(W, Selection(3, 3, name="x"))]), says(codings=1)),
    "positions beyond all numbers": (
        lambda: project(sources=[one(W, Selection(1, 10**40, name="x"))]),
        says(codings=1),
    ),
    "a name that is no words": (lambda: project(sources=[one(Selection(2, 8, name="line:1"))]), words_are("waited")),
    "a text that is missing": (lambda: project(leave_out=["BU"]), left("texts that are not in the file")),
    "a text outside of the archive": (
        lambda: project(sources=[one(W, path="internal://../../../etc/passwd")], leave_out=["BU"]),
        says(documents=0, codes=3),
    ),
    "a text on somebody's computer": (
        lambda: project(sources=[one(W, path="relative:///../../etc/hostname")], leave_out=["BU"]),
        says(documents=0),
    ),
    "a text under an absolute path": (
        lambda: project(sources=[one(W, path="/etc/passwd")], leave_out=["BU"]),
        says(documents=0),
    ),
    "entries that lead out of the archive": (
        lambda: project(entries={"../../evil.txt": b"x", "/evil2.txt": b"x"}),
        says(documents=1, codings=1),
    ),
    "an entry called like a folder": (
        lambda: project(entries={"sources/": b"", "sources/.root": b""}),
        says(codings=1),
    ),
    "a text without a word": (lambda: project(sources=[one(text="\n")]), left("texts without words")),
    "an empty text": (lambda: project(sources=[one(raw=b"")]), left("texts without words")),
    "a text with a NUL": (lambda: project(sources=[one(text="a\x00b" + "c" * 40)]), left("NUL")),
    "a text in no known encoding": (
        lambda: project(sources=[one(raw=b"\x81\x9d\xff\xc3" * 3)]),
        left("texts in an encoding that is not known"),
    ),
    "a text in UTF-16": (lambda: project(sources=[one(W, raw=TEXT.encode("utf-16"))]), words_are("waited")),
    "a text with every line end": (
        lambda: project(sources=[one(Selection(20, 26, name="Nobody"), raw=b"I waited for hours.\rNobody came.\r\n")]),
        words_are("Nobody"),
    ),
    "a text inline": (
        lambda: project(
            sources=[one(path="", further=f"<PlainTextContent>{TEXT}</PlainTextContent>")], leave_out=["BU"]
        ),
        says(documents=1),
    ),
    "only a rich text": (
        lambda: with_xml(Project().xml().replace("plainTextPath", "richTextPath")),
        left("rich texts without a plain text"),
    ),
    "the same code GUID twice": (lambda: project(codes=code("A") + code("B", id_="A")), codes_are("A", "B")),
    "the same name twice under one parent": (
        lambda: project(codes=code("A") + code("a", id_="x")),
        codes_are("A", "a (2)"),
    ),
    "the same name under two parents": (
        lambda: project(codes=code("A", code("C", id_="1")) + code("B", code("C", id_="2"))),
        codes_are("A", "A > C", "B", "B > C"),
    ),
    "a code without a name": (lambda: project(codes=code("A") + code("", id_="x")), codes_are("A", "unnamed code")),
    "a code with line breaks in its name": (lambda: project(codes=code("A\n\tB", id_="A")), codes_are("A B")),
    "a code with an endless name": (lambda: project(codes=code(LONG, id_="A")), codes_are("n" * 490)),
    "a code that is a formula": (lambda: project(codes=code("=1+1", id_="A")), codes_are("=1+1")),
    "a code with markup": (lambda: project(codes=code("[red]<b>&", id_="A")), codes_are("[red]<b>&")),
    "a code with a colour that is none": (lambda: project(codes=code("A", more=' color="red"')), codes_are("A")),
    "a coding with a code that is missing": (
        lambda: project(codes=CODES, sources=[one(W, Selection(9, 12, [("Z", "Ann")]))]),
        left("a code that is not in the file"),
    ),
    "a coding by a user that is missing": (
        lambda: project(sources=[one(Selection(2, 8, [("A", "Zoe")]))]),
        coders_are("unknown coder"),
    ),
    "a file without users": (lambda: project(users={}), coders_are("unknown coder")),
    "users of the same name": (
        lambda: project(users={"Ann": "X", "Bob": "X"}, sources=[one(Selection(2, 8, [("A", "Ann"), ("A", "Bob")]))]),
        coders_are("X", "X (2)"),
    ),
    "a user with a comma and a line break": (
        lambda: project(users={"Ann": "Lee,\nAnn", "Bob": "B"}),
        coders_are("Lee; Ann"),
    ),
    "a user without a name": (lambda: project(users={"Ann": "", "Bob": "B"}), coders_are("unknown coder")),
    "a user called like us": (lambda: project(users={"Ann": "anna", "Bob": "B"}), coders_are("anna")),
    "the same coding twice": (
        lambda: project(sources=[one(W, W, Selection(2, 8, [("A", "Ann"), ("A", "Ann")]))]),
        left("codings that say what another says", 3),
    ),
    "sources of the same name": (
        lambda: zipped(
            ("project.qde", Project([one(W), Source("PU", "Other.")]).xml().replace('name="PU"', 'name="BU"').encode()),
            (f"sources/{guid('BU')}.txt", TEXT.encode()),
            (f"sources/{guid('PU')}.txt", b"Other."),
        ),
        says(documents=2),
    ),
    "the same text twice": (lambda: project(sources=[one(W), Source("PU", TEXT, [W])]), says(documents=2, codings=2)),
    "a source without a name": (lambda: project(sources=[Source("", TEXT, [W])]), says(documents=1)),
    "a source called like a terminal's orders": (
        lambda: project(sources=[Source("\u202e[2J=cmd|' /C calc'!A0", TEXT, [W])]),
        says(documents=1),
    ),
    "another namespace": (lambda: project(namespace="urn:QDA-XML:project:9.9"), says(documents=1, codings=1)),
    "no namespace": (lambda: project(namespace=""), says(documents=1, codings=1)),
    "no origin": (lambda: project(origin=""), says(codings=1)),
    "an origin that claims to be us": (
        lambda: project(origin=' origin="Second Coder 9"'),
        says(documents=1, codings=1),
    ),
    "elements of another namespace": (
        lambda: project(more='<x:y xmlns:x="urn:x"><Users><User guid="z"/></Users></x:y>'),
        says(codings=1),
    ),
    "a project called otherwise": (lambda: project(entry="My Study.QDE"), says(codings=1)),
    "a project in a folder": (lambda: project(entry="folder/project.qde"), says(codings=1)),
    "a note on a selection without a code": (
        lambda: project(sources=[one(Selection(2, 8, (), inside=refers("n")))], notes=note("n", "Look &amp; see")),
        memos_are("n\n\nLook & see"),
    ),
    "a note that refers to itself": (
        lambda: project(notes=note("n", "x", more="").replace("</Note>", refers("n") + "</Note>")),
        memos_are("n\n\nx"),
    ),
    "a note that is missing": (
        lambda: project(sources=[one(Selection(2, 8, inside=refers("gone")))]),
        left("notes that are missing"),
    ),
    "a note in a file that is missing": (
        lambda: project(notes=note("n", "", more=' plainTextPath="internal://gone.txt"')),
        memos_are(),
    ),
    "a case that refers to nothing": (
        lambda: project(cases=CASE),
        says(documents=1),
    ),
    "sets in circles": (
        lambda: project(more=SET),
        says(documents=1),
    ),
    "an empty list of sets": (lambda: project(more="<Sets/>"), says(documents=1)),
    "parts in another order": (lambda: project(more="<Users/><CodeBook/>"), says(codings=1)),
    "a million spaces": (lambda: project(sources=[one(W, text=TEXT + " " * 1_000_000)]), words_are("waited")),
    "one very long line": (lambda: project(sources=[one(W, text="I waited" + " on" * 100_000)]), words_are("waited")),
}


@pytest.mark.parametrize("name", TAKEN)
def test_it_comes_in_right(study: Study, tmp_path: Path, name: str) -> None:
    make, check = TAKEN[name]
    path = tmp_path / ("x.qde" if name == "a bare project file" else "x.qdpx")
    path.write_bytes(make())
    read = read_project(path, Wish())
    bring_project_in(study, actor(study), read)
    check(read, study)
    assert verify(study).ok


ODD_XML = {
    "positions that are no numbers": ('startPosition="2"', 'startPosition="two"', 0),
    "a position with spaces and a sign": ('startPosition="2"', 'startPosition=" +2 "', 1),
    "GUIDs in braces and capitals": (f'"{guid("A")}"', '"{' + guid("A").upper() + '}"', 1),
    "GUIDs that are none": (guid("A"), "c001", 1),
    "no selection's user": (f'creatingUser="{guid("Ann")}"', 'creatingUser=""', 1),
    "times of all kinds": ("<Coding ", '<Coding creationDateTime="2024-02-30T99:00" ', 1),
    "times with microseconds and zone": ("<Coding ", '<Coding creationDateTime="2024-02-03T04:05:06.789+02:00" ', 1),
    "times before all time": ("<Coding ", '<Coding creationDateTime="0001-01-01T00:00:00+14:00" ', 1),
    "a code without isCodable": (' isCodable="true"', "", 1),
    "Codebook for CodeBook": ("CodeBook", "Codebook", 1),
    "an XML byte-order mark": ("<?xml", "\ufeff<?xml", 1),
    "XML with CR LF": ("><", ">\r\n<", 1),
    "comments and instructions": ("<Users>", "<!-- <Users> --><?php echo 1 ?><Users>", 1),
    "CDATA": ("</Project>", "<Description><![CDATA[<b>&]]></Description></Project>", 1),
}


@pytest.mark.parametrize("name", ODD_XML)
def test_odd_xml_is_read_as_it_is_meant(study: Study, tmp_path: Path, name: str) -> None:
    old, new, codings = ODD_XML[name]
    xml = Project().xml()
    assert old in xml
    path = tmp_path / "x.qdpx"
    path.write_bytes(
        zipped(("project.qde", xml.replace(old, new).encode()), (f"sources/{guid('BU')}.txt", TEXT.encode()))
    )
    bring_project_in(study, actor(study), read_project(path, Wish()))
    assert sum(held(study)["codings"].values()) == codings
    assert verify(study).ok


def test_an_archive_of_too_many_entries_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    path = Project(entries={f"{n}.txt": b"" for n in range(3)}).write(tmp_path / "x.qdpx")
    with pytest.raises(BadInput, match="5 entries"):
        read_project(path, Wish())


@pytest.mark.parametrize("limit", ["MAX_XML", "MAX_TEXT", "MAX_TEXTS"])
def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(archives, limit, 20)
    path = Project().write(tmp_path / "x.qdpx")
    with pytest.raises(BadInput, match="the limit is"):
        read_project(path, Wish())


OWN = {
    "of another version": b'{"secondcoder":99,"log":"x"}\n',
    "that is no JSON": b"{{{\n\xff\xfe\n[1,2\n",
    "that is deep": b"[" * 100_000,
    "with half characters": b'{"secondcoder":1,"log":"x"}\n{"codes":{"x":{"name":"\\ud800"}}}\n',
    "with codes that are none": b'{"secondcoder":1,"log":"x"}\n{"codes":{"%s":{"name":7},"b":[]}}\n'
    % guid("A").encode(),
    "with segments that are none": b'{"secondcoder":1,"log":"x"}\n{"document":"%s","segments":[[0,99,"x"]]}\n'
    % guid("BU").encode(),
    "that is empty": b"",
}


@pytest.mark.parametrize("name", OWN)
def test_a_file_of_ours_that_is_not_ours_is_passed_over(study: Study, tmp_path: Path, name: str) -> None:
    made = Project(origin=' origin="Second Coder 1"', entries={"secondcoder/study.jsonl": OWN[name]})
    bring_project_in(study, actor(study), read_project(made.write(tmp_path / "x.qdpx"), Wish()))
    says(documents=1, codes=3, codings=1)(None, study)  # type: ignore[arg-type]


CODEBOOKS = {
    "not closed": ("<CodeBook><Codes></Cod>", "not well-formed"),
    "no codes": ('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "no codes"),
    "entities": (BOMB + "<CodeBook/>", "document type"),
    "a project without codes": ('<Project name="P"/>', "no codes"),
    "too deep": (f"<CodeBook><Codes>{nested_codes(60)}</Codes></CodeBook>", "deeper than 50"),
    "empty": ("", "not well-formed"),
}


@pytest.mark.parametrize("name", CODEBOOKS)
def test_a_bad_codebook_is_refused(shelf: Study, tmp_path: Path, name: str) -> None:
    study = shelf
    xml, said = CODEBOOKS[name]
    path = tmp_path / "x.qdc"
    path.write_text(xml, encoding="utf-8")
    before = entries(study)
    with pytest.raises(SecondCoderError, match=said):
        import_codebook(study, actor(study), read_codebook(path))
    assert entries(study) == before
