"""What must hold of a study whatever happened, by slow definitions: words, counters, sets, second answers, the tree."""

from __future__ import annotations

import json
from typing import Any

from histories import MARK, WORD

from suggest.study import again, codes, documents, rounds
from suggest.study.documents import document_text
from suggest.study.pages import PAGE, positions, unpack
from suggest.study.study import Study
from suggest.study.tree import CodeTree
from suggest.study.verify import verify


def check(study: Study, tools: Any, words: dict[tuple[str, int, int], list[str]]) -> None:
    """Everything that must hold of a study at any time."""
    verdict = verify(study)
    assert verdict.ok, verdict.first_bad
    here, anew = tools.rows(study.db), tools.folded(study)
    for table in here:
        assert here[table] == anew[table], table
    assert MARK not in tools.log_text(study)
    check_words(study, words)
    check_counters(study)
    check_pages(study)
    check_second_answers(study)
    check_tree(study)


def check_words(study: Study, words: dict[tuple[str, int, int], list[str]]) -> None:
    texts = {document.id: document_text(study, document.id) for document in documents.list_documents(study)}
    undone = {row[0] for row in study.db.execute("SELECT document FROM correction WHERE live = 0")}
    for replica, seq, i, document, start, end in study.db.execute(
        'SELECT replica, seq, i, document, start, "end" FROM coding'
    ):
        if (replica, seq, i) not in words:
            continue
        left = [word for word in words[replica, seq, i] if word in texts[document]]
        under = [m.group() for m in WORD.finditer(texts[document]) if start <= m.start() and m.end() <= end]
        if document in undone:
            # Its writer may have had words before him that were gone there and are here again.
            assert [word for word in under if word in left] == left
        else:
            assert under == left
    for document, start, end in study.db.execute('SELECT document, start, "end" FROM segment'):
        assert 0 <= start < end <= len(texts[document])


def check_counters(study: Study) -> None:
    db = study.db
    for round_, coder, remaining, completed in db.execute("SELECT * FROM membership").fetchall():
        bits = db.execute("SELECT bits FROM pages WHERE name = ?", (f"left:{round_}:{coder}",)).fetchall()
        assert remaining == sum(unpack(row[0]).bit_count() for row in bits)
        assert (completed,) == db.execute(
            "SELECT count(*) FROM unit WHERE round = ? AND coder = ? AND completed IS NOT NULL", (round_, coder)
        ).fetchone()
    for bits, count in db.execute("SELECT bits, count FROM pages"):
        assert unpack(bits).bit_count() == count > 0
    tally = dict(db.execute("SELECT key, n FROM tally WHERE name = 'decision'").fetchall())
    counted = db.execute("SELECT action, count(*) FROM act WHERE kind = 'decided' AND live = 1 GROUP BY action")
    assert tally == dict(counted.fetchall())
    for run, suggested, no_code, failed in db.execute("SELECT run, suggested, no_code, failed FROM run").fetchall():
        sets = [json.loads(row[0]) for row in db.execute("SELECT candidates FROM suggestion_set WHERE run = ?", (run,))]
        fitting = sum(any(item["fits"] for item in candidates) for candidates in sets)
        assert (suggested, no_code) == (fitting, len(sets) - fitting)
        assert (failed,) == db.execute("SELECT count(*) FROM failure WHERE run = ?", (run,)).fetchone()
    for document, data in db.execute("SELECT document, data FROM document").fetchall():
        query = "SELECT count(*) FROM segment WHERE document = ? AND role = 'data'"
        assert (data,) == db.execute(query, (document,)).fetchone()


def held(study: Study, name: str) -> set[int]:
    rows = study.db.execute("SELECT page, bits FROM pages WHERE name = ?", (name,)).fetchall()
    return {page * PAGE + place for page, bits in rows for place in positions(unpack(bits))}


def check_pages(study: Study) -> None:
    """What is left and what is next, by the slow definition."""
    db = study.db
    data = {row[0] for row in db.execute("SELECT n FROM segment WHERE role = 'data'")}
    assert held(study, "data") == data
    excluded = {
        row[0]
        for row in db.execute(
            "SELECT s.n FROM segment s JOIN consent c ON c.document = s.document AND c.flag = 'exclude' "
            "AND (c.speaker = -1 OR c.speaker = s.speaker)"
        )
    }
    for round_, chosen, purpose, overlap in db.execute(
        "SELECT round, documents, purpose, overlap FROM round"
    ).fetchall():
        done: dict[int, int] = {}
        query = "SELECT segment FROM unit WHERE round = ? AND completed IS NOT NULL"
        for (number,) in db.execute(query, (round_,)):
            done[number] = done.get(number, 0) + 1
        core = held(study, f"core:{round_}")
        full = {n for n, count in done.items() if 0 < overlap <= count and n not in core}
        for (coder,) in db.execute("SELECT coder FROM membership WHERE round = ?", (round_,)).fetchall():
            query = "SELECT documents, segments FROM assignment WHERE round = ? AND coder = ?"
            row = db.execute(query, (round_, coder)).fetchone()
            parts = dict(json.loads(row[1])) if row and row[1] else None
            left = set()
            for n, document, place in db.execute("SELECT n, document, ord FROM segment").fetchall():
                allowed = all(document in json.loads(ids) for ids in (chosen, row and row[0]) if ids)
                if parts is not None:
                    allowed = allowed and any(low <= place <= high for low, high in parts.get(document, ()))
                if purpose == "stability":
                    allowed = n in held(study, f"arm:{round_}:{coder}")
                if allowed and purpose != "imported" and n in data - excluded - full:
                    left.add(n)
            query = "SELECT segment FROM unit WHERE round = ? AND coder = ? AND {} IS NOT NULL"
            left -= {row[0] for row in db.execute(query.format("completed"), (round_, coder))}
            later = {row[0] for row in db.execute(query.format("later"), (round_, coder))}
            assert held(study, f"left:{round_}:{coder}") == left
            assert held(study, f"next:{round_}:{coder}") == left - later


def check_second_answers(study: Study) -> None:
    """They stand apart: in no list of codings, and whoever reads both answers gets through."""
    query = "SELECT count(*) FROM coding JOIN round USING (round) WHERE purpose = 'stability'"
    assert study.db.execute(query).fetchone() == (0,)
    for item in rounds.rounds(study):
        for held_back in again.answered_twice(study, item):
            assert len(held_back.answered) <= held_back.came_back


def check_tree(study: Study) -> None:
    tree: CodeTree = codes.load_tree(study)
    for code in tree.codes:
        assert tree.path(code)[-1] == code
        assert tree.codes[tree.resolve(code)].heir is None
    for code, applied in study.db.execute("SELECT code, code_applied FROM coding"):
        assert code == (tree.resolve(applied) if applied in tree.codes else applied)
