"""What holds however often one looks while a round is being coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from suggest.audit.figures import Figure
from suggest.audit.material import CORE, Material
from suggest.audit.pairs import PairFigures
from suggest.audit.sequential import half_width
from suggest.study.looks import Look


@dataclass(frozen=True)
class AtAnyLook:
    """Alpha of two people who coded blind, with an interval that holds at all looks together; tightest at the
    `planned` documents, which are those of the blind core."""

    pair: PairFigures
    planned: int
    alpha: Figure


@dataclass(frozen=True)
class Looking:
    """Whether the round is still open, the looks at it that the log has, what two people had coded blind by now
    (documents, segments), and alpha at any look. A closed round has no such intervals: one look is the last."""

    open: bool
    looks: tuple[Look, ...]
    documents: int
    segments: int
    figures: tuple[AtAnyLook, ...]

    @property
    def due(self) -> bool:
        """Whether this audit shows an interval of work that nobody has looked at yet."""
        last = self.looks[-1] if self.looks else None
        seen = last is not None and (last.documents, last.segments) == (self.documents, self.segments)
        return self.open and bool(self.figures) and not seen


def looking(material: Material, pairs: Sequence[PairFigures], looks: Sequence[Look]) -> Looking:
    """The looks at the round of an audit."""
    frame = material.frame
    planned = len(set(frame.document[frame.core].tolist() or frame.document.tolist()))
    twice = sum((person.exposure == CORE).astype(int) for person in material.people)
    rows = (twice >= 2) if material.people else frame.core & False
    open_ = material.round.state == "open" and material.round.purpose != "imported"
    blind = [pair for pair in pairs if pair.exposure == "blind" and pair.a.kind == pair.b.kind == "person"]
    found = (at_any_look(pair, planned) for pair in blind) if open_ else ()
    documents = len(set(frame.document[rows].tolist()))
    return Looking(open_, tuple(looks), documents, int(rows.sum()), tuple(item for item in found if item is not None))


def at_any_look(pair: PairFigures, planned: int) -> AtAnyLook | None:
    """None where alpha has no interval at all."""
    alpha = pair.pooled.alpha
    if alpha.value is None or alpha.se is None or alpha.interval is None:
        return None
    half = half_width(alpha.se, pair.documents, planned)
    wide = replace(alpha, low=max(-1.0, alpha.value - half), high=min(1.0, alpha.value + half))
    return AtAnyLook(pair, planned, wide)
