"""What a conflict is about, in the names that people know: a code's path, a document's label, a citation."""

from __future__ import annotations

import json
from collections.abc import Callable

from suggest.study.cites import cite_of
from suggest.study.codes import read_codes
from suggest.study.conflicts import Conflict
from suggest.study.documents import list_documents, shown_labels
from suggest.study.hosts import host_name
from suggest.study.people import coders
from suggest.study.rounds import rounds
from suggest.study.study import Study


def conflict_names(study: Study) -> Callable[[Conflict], str]:
    """Names for the subjects of conflicts, "" where there is none to tell. Use it while the study is open."""
    paths = {code.id: code.path_text for code in read_codes(study, all_states=True)}
    documents = list_documents(study)
    labels = {item.id: label for item, label in zip(documents, shown_labels(documents), strict=True)}
    people = {coder.id: coder.name for coder in coders(study)}
    opened = {round_.id: round_.name for round_ in rounds(study)}

    def name(conflict: Conflict) -> str:
        found = [_name(conflict.rule, subject) for subject in conflict.subjects]
        if conflict.rule == "code_name":  # they are told apart by their ids alone
            found = [f"{found[0]} [{'], ['.join(conflict.subjects)}]"]
        return ", ".join(text for text in found if text)

    def _name(rule: str, subject: str) -> str:
        if rule.startswith("code_"):
            return paths.get(subject, "a code whose making was undone")
        if rule in _OF_DOCUMENTS:
            return labels.get(subject, "a document that was withdrawn")
        if rule == "second_words":
            text, _, part = subject.rpartition(".")
            return _paragraph(study, labels, text, int(part))
        if rule in ("settled", "unit"):
            return cite_of(study, subject) or "a segment that was withdrawn"
        if rule == "setting":
            return subject
        if rule == "host":
            return host_name(study, subject)
        if rule == "profile":
            return _profile(study, subject)
        return {**people, **opened}.get(subject, "")

    return name


_OF_DOCUMENTS = (
    "label", "label_shared", "text_shared", "attributes", "consent", "role", "correction", "erased", "drawn",
    "second_text", "second_removed",
)  # fmt: skip


def _profile(study: Study, key: str) -> str:
    row = study.db.execute("SELECT spec FROM profile WHERE name = ? AND spec IS NOT NULL", (key,)).fetchone()
    body = study.contents.body(row[0]) if row else None
    return str(json.loads(body)["name"]) if body else ""


def _paragraph(study: Study, labels: dict[str, str], text: str, part: int) -> str:
    """Where a part of a second text stands, as it is cited."""
    row = study.db.execute(
        "SELECT s.document, p.first FROM second_text s JOIN second_part p USING (text) WHERE s.text = ? AND p.n = ?",
        (text, part),
    ).fetchone()
    gone = "words beside a text that were taken out"
    return gone if row is None else cite_of(study, "{}.{}".format(*row)) or labels.get(row[0], gone)
