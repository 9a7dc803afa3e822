"""What an erasure or a mask takes out of second texts: the contents that stand beside withdrawn words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from suggest.study import events
from suggest.study.documents import Document
from suggest.study.log import entries
from suggest.study.study import Study

KIND = "second"
"""The kind of content that the words of second texts are."""
KINDS = ("second_text_added", "second_text_corrected", "second_text_marked")
Mask = Callable[[str], str]


def contents_beside(
    study: Study, document: str, ranges: Sequence[tuple[int, int]] | None
) -> Iterator[tuple[str, bool]]:
    """(content, whether it is words of a text rather than what was said of it) of all that was ever brought in, said
    or put right beside these segments (ordinals, both included); None: beside the whole document.

    From the log, so that texts that are not in use, and older words, are found as well.
    """
    places: dict[tuple[str, int], bool] = {}
    for kind in KINDS:
        for entry in [*entries(study.db, kind=kind)]:
            payload = entry.payload
            if payload["document"] != document:
                continue
            if kind == "second_text_added":
                if ranges is None:
                    yield from ((today(study, content), True) for content in events.contents(kind, payload))
                for n, (first, last, words) in enumerate(payload["parts"], payload["first"]):
                    beside = ranges is None or any(first <= high and low <= last for low, high in ranges)
                    places[payload["text"], n] = beside
                    if beside and words:
                        yield today(study, words), True
            elif ranges is None or places.get((payload["text"], payload["part"])):
                for content in events.contents(kind, payload):
                    yield today(study, content), kind == "second_text_corrected"


def today(study: Study, content: str) -> str:
    """The content that stands for this one now, which masks and erasures may have replaced in turn."""
    while row := study.db.execute("SELECT new FROM replacement WHERE old = ?", (content,)).fetchone():
        content = row[0]
    return content


def documents_of(study: Study, content: str) -> list[str]:
    """The documents (ids) beside whose text these words stand, or stood."""
    found = study.db.execute(
        "SELECT s.document FROM second_text s JOIN second_part p ON p.text = s.text WHERE ? IN (p.words, p.added)",
        (content,),
    ).fetchall()
    return [document for (document,) in found]


@dataclass
class MaskedParts:
    """What a mask does to second texts: contents that get other bodies, contents that go, and the parts (text,
    number) whose present words change."""

    replaced: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)


def masked_parts(
    study: Study, document: Document, ordinals: Iterable[tuple[int, int]] | None, mask: Mask
) -> MaskedParts:
    """What `mask` changes in the parts beside these segments (ordinals, both included; None: in all parts), and in
    what was said of any part. Older words of a part go where the mask would change them."""
    chosen = None if ordinals is None else [*ordinals]
    done = MaskedParts()
    rows = study.db.execute(
        "SELECT p.text, p.n, p.first, p.last, p.added, p.words FROM second_part p "
        "JOIN second_text s ON s.text = p.text WHERE s.document = ? AND p.words IS NOT NULL ORDER BY p.text, p.n",
        (document.id,),
    ).fetchall()
    for text, n, first, last, added, words in rows:
        if chosen is None or any(first <= high and low <= last for low, high in chosen):
            _mask_part(study, done, (text, n), added, words, mask)
    said = study.db.execute(
        "SELECT a.words FROM second_act a JOIN second_text s ON s.text = a.text "
        "WHERE s.document = ? AND a.words IS NOT NULL AND a.action <> 'corrected' ORDER BY a.words",
        (document.id,),
    ).fetchall()
    for (content,) in said:
        _replace(study, done, content, mask)
    return done


def _mask_part(
    study: Study, done: MaskedParts, part: tuple[str, int], added: str | None, words: str, mask: Mask
) -> None:
    if _replace(study, done, words, mask):
        done.parts.append(part)
    older = study.db.execute(
        "SELECT words FROM second_act WHERE text = ? AND n = ? AND action = 'corrected'", part
    ).fetchall()
    for content in {added, *(content for (content,) in older)} - {None, words}:
        body = study.contents.body(content)
        if body is not None and mask(body) != body:
            done.gone.append(content)


def _replace(study: Study, done: MaskedParts, content: str, mask: Mask) -> bool:
    body = study.contents.body(content)
    if body is None or (masked := mask(body)) == body:
        return False
    done.replaced[content] = masked
    return True
