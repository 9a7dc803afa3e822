"""Finding withdrawn words wherever else they stand: runs of eight words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from suggest.study.contents import WITHDRAWN

RUN = 8
_WORD = re.compile(r"\w+")


class Shingles:
    """The runs of eight words in some texts, compared without case and punctuation."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = tuple(word.casefold() for word in _WORD.findall(text))
            self._runs.update(words[i : i + RUN] for i in range(len(words) - RUN + 1))

    def mask(self, text: str) -> str:
        """The text with every such run replaced by "[withdrawn]"."""
        found = list(_WORD.finditer(text))
        words = [match.group().casefold() for match in found]
        hit = [False] * len(words)
        for i in range(len(words) - RUN + 1):
            if tuple(words[i : i + RUN]) in self._runs:
                hit[i : i + RUN] = [True] * RUN
        parts, place, i = [], 0, 0
        while i < len(found):
            if not hit[i]:
                i += 1
                continue
            j = i
            while j + 1 < len(found) and hit[j + 1]:
                j += 1
            parts += [text[place : found[i].start()], WITHDRAWN]
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
