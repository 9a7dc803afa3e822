"""What stands beside a document in another language, in the file of our own within a project: REFI-QDA has no place for
a text that goes with another by its paragraphs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from suggest.exchange.refi.own_out import excluded_speakers
from suggest.study.documents import Document
from suggest.study.second_text import SecondReader
from suggest.study.segments import segments
from suggest.study.study import Study

LEFT_OUT = "paragraphs of originals and translations"


def beside_of(study: Study, document: Document, withheld: Counter[str]) -> dict[str, Any]:
    """The key "beside" of a document's line: side, language, and parts as [first, last place in the list of segments,
    words]; nothing without a second text. The words beside those of excluded speakers are left out, and counted."""
    reader = SecondReader(study)
    text = reader.of(document.id)
    if text is None:
        return {}
    kept_out = excluded_speakers(document)
    silent = {one.ordinal for one in segments(study, document.id) if one.speaker in kept_out} if kept_out else set()
    parts = []
    for part in reader.parts(text):
        words = part.words if part.content is not None else ""
        if words and any(n in silent for n in range(part.first, part.last + 1)):
            withheld[LEFT_OUT] += 1
            words = ""
        parts.append([part.first, part.last, words])
    return {"beside": {"side": text.side, "language": text.language, "parts": parts}}
