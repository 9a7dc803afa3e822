"""Reading what models proposed, once it is stored, so that near duplicates can be told by what they mean."""

from __future__ import annotations

from contextlib import suppress

from suggest.engine.narrowing import encoder_here
from suggest.errors import SecondCoderError
from suggest.models.ideas import idea, read_ideas
from suggest.study.proposals import read_proposals
from suggest.study.segments import segment_id
from suggest.study.study import Study
from suggest.study.vector_store import StudyVectors


def read_meanings(study: Study) -> None:
    """Keep the vectors of all proposals that wait, where the embedded model is on this machine. They go with the words
    of the segment that was read. Nothing comes of it where the model cannot be run: the worklist has words, too."""
    encoder = encoder_here()
    if encoder is None:
        return
    store = StudyVectors(study)
    try:
        with study.reading():
            documents = {
                idea(one.name, one.definition): segment_id(study, one.number).partition(".")[0]
                for one in read_proposals(study)
            }
        with suppress(SecondCoderError):
            read_ideas(encoder, store, dict(documents))
    finally:
        encoder.close()
