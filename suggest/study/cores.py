"""The blind core teaches nothing: it is drawn before anybody learns, and who learned before it was drawn is kept out.

A run that learned leaves out the cores that were drawn by then. One that began before a draw, or on a copy that did
not know of it, may have learned from what is in the core since, unless the document came later than the run.
"""

from __future__ import annotations

from collections.abc import Sequence

from suggest.errors import Refused
from suggest.study.pages import unpack
from suggest.study.rounds import Round, current_round, draw_core
from suggest.study.sets import SegmentSet
from suggest.study.settings import share
from suggest.study.study import Study

# A draw (w) of a core of which a run (r) knew nothing, in a document that was there when the run began.
_UNKNOWN = (
    "r.training IS NOT NULL AND (EXISTS (SELECT 1 FROM draw w JOIN document d ON d.document = w.document "
    "WHERE w.round = {round} AND w.ord > r.ord AND w.core > 0 AND d.n <= r.documents) "
    "OR EXISTS (SELECT 1 FROM json_each(r.unaware) u JOIN draw w ON w.round = {round} AND w.ord = u.value "
    "JOIN document d ON d.document = w.document WHERE w.core > 0 AND d.n <= r.documents))"
)


def unbiased(study: Study, round_: Round, hashes: Sequence[str]) -> tuple[str, ...]:
    """Those of the suggestion sets that may stand beside a blind answer in the round's core: their runs learned from
    nothing in it, or it was released. In their order."""
    if round_.released or not hashes:
        return tuple(hashes)
    marks = ",".join("?" * len(hashes))
    known = study.db.execute(
        f"SELECT s.hash FROM suggestion_set s JOIN run r ON r.run = s.run WHERE s.hash IN ({marks}) "
        f"AND {_UNKNOWN.format(round='?')}",
        (*hashes, round_.id, round_.id),
    )
    early = {hash_ for (hash_,) in known}
    return tuple(hash_ for hash_ in hashes if hash_ not in early)


def runs_too_early(study: Study) -> set[str]:
    """The runs (ids) that may have learned from a core that is not released."""
    rows = study.db.execute(
        f"SELECT DISTINCT r.run FROM round o JOIN run r WHERE o.released = 0 AND {_UNKNOWN.format(round='o.round')}"
    )
    return {run for (run,) in rows}


def drawn_core(study: Study) -> SegmentSet:
    """The segments that are in the blind core of any round, released or not."""
    found = SegmentSet()
    for page, bits in study.db.execute("SELECT page, bits FROM pages WHERE name >= 'core:' AND name < 'core;'"):
        found |= SegmentSet({page: unpack(bits)})
    return found


def newest_draw(study: Study) -> int:
    """The place of the newest draw in the fold's order, 0 without one: whether a core was drawn meanwhile."""
    return int(study.db.execute("SELECT coalesce(max(ord), 0) FROM draw").fetchone()[0])


def draw_before_learning(study: Study, actor: str) -> int:
    """Draw the core of the round in which the actor works, where it is not drawn yet; of how many documents.

    To be called when a model is about to learn, so that decisions brought in from elsewhere teach nothing of it.
    """
    if not share(study, "core"):
        return 0
    try:
        round_ = current_round(study, actor)
    except Refused:
        return 0
    return draw_core(study, actor, round_)
