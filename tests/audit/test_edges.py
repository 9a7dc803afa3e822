"""Studies at the edge: every case gives right figures or says why there are none, and never ends in an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from suggest.audit.as_json import as_json
from suggest.audit.audit import Question, Report, audit
from suggest.audit.markdown import markdown
from suggest.audit.page import page
from suggest.audit.reading import Choice
from suggest.audit.telling import warnings
from suggest.study.codes import NewCode, Wording, add_codes
from suggest.study.documents import find_document
from suggest.study.erase import Erasure, erase
from suggest.study.imports import NewCoding, import_codings
from suggest.study.study import Study

Make = Callable[..., Desk]


def told(study: Study, **choice: object) -> Report:
    """The report, after it was told in every form."""
    report = audit(study, Question(Choice(**choice), by="document", half_width=0.1))  # type: ignore[arg-type]
    as_json(report)
    page(report, "x")
    markdown(report, "x")
    return report


def brought_in(desk: Desk, codes: dict[str, list[str]], *, apart: bool = False) -> None:
    """Codings of every segment by coders who apply their codes to every second one (`apart`: each to other ones)."""
    new, done = [], {}
    for n, (coder, given) in enumerate(codes.items()):
        for document in desk.documents:
            done[coder, document] = list(range(10))
            new += [
                NewCoding(coder, document, code, at, at, at)
                for code in given
                for at in range(10)
                if at % 2 == (n % 2 if apart else 0)
            ]
    import_codings(desk.study, desk.anna, "elsewhere", new, done)


def test_an_empty_study(tmp_path: object, make: Make) -> None:
    desk = make(sizes=())
    assert told(desk.study).pairs == ()
    assert "nothing to audit yet" in warnings(told(desk.study))[0]


def test_one_coder_only(make: Make) -> None:
    desk = make(sizes=(10,) * 3)
    brought_in(desk, {"cleo": [desk.codes["Doubts"]]})
    report = told(desk.study)
    assert report.pairs == () and "agreement between people cannot be told" in warnings(report)[0]


def test_all_coders_identical(make: Make) -> None:
    desk = make(sizes=(10,) * 12)
    brought_in(desk, {"cleo": [desk.codes["Doubts"]], "dan": [desk.codes["Doubts"]]})
    (pair,) = told(desk.study).pairs
    assert pair.pooled.alpha.value == pytest.approx(1)
    assert pair.pooled.alpha.interval is None and "no error" in (pair.pooled.alpha.open or "")
    unused = pair.codes[0]
    assert (unused.alpha.value, unused.positive_agreement, unused.agreement) == (None, None, 1.0)


def test_nobody_applied_anything(make: Make) -> None:
    desk = make(sizes=(10,) * 3)
    brought_in(desk, {"cleo": [], "dan": []})
    (pair,) = told(desk.study).pairs
    assert pair.pooled.alpha.undefined == "no variation" and pair.whole.masi.undefined == "no variation"
    assert pair.pooled.kappa.value is None and pair.pooled.ac1.value is None


def test_coders_who_never_agree(make: Make) -> None:
    desk = make(sizes=(10,) * 12)
    brought_in(desk, {"cleo": [desk.codes["Doubts"]], "dan": [desk.codes["Doubts"]]}, apart=True)
    (pair,) = told(desk.study).pairs
    assert (pair.pooled.both, pair.pooled.positive_agreement) == (0, 0.0)
    assert (pair.pooled.alpha.value or 0) < 0


def test_a_code_is_everything_there_is(make: Make) -> None:
    desk = make(sizes=(10,) * 3)
    brought_in(desk, {"cleo": [desk.codes["Setting/Place"]], "dan": []})
    (pair,) = told(desk.study, branch="Place").pairs
    assert [code.code for code in pair.codes] == [0] and len(pair.whole.levels) == 2


def test_thousands_of_codes(make: Make) -> None:
    desk = make(sizes=(10,) * 12)
    many = add_codes(desk.study, desk.anna, [NewCode(f"c{n}", Wording(f"Code {n}")) for n in range(2000)])
    brought_in(desk, {"cleo": [many["c1"], many["c1999"]], "dan": [many["c1999"]]})
    report = audit(desk.study, Question())
    (pair,) = report.pairs
    assert (pair.pooled.both, pair.pooled.only_a, len(pair.codes)) == (48, 48, 2007)


def test_an_erased_participant_counts_no_more(make: Make) -> None:
    desk = make(sizes=(10,) * 3)
    brought_in(desk, {"cleo": [desk.codes["Doubts"]], "dan": [desk.codes["Doubts"]]})
    before = told(desk.study).pairs[0]
    document = find_document(desk.study, "D0")
    erase(desk.study, Erasure(document.id, "segments", ((0, 3),)), desk.anna)
    after = told(desk.study).pairs[0]
    assert (before.segments, after.segments) == (27, 23)
    erase(desk.study, Erasure(document.id, "document", ((0, 9),)), desk.anna)
    assert told(desk.study).pairs[0].documents == 2


def test_coders_without_a_segment_in_common(make: Make) -> None:
    desk = make(sizes=(10, 10))
    done = {("cleo", desk.documents[0]): list(range(10)), ("dan", desk.documents[1]): list(range(10))}
    import_codings(desk.study, desk.anna, "elsewhere", [], done)
    report = told(desk.study)
    assert report.pairs == () and report.groups == ()
    assert "no figures of reliability" in " ".join(warnings(report))
