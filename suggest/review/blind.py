"""Whether blind work is left: until it is done, sums over suggestions are kept from its coder, too."""

from __future__ import annotations

from suggest.study.rounds import rounds
from suggest.study.sets import read_set
from suggest.study.study import Study


def blind_left(study: Study, coder: str) -> bool:
    """Whether a coder (an id) has blind segments to answer in any open round; true, too, for one who has joined none,
    whose blind segments are not drawn yet."""
    joined = False
    for round_ in rounds(study):
        if round_.state != "open" or round_.purpose == "imported":
            continue
        left = read_set(study, f"left:{round_.id}:{coder}")
        joined = joined or bool(left) or bool(read_set(study, f"scope:{round_.id}:{coder}"))
        if left & (read_set(study, f"core:{round_.id}") | read_set(study, f"arm:{round_.id}:{coder}")):
            return True
    return not joined
