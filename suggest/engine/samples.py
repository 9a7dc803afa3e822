"""The samples of a question that are on record: each is paid for once, whatever becomes of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suggest.models.chat.questions import Recall
from suggest.models.interface import Task
from suggest.study.canonical import keyed_digest
from suggest.study.runs import samples_kept
from suggest.study.study import Study


def recalling(study: Study, runs: Sequence[str]) -> Recall:
    """What finds the samples that these runs (ids) have kept, by the hashes of their questions."""
    secret = study.secret

    def recall(task: Task, hashes: Sequence[str]) -> Mapping[str, str]:
        named = {keyed_digest(secret, hash_): hash_ for hash_ in hashes}
        return {named[key]: raw for key, raw in samples_kept(study, runs, task.segment, [*named]).items()}

    return recall
