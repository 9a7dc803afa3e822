"""The different answers of a coder, each kept once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from suggest.audit.material import ANSWERS
from suggest.study.carry import Answer
from suggest.study.codes import Code

_NUMBER = {answer: i for i, answer in enumerate(ANSWERS)}


class Patterns:
    """The different answers, each once, as rows of answer numbers in the order of the codes."""

    def __init__(self, codes: Sequence[Code]) -> None:
        self._codes = [code.id for code in codes]
        self._rows: list[npt.NDArray[np.uint8]] = []
        self._known: dict[bytes, int] = {}
        self._held: dict[int, tuple[int, object]] = {}

    def add(self, answers: dict[str, Answer]) -> int:
        """The number of the pattern of these answers, a new one if there is none."""
        held = self._held.get(id(answers))
        if held is not None:
            return held[0]
        row = np.fromiter((_NUMBER[answers[code]] for code in self._codes), dtype=np.uint8, count=len(self._codes))
        number = self._known.setdefault(row.tobytes(), len(self._rows))
        if number == len(self._rows):
            self._rows.append(row)
        # The answers are kept, too, so that no other ones get their id.
        self._held[id(answers)] = (number, answers)
        return number

    def matrix(self) -> npt.NDArray[np.uint8]:
        """(patterns x codes) numbers of answers."""
        return np.array(self._rows, dtype=np.uint8).reshape(len(self._rows), len(self._codes))
