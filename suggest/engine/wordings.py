"""The code tree as a model may read it: without the words of those whose consent keeps them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from suggest.engine.planning import tree_digest
from suggest.engine.tasks import offered_codes
from suggest.errors import Refused
from suggest.models.interface import OfferedCode, offered_code
from suggest.study.overlap import Runs, mask_runs
from suggest.study.quoting import Text, erasures_so_far, quotations
from suggest.study.selecting import barred
from suggest.study.study import Study

LEFT_OUT = "[left out]"


def readable(
    study: Study, codes: Sequence[OfferedCode], *, leaving: bool
) -> tuple[tuple[OfferedCode, ...], tuple[str, ...]]:
    """The codes without examples that quote what consent keeps out (of this machine, with `leaving`), and with such
    words masked in definitions; and whose words (segment ids) their wordings hold.

    A code's name is the researchers' own and stays. The version of a code that loses words is another one, since the
    question is.
    """
    texts: list[Text] = []
    for code in codes:
        texts += [Text(part) for part in (code.definition, code.include, code.exclude)]
        texts += [Text(example, example=True) for example in code.examples]
    found = quotations(study, texts)
    kept_out = [one for one in found if barred(study, one.number, one.number, leaving=leaving)]
    runs: Runs = frozenset().union(*(one.runs for one in kept_out))
    quoting = frozenset[int]().union(*(one.texts for one in kept_out))
    made, place = [], 0
    for code in codes:
        places = range(place, place + 3 + len(code.examples))
        place = places.stop
        made.append(code if quoting.isdisjoint(places) else _without(code, runs, quoting, places))
    left = tuple(one.segment for one in found if one not in kept_out)
    return tuple(made), left


def _without(code: OfferedCode, runs: Runs, quoting: frozenset[int], places: range) -> OfferedCode:
    return offered_code(
        code.id,
        code.name,
        path=code.path,
        definition=mask_runs(code.definition, runs, LEFT_OUT),
        include=mask_runs(code.include, runs, LEFT_OUT),
        exclude=mask_runs(code.exclude, runs, LEFT_OUT),
        examples=tuple(one for one, at in zip(code.examples, places[3:], strict=True) if at not in quoting),
    )


def unchanged(study: Study, codes: Sequence[OfferedCode], limited_to: Sequence[str] | None) -> Callable[[], None]:
    """What raises Refused once an erasure has taken words out of the codes that a run asks about: they stand in each of
    its questions."""
    planned = tree_digest(codes)
    seen = -1

    def check() -> None:
        nonlocal seen
        now = erasures_so_far(study)
        if now != seen and tree_digest(offered_codes(study, limited_to or ())) != planned:
            raise Refused("Wordings of the code tree have changed since this was planned. Say the same command again.")
        seen = now

    return check
