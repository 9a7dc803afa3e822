"""Finding the segments whose words stand in texts of the researchers' own, such as the examples of codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggest.study.documents import Document, list_documents
from suggest.study.overlap import RUN, Runs, mask_runs, words_of
from suggest.study.segments import segments
from suggest.study.study import Study

LEFT_OUT = "[left out]"
"""What stands for words that are kept back."""

SHORT = 4
"""A segment of fewer words is not looked for inside a longer text: such words stand anywhere."""


@dataclass(frozen=True)
class Text:
    """A text in which talk may be quoted. An `example` is taken for a quote as a whole, however short it is."""

    words: str
    example: bool = False


@dataclass(frozen=True)
class Quotation:
    """A segment whose words stand in some of the texts (by their places in the list), and the runs of words that do."""

    number: int
    segment: str
    texts: frozenset[int]
    runs: Runs
    speaker: str | None = None


def quotations(study: Study, texts: Sequence[Text], documents: Sequence[Document] | None = None) -> list[Quotation]:
    """The segments that are quoted: eight words in a row, all of a shorter segment, or all of a shorter example.

    It reads every segment of the documents (without any named: of the study), and none where there is nothing to
    compare with.
    """
    known = _runs(texts)
    if not known:
        return []
    lengths = sorted({len(run) for run, (_, inside) in known.items() if not inside})
    found = []
    for document in list_documents(study) if documents is None else documents:
        for segment in segments(study, document.id):
            words = words_of(segment.text)
            hits = {run for run in _candidates(words, lengths) if run in known}
            if hits:
                places = frozenset().union(*(known[run][0] for run in hits))
                found.append(Quotation(segment.number, segment.id, places, frozenset(hits), segment.speaker))
    return found


def masked(texts: Sequence[Text], found: Sequence[Quotation]) -> list[str | None]:
    """The texts without what these quotations quote: None for an example that quotes, "[left out]" for the words in
    another text."""
    runs: Runs = frozenset().union(*(one.runs for one in found))
    quoting = frozenset[int]().union(*(one.texts for one in found))
    return [
        text.words if place not in quoting else None if text.example else mask_runs(text.words, runs, LEFT_OUT)
        for place, text in enumerate(texts)
    ]


def _candidates(words: tuple[str, ...], lengths: Sequence[int]) -> Iterator[tuple[str, ...]]:
    for length in lengths:
        for i in range(len(words) - length + 1):
            yield words[i : i + length]
    if SHORT <= len(words) < RUN:
        yield words


def _runs(texts: Sequence[Text]) -> dict[tuple[str, ...], tuple[set[int], bool]]:
    """The runs of words that may be quotes, with the texts that have them; and whether only a whole segment counts."""
    known: dict[tuple[str, ...], tuple[set[int], bool]] = {}
    for place, text in enumerate(texts):
        words = words_of(text.words)
        whole = text.example and 0 < len(words) < RUN
        if whole or len(words) >= RUN:
            size = min(RUN, len(words))
            for i in range(len(words) - size + 1):
                run = words[i : i + size]
                known[run] = (known.get(run, (set(), False))[0] | {place}, False)
        for size in range(SHORT, min(RUN, len(words) + 1)):
            for i in range(len(words) - size + 1):
                run = words[i : i + size]
                places, inside = known.get(run, (set(), True))
                known[run] = (places | {place}, inside)
    return known


def erasures_so_far(study: Study) -> int:
    """How many erasures and masks the study's log has: whoever read wordings before another one reads them again."""
    return int(study.db.execute("SELECT count(*) FROM log WHERE kind = 'erased'").fetchone()[0])
