"""The code tree as a model may read it: without the words of those whose consent keeps them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from suggest.engine.planning import tree_digest
from suggest.engine.tasks import offered_codes
from suggest.errors import Refused
from suggest.models.interface import OfferedCode, offered_code
from suggest.study.quoting import Text, erasures_so_far, masked, quotations
from suggest.study.selecting import barred
from suggest.study.study import Study


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
    left, made, place = masked(texts, kept_out), [], 0
    for code in codes:
        own = slice(place, place + 3 + len(code.examples))
        place = own.stop
        same = left[own] == [text.words for text in texts[own]]
        made.append(code if same else _reworded(code, left[own]))
    return tuple(made), tuple(one.segment for one in found if one not in kept_out)


def _reworded(code: OfferedCode, words: Sequence[str | None]) -> OfferedCode:
    definition, include, exclude = (part or "" for part in words[:3])
    return offered_code(
        code.id,
        code.name,
        path=code.path,
        definition=definition,
        include=include,
        exclude=exclude,
        examples=tuple(example for example in words[3:] if example is not None),
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
