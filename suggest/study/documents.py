"""Documents: reading them, describing them, roles and consent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.events import FLAGS, ROLES
from suggest.study.log import EntryRef
from suggest.study.people import check_text
from suggest.study.study import Study
from suggest.study.told_apart import refuse_shared, told_apart


@dataclass(frozen=True)
class Document:
    """A stored document. `length` in code points, `version` counts corrections, `first` numbers its first segment.

    `consent` holds (speaker name or None for all, flag).
    """

    id: str
    label: str
    unit: str
    attributes: Mapping[str, str]
    length: int
    version: int
    first: int
    count: int
    data: int
    state: str
    consent: tuple[tuple[str | None, str], ...] = ()


_DOCUMENT = "SELECT document, label, unit, attributes, length, version, first, count, data, state FROM document"


def list_documents(study: Study, *, erased: bool = False) -> list[Document]:
    """The documents in the order in which they came; erased ones only if asked for."""
    rows = study.db.execute(f"{_DOCUMENT} WHERE state = 'present' OR ? ORDER BY n", (erased,)).fetchall()
    return [_document(study, row) for row in rows]


def newest_document(study: Study) -> int:
    """The rank of the document that came last, -1 if there is none: it rises with every new one."""
    row = study.db.execute("SELECT n FROM document ORDER BY n DESC LIMIT 1").fetchone()
    return int(row[0]) if row else -1


def get_document(study: Study, id_: str) -> Document:
    """The document of that id; KeyError if there is none."""
    row = study.db.execute(f"{_DOCUMENT} WHERE document = ?", (id_,)).fetchone()
    if row is None:
        raise KeyError(id_)
    return _document(study, row)


def find_document(study: Study, ref: str) -> Document:
    """The document of that label or id; BadInput naming the labels there are, or those that several have."""
    known = list_documents(study)
    labels = shown_labels(known)
    for document, label in zip(known, labels, strict=True):
        if ref in (label, document.id):
            return document
    refuse_shared(ref, [(document.id, label) for document, label in zip(known, labels, strict=True)], "documents")
    listed = ", ".join(labels[:12])
    raise BadInput("no document has this label.", place=ref, advice=f"There are: {listed or 'none yet'}.")


def shown_labels(known: Sequence[Document]) -> list[str]:
    """Their labels; those that sites gave to several at once with a mark each, so that every document can be named."""
    return told_apart([(document.id, document.label) for document in known])


def _document(study: Study, row: tuple[str, str, str, str | None, int, int, int, int, int, str]) -> Document:
    id_, label, unit, attributes, length, version, first, count, data, state = row
    body = study.contents.body(attributes) if attributes else None
    consent = study.db.execute(
        "SELECT c.speaker, s.name, c.flag FROM consent c LEFT JOIN speaker s ON s.document = c.document "
        "AND s.n = c.speaker WHERE c.document = ? ORDER BY c.speaker, c.flag",
        (id_,),
    ).fetchall()
    flags = tuple((study.contents.text(name) if name else None, flag) for _, name, flag in consent)
    named = json.loads(body) if body else {}
    return Document(id_, study.contents.text(label), unit, named, length, version, first, count, data, state, flags)


def document_text(study: Study, id_: str) -> str:
    """The present text; "" if it was erased."""
    row = study.db.execute("SELECT text FROM document WHERE document = ?", (id_,)).fetchone()
    return (study.contents.body(row[0]) or "") if row else ""


def check_label(label: str) -> None:
    """BadInput for what no document can be called."""
    if not label.strip() or len(label) > 200 or "\n" in label:
        raise BadInput("a document's label is one line of 1 to 200 characters.")
    check_text(label)


def describe(
    study: Study,
    actor: str,
    document: Document,
    *,
    label: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> EntryRef:
    """Give a document another label, or set attributes (others stay; an empty value takes one away)."""
    if label is not None:
        check_label(label)
    for text in (*(attributes or {}).keys(), *(attributes or {}).values()):
        check_text(text)
    if label is not None and any(other.label == label for other in list_documents(study) if other.id != document.id):
        raise BadInput("the label is taken.", place=label)
    merged = {key: value for key, value in {**document.attributes, **(attributes or {})}.items() if value}
    with study.write(actor) as writer:
        return writer.append(
            "document_described",
            {
                "document": document.id,
                "label": writer.content("label", label) if label is not None else None,
                "attributes": writer.content("attributes", json.dumps(merged, sort_keys=True))
                if attributes is not None
                else None,
            },
        )


def speaker_number(study: Study, document: Document, name: str) -> int:
    """The number of a speaker in a document; BadInput naming the speakers there are."""
    known = {
        study.contents.text(content): n
        for n, content in study.db.execute("SELECT n, name FROM speaker WHERE document = ? ORDER BY n", (document.id,))
    }
    if name not in known:
        raise BadInput(f"no such speaker in {document.label}.", place=name, advice=f"There are: {', '.join(known)}.")
    return int(known[name])


def set_consent(study: Study, actor: str, document: Document, speaker: str | None, flag: str, on: bool) -> EntryRef:
    """Set or lift `local_only`, `no_quote` or `exclude` for a document or for one of its speakers."""
    if flag not in FLAGS:
        raise BadInput("no such consent flag.", place=flag, advice=f"There are: {', '.join(FLAGS)}.")
    number = None if speaker is None else speaker_number(study, document, speaker)
    with study.write(actor) as writer:
        return writer.append("consent_set", {"document": document.id, "speaker": number, "flag": flag, "on": on})


def set_role(
    study: Study, actor: str, document: Document, role: str, *, speaker: str | None = None, ordinals: Sequence[int] = ()
) -> EntryRef:
    """Make a speaker's segments, or those of the given ordinals, `data`, `prompt` or `other`."""
    if role not in ROLES:
        raise BadInput("no such role.", place=role, advice=f"There are: {', '.join(ROLES)}.")
    chosen = sorted(ordinals)
    if speaker is not None:
        number = speaker_number(study, document, speaker)
        rows = study.db.execute(
            "SELECT ord FROM segment WHERE document = ? AND speaker = ? ORDER BY ord", (document.id, number)
        )
        chosen = [row[0] for row in rows]
    with study.write(actor) as writer:
        return writer.append("role_set", {"document": document.id, "segments": ranges(chosen), "role": role})


def ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as [first, last] pairs, both included."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
