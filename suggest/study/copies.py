"""Making a copy for another site."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from suggest.study.backup import backup, check_target
from suggest.study.rounds import draw_core, rounds
from suggest.study.study import Study


def make_copy(study: Study, target: Path, actor: str, private_of: Collection[str] = ()) -> int:
    """Copy the study for another site; in how many documents a blind core was drawn for it.

    The core of every open round is drawn before, since all coders share it: copies that drew it each for themselves
    would have nothing in common that was coded blind. `private_of` as in `backup`.
    """
    check_target(Path(target))
    coded = [item for item in rounds(study) if item.state == "open" and item.purpose != "imported"]
    drawn = sum(draw_core(study, actor, item) for item in coded)
    backup(study, target, actor, purpose="copy", private_of=private_of)
    return drawn
