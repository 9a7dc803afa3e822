"""The memos that one coder may read: one's own, and of colleagues' those that are neither private nor still to come."""

from __future__ import annotations

from collections.abc import Iterator

from suggest.review.sight import Sight
from suggest.review.visible_log import readable
from suggest.study.log import entry_at
from suggest.study.memos import StoredMemo, all_memos
from suggest.study.study import Study


def visible_memos(study: Study, coder: str) -> Iterator[StoredMemo]:
    """The memos that stand and that a coder (an id) may read, oldest first, as the log shows them to this coder."""
    sight = Sight(study, coder)
    for memo in all_memos(study):
        entry = entry_at(study.db, *memo.entry)
        if entry is not None and readable(sight, entry) is not None:
            yield memo
