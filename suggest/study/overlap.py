"""Finding withdrawn words wherever else they stand: runs of eight words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from suggest.study.contents import WITHDRAWN

RUN = 8
_WORD = re.compile(r"\w+")


Runs: TypeAlias = frozenset[tuple[str, ...]]
"""Runs of words, in the form that `words_of` gives them."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, to be compared without case and punctuation."""
    return tuple(word.casefold() for word in _WORD.findall(text))


class Shingles:
    """The runs of eight words in some texts, compared without case and punctuation."""

    def __init__(self, texts: Iterable[str]) -> None:
        runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = words_of(text)
            runs.update(words[i : i + RUN] for i in range(len(words) - RUN + 1))
        self._runs = frozenset(runs)

    def mask(self, text: str) -> str:
        """The text with every such run replaced by "[withdrawn]"."""
        return mask_runs(text, self._runs, WITHDRAWN)


def mask_runs(text: str, runs: Runs, mark: str) -> str:
    """The text with every one of these runs of words replaced by a mark."""
    found = list(_WORD.finditer(text))
    words = tuple(match.group().casefold() for match in found)
    hit = [False] * len(words)
    for size in {len(run) for run in runs}:
        for i in range(len(words) - size + 1):
            if words[i : i + size] in runs:
                hit[i : i + size] = [True] * size
    parts, place, i = [], 0, 0
    while i < len(found):
        if not hit[i]:
            i += 1
            continue
        j = i
        while j + 1 < len(found) and hit[j + 1]:
            j += 1
        parts += [text[place : found[i].start()], mark]
        place = found[j].end()
        i = j + 1
    return "".join([*parts, text[place:]])


def mask_strings(body: str, mask: Callable[[str], str]) -> str:
    """A JSON text with every string in it masked, the keys left alone; the very same text if nothing was found."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return value

    before = json.loads(body)
    after = walk(before)
    return body if after == before else json.dumps(after, sort_keys=True, separators=(",", ":"))
