"""A project meets a study that has something already: nothing twice, nobody's words changed, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from refi_files import Project, Selection, Source, code, held

from suggest.errors import BadInput, UsageError
from suggest.exchange.bring_in import Wish, bring_in, read_files
from suggest.exchange.codebook import import_codebook, read_codebook
from suggest.exchange.outgoing import OutOptions
from suggest.exchange.refi.codebook_out import write_codebook
from suggest.exchange.refi.project_in import read_project
from suggest.exchange.refi.project_stored import BroughtIn, bring_project_in
from suggest.study.codes import NewCode, Wording, add_codes, read_codes
from suggest.study.documents import list_documents
from suggest.study.rounds import rounds
from suggest.study.runs import start_run
from suggest.study.settings import set_setting
from suggest.study.study import Study

TEXT = "I waited for hours.\nNobody came.\n"
BASE = Project([Source("BU", TEXT, [Selection(2, 8), Selection(20, 26, [("B", "Bob")])])])


@pytest.fixture
def bring(study: Study, anna: str, tmp_path: Path) -> Callable[..., BroughtIn]:
    def run(project: Project = BASE, *, again: bool = False, **wish: object) -> BroughtIn:
        read = read_project(project.write(tmp_path / "x.qdpx"), Wish(**wish))  # type: ignore[arg-type]
        return bring_project_in(study, anna, read, again=again)

    return run


def test_codings_get_a_round_of_their_own_in_which_their_segments_are_done(
    study: Study, bring: Callable[..., BroughtIn]
) -> None:
    done = bring()
    assert (done.codings, done.round, done.new_coders) == (2, "P", ("Ann", "Bob"))
    assert [(item.name, item.purpose) for item in rounds(study)] == [("main", "main"), ("P", "imported")]
    assert study.db.execute(
        "SELECT count(*) FROM unit WHERE actual = 'blind' AND completed IS NOT NULL"
    ).fetchone() == (2,)


def test_a_foreign_file_is_said_not_to_tell_what_was_read_without_a_code(tmp_path: Path) -> None:
    said = " ".join(read_project(BASE.write(tmp_path / "x.qdpx"), Wish()).notices)
    assert "Only segments that bear a code count as answered" in said
    assert "on screen" not in said


def test_the_same_project_twice_is_refused_unless_again(
    study: Study, bring: Callable[..., BroughtIn], entries: Callable[[], int]
) -> None:
    bring()
    before = entries()
    with pytest.raises(BadInput, match="everything in this project is in the study already"):
        bring()
    assert entries() == before
    again = bring(again=True)
    assert (again.codings, [item.label for item in list_documents(study)]) == (2, ["BU", "BU (2)"])


def test_codings_go_to_the_text_that_the_study_has(
    study: Study, anna: str, bring: Callable[..., BroughtIn], write: Callable[..., Path]
) -> None:
    bring_in(study, anna, read_files([write("Ward.txt", TEXT)], Wish()))
    done = bring()
    assert done.new == (False,)
    assert {key[:4] for key in held(study)["codings"]} == {("Ward", 2, 8, "Ann"), ("Ward", 20, 26, "Bob")}
    assert "in the study already, with the same text" in " ".join(done.notices)


def test_only_what_is_new_comes_a_second_time(study: Study, bring: Callable[..., BroughtIn]) -> None:
    bring()
    more = Project([Source("BU", TEXT, [*BASE.sources[0].selections, Selection(9, 12, [("C", "Ann")])])])
    done = bring(more)
    assert (done.codings, done.codes, done.new) == (1, 0, (False,))
    assert "2 codings are in the study already" in " ".join(done.notices)


def test_a_label_that_is_taken_gets_a_number(
    study: Study, anna: str, bring: Callable[..., BroughtIn], write: Callable[..., Path]
) -> None:
    bring_in(study, anna, read_files([write("BU.txt", "Something else.\n")], Wish()))
    assert "have got a number: BU (2)" in " ".join(bring().notices)


def test_codes_of_the_study_keep_their_words(study: Study, anna: str, bring: Callable[..., BroughtIn]) -> None:
    ids = add_codes(study, anna, [NewCode("1", Wording("a", "what we mean"))])
    done = bring(Project(codes=code("A", code("B"), description="what they mean") + code("C")))
    assert done.codes == 2
    assert [(item.path_text, item.wording.definition) for item in read_codes(study)] == [
        ("a", "what we mean"), ("a > B", ""), ("C", "")
    ]  # fmt: skip
    assert [one.code for one in _codings(study)] == [ids["1"]]
    assert "1 codes have other words in the study, which stay: a" in " ".join(done.notices)


def _codings(study: Study) -> list[object]:
    from suggest.study.units import codings

    return list(codings(study))


def test_a_model_of_the_study_is_nobody_who_coded(study: Study, anna: str, bring: Callable[..., BroughtIn]) -> None:
    start_run(study, anna, profile="x", identity="x", parameters={}, prompt=None, threshold=None, training=None,
              codes=None, segments=1)  # fmt: skip
    bring(Project(users={"Ann": "model:x", "Bob": "B"}))
    assert {key[3] for key in held(study)["codings"]} == {"model:x (imported)"}


@pytest.mark.parametrize(("timing", "kept"), [("off", None), ("coarse", "05:00Z"), ("full", "05:06Z")])
def test_times_are_kept_as_finely_as_the_study_keeps_time(
    study: Study, anna: str, tmp_path: Path, timing: str, kept: str | None
) -> None:
    set_setting(study, anna, "timing", timing)
    path = tmp_path / "x.qdpx"
    xml = Project(
        [Source("BU", TEXT, [Selection(2, 8)], path="", further=f"<PlainTextContent>{TEXT}</PlainTextContent>")]
    )
    stamped = xml.xml().replace("<Coding ", '<Coding creationDateTime="2024-02-03T04:05:06Z" ')
    (tmp_path / "x.qde").write_text(stamped)
    bring_project_in(study, anna, read_project(path.with_suffix(".qde"), Wish()))
    (time,) = {key[5] for key in held(study)["codings"]}
    assert time is None if kept is None else time == f"2024-02-03T04:{kept}"


def test_a_coding_of_a_whole_document_runs_over_all_of_it(study: Study, bring: Callable[..., BroughtIn]) -> None:
    from refi_files import guid

    whole = f'<Coding guid="{guid("w")}" creatingUser="{guid("Bob")}"><CodeRef targetGUID="{guid("C")}"/></Coding>'
    bring(Project([Source("BU", TEXT, [], further=whole)]))
    assert {key[:5] for key in held(study)["codings"]} == {("BU", 0, len(TEXT), "Bob", ("C",))}


def test_a_coding_is_listed_under_the_turn_whose_label_it_begins_with(
    study: Study, bring: Callable[..., BroughtIn]
) -> None:
    talk = "I: Why so?\nR1: I waited.\nI: And then?\nR1: Nothing.\n"
    at = talk.index("R1: I")
    bring(Project([Source("BU", talk, [Selection(at, at + 12), Selection(3, 10), Selection(at, len(talk))])]))
    rows = study.db.execute('SELECT start, "end", segment FROM coding ORDER BY start, "end"').fetchall()
    assert rows == [(3, 10, 0), (at, at + 12, 1), (at, len(talk), 1)]
    done = study.db.execute("SELECT segment FROM unit WHERE completed IS NOT NULL ORDER BY segment").fetchall()
    assert done == [(1,), (3,)]  # the moderator's turns are not data


def test_a_project_among_single_files_is_told_how_it_comes_in(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="brings all of it in"):
        read_files([BASE.write(tmp_path / "x.qdpx")], Wish())


def test_unit_and_attributes_of_the_call_hold_for_its_documents(study: Study, bring: Callable[..., BroughtIn]) -> None:
    bring(unit="sentence", attributes={"site": "Ulm"})
    (document,) = list_documents(study)
    assert (document.unit, dict(document.attributes), document.count) == ("sentence", {"site": "Ulm"}, 2)
    with pytest.raises(UsageError, match="--label"):
        bring(label="X")


def test_a_codebook_goes_out_and_comes_in_again_with_all_its_words(study: Study, anna: str, tmp_path: Path) -> None:
    words = Wording(
        "Care", "what helps", "when one helps", "when one is paid", ("“She sat with me.”", "two"), None, "#aabbcc"
    )
    ids = add_codes(
        study, anna, [NewCode("1", words), NewCode("2", Wording("Time", "a"), "1"), NewCode("3", Wording("Time"))]
    )
    assert len(ids) == 3
    write_codebook(study, tmp_path / "c.qdc", OutOptions())
    with Study.create(tmp_path / "other.db", "O", "bo") as other:
        (bo,) = other.db.execute("SELECT coder FROM coder").fetchone()
        import_codebook(other, bo, read_codebook(tmp_path / "c.qdc"))
        assert held(other)["codes"] == held(study)["codes"]
        again = import_codebook(other, bo, read_codebook(tmp_path / "c.qdc"))
        assert (again.added, len(again.known)) == ((), 3)
