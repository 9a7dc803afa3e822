"""Writing second texts: bringing one in, correcting and marking its parts, masking words in it, taking it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suggest.errors import BadInput
from suggest.study.documents import Document
from suggest.study.events import MARKS
from suggest.study.local_state import set_state
from suggest.study.log import EntryRef, Writer
from suggest.study.people import check_text
from suggest.study.second_erasing import KIND
from suggest.study.second_text import Part, SecondReader, SecondText
from suggest.study.segments import CHUNK
from suggest.study.study import Study

MAX_WORDS = 1_000_000


@dataclass(frozen=True)
class NewPart:
    """The words beside the segments with the ordinals first to last; "" where there are none."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class NewSecond:
    """A second text to be stored: parts ascending and apart; language and file name may be ""."""

    side: str
    parts: Sequence[NewPart]
    language: str = ""
    name: str = ""


def add_second(study: Study, actor: str, document: Document, new: NewSecond) -> str:
    """Store a document's second text; its id. BadInput if it has one already."""
    with study.write(actor) as writer:
        held = SecondReader(study).of(document.id)
        if held is not None:
            raise BadInput(
                f"the document has its {held.side} already; nothing was stored.",
                file=document.label,
                advice="'translations STUDY correct' changes a paragraph, 'translations STUDY remove' takes it out.",
            )
        return add_second_within(writer, document.id, document.count, new)


def add_second_within(writer: Writer, document: str, segments: int, new: NewSecond) -> str:
    """As `add_second`, inside an open transaction, to a document (an id) of so many segments that has none.

    What stands beside segments that were withdrawn is not stored.
    """
    place = 0
    for part in new.parts:
        if not place <= part.first <= part.last < segments:
            raise BadInput("the parts of a second text overlap, or lie outside of the document.")
        place = part.last + 1
        check_text(part.words)
    check_text(new.language)
    check_text(new.name)
    id_ = writer.new_id("x")
    for first in range(0, len(new.parts), CHUNK):
        writer.append(
            "second_text_added",
            {
                "document": document,
                "text": id_,
                "side": new.side,
                "language": writer.content("language", new.language) if new.language else None,
                "name": writer.content("name", new.name) if new.name else None,
                "first": first,
                "parts": [
                    [part.first, part.last, _stored(writer, document, part)]
                    for part in new.parts[first : first + CHUNK]
                ],
            },
        )
    return id_


def _stored(writer: Writer, document: str, part: NewPart) -> str | None:
    base, _ = writer.fold.span(document)
    withdrawn = any(writer.fold.pages.has("erased", base + n) for n in range(part.first, part.last + 1))
    return None if withdrawn or not part.words.strip() else writer.content(KIND, part.words)


def correct_part(study: Study, actor: str, document: Document, part: Part, words: str) -> EntryRef:
    """Put other words in a part's place. BadInput if nothing changes, or for a part that was withdrawn."""
    check_words(words)
    with study.write(actor) as writer:
        text, now = standing(study, document, part.number)
        if not words.strip() or words == now.words:
            raise BadInput("the words are the same as before, or none; nothing was stored.", file=document.label)
        return writer.append(
            "second_text_corrected",
            {"document": document.id, "text": text.id, "part": part.number, "words": writer.content(KIND, words)},
        )


def check_words(words: str) -> None:
    """BadInput for words that cannot be stored."""
    check_text(words)
    if len(words) > MAX_WORDS:
        raise BadInput(f"a text is longer than {MAX_WORDS:,} characters.")


def mark(study: Study, actor: str, document: Document, part: int, action: str, words: str = "") -> EntryRef:
    """Say something of a part (a number): "check", "query" (with words), "answer" or "draft"."""
    with study.write(actor) as writer:
        return mark_within(study, writer, document, part, action, words)


def mark_within(
    study: Study,
    writer: Writer,
    document: Document,
    part: int,
    action: str,
    words: str = "",
    *,
    ref: str | None = None,
    seen: str | None = None,
) -> EntryRef:
    """As `mark`, inside an open transaction. `ref` is the digest of a client's own id for it, `seen` the id of the
    words that were on screen, where they are known: BadInput if others stand there now."""
    assert action in MARKS
    text, now = standing(study, document, part)
    check_words(words)
    if seen is not None and seen != now.content:
        raise BadInput(
            f"the {text.side} was changed in the meantime; nothing was stored.",
            file=document.label,
            advice="Read it again.",
        )
    if action == "check" and now.content is None:
        raise BadInput("there are no words to check here.", file=document.label)
    if action == "query" and not words.strip():
        raise BadInput("a query needs words: say what is in question.", file=document.label)
    if action == "answer" and not now.state.queries:
        raise BadInput("no question is open here.", file=document.label)
    if action == "draft" and writer.actor not in (*now.state.checked_by, *(who for who, _ in now.state.queries)):
        raise BadInput("nothing of yours stands here that could be taken back.", file=document.label)
    return writer.append(
        "second_text_marked",
        {
            "document": document.id,
            "text": text.id,
            "part": part,
            "action": action,
            "of": now.content,
            "words": writer.content("query", words) if words.strip() else None,
            "ref": ref,
        },
    )


def standing(study: Study, document: Document, part: int) -> tuple[SecondText, Part]:
    """A document's second text and one of its parts (a number); BadInput if there is none, or it was withdrawn."""
    reader = SecondReader(study)
    text = reader.of(document.id)
    if text is None:
        raise BadInput(
            "no original and no translation stands beside this document.",
            file=document.label,
            advice=f"'secondcoder add STUDY FILE --original-of {document.label}' brings one in.",
        )
    found = reader.part(text, part)
    if found is None or found.state.state == "withdrawn":
        raise BadInput(f"nothing of the {text.side} stands there, or it was withdrawn.", file=document.label)
    return text, found


def remove_second(study: Study, actor: str, document: Document) -> EntryRef:
    """Take a document's second text out of this file for good, with what was said of it.

    Copies and backups keep it: to withdraw words, erase them.
    """
    from suggest.study.masking import finish_mask

    with study.write(actor) as writer:
        text = SecondReader(study).of(document.id)
        if text is None:
            raise BadInput("no original and no translation stands beside this document.", file=document.label)
        entry = writer.append("second_text_removed", {"document": document.id, "text": text.id})
        writer.fold.flush()
        study.db.execute(
            "DELETE FROM content WHERE id IN (SELECT content FROM tombstone WHERE replica = ? AND seq = ?)", entry
        )
        set_state(study.db, "scrub", "pending")
    finish_mask(study)
    return entry
