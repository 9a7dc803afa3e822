"""What a coder says of the original or translation beside a segment: checks, questions, answers; in a transaction."""

from __future__ import annotations

from suggest.errors import BadInput
from suggest.review.answers import Answer
from suggest.review.requests import Declined, Translated
from suggest.study.documents import get_document
from suggest.study.log import Writer
from suggest.study.second_text import SecondReader
from suggest.study.second_writing import mark_within
from suggest.study.segments import Place
from suggest.study.study import Study

PREFIX = "translation_"


def translate(study: Study, writer: Writer, place: Place, request: Translated, ref: str | None) -> Answer:
    """Carry it out inside an open transaction; Declined if nothing stands beside the segment, or it makes no sense."""
    found = SecondReader(study).at(place.document, int(place.id.partition(".")[2]))
    if found is None:
        raise Declined("invalid", "No original and no translation stands beside this segment.")
    document, action = get_document(study, place.document), request.action.removeprefix(PREFIX)
    try:
        entry = mark_within(
            study, writer, document, found[1].number, action, request.text or "", ref=ref, seen=request.of
        )
    except BadInput as error:
        raise Declined("invalid", str(error)) from None
    return Answer(entry, request.ref)
