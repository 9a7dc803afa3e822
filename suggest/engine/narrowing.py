"""A code tree that is larger than a model's context is offered in two steps: first the nearest codes are found for each
segment, then the model is asked about these. What was not offered is not answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from suggest.engine.prompts import Prompt
from suggest.models.chat.calls import Said
from suggest.models.chat.counting import Bytes, prompt_tokens
from suggest.models.embedded.encoding import Encoder
from suggest.models.interface import OfferedCode, Task
from suggest.models.narrowing import ByMeaning, ByWords, Ranker

TALK = 4
"""A quarter of the context is kept free for the segment and the talk around it when it is decided whether all codes
have room."""

LEAST = 5
"""So many codes are offered in any case. Where not even these have room the endpoint says that it is too much."""

REMEMBERED = 512

Render = Callable[[Task, Sequence[OfferedCode]], Prompt]


@dataclass(frozen=True)
class Room:
    """The tokens that a model's context has, and of these the most that an answer gets."""

    context: int
    most_output: int

    def holds_all(self, render: Render, codes: Sequence[OfferedCode]) -> bool:
        """Whether all codes have room beside the instructions, the answer and a quarter for the talk."""
        size = tokens(render(Task("", "", 0), codes))
        return size + self.most_output + self.context // TALK <= self.context

    def left(self, prompt: Prompt) -> int:
        """The tokens that a prompt and an answer leave."""
        return self.context - self.most_output - tokens(prompt)


def tokens(prompt: Prompt) -> int:
    """About how many tokens a prompt comes to: by bytes, so that every machine offers the same codes."""
    return prompt_tokens([Said(message.role, message.content) for message in prompt.messages], Bytes())


class Narrowing:
    """Finds the codes that each segment is asked about."""

    def __init__(self, render: Render, codes: Sequence[OfferedCode], room: Room, ranker: Ranker) -> None:
        self._render, self._room, self._ranker = render, room, ranker
        self._sizes = {code.id: _size(render, code) for code in codes}
        self._known: dict[tuple[str, str], tuple[OfferedCode, ...]] = {}

    @property
    def parameters(self) -> tuple[tuple[str, str | int], ...]:
        """How a run says that it took two steps."""
        return ("context", self._room.context), ("narrowed_by", self._ranker.identity)

    def offered(self, task: Task) -> tuple[OfferedCode, ...]:
        """The nearest codes, as many as there is room for."""
        key = (task.segment, task.text)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = self._chosen(task)
        return self._known[key]

    def _chosen(self, task: Task) -> tuple[OfferedCode, ...]:
        left = self._room.left(self._render(task, ()))
        chosen: list[OfferedCode] = []
        for code in self._ranker.rank(task.text):
            left -= self._sizes[code.id]
            if left < 0 and len(chosen) >= LEAST:
                break
            chosen.append(code)
        return tuple(chosen)


def narrowing(render: Render, codes: Sequence[OfferedCode], room: Room, encoder: Encoder | None) -> Narrowing | None:
    """How the codes are narrowed down for each segment, by meaning where there is an encoder, else by words; None where
    all of them have room."""
    if room.holds_all(render, codes):
        return None
    return Narrowing(render, codes, room, ByWords(codes) if encoder is None else ByMeaning(codes, encoder))


def encoder_here() -> Encoder | None:
    """The encoder of the embedded model where its weights are on this machine. Nothing is started before it is used;
    whoever asks for it closes it."""
    from suggest.models.embedded.weights import find_weights

    if not find_weights():
        return None
    from suggest.models.embedded.process import ProcessEncoder

    return ProcessEncoder()


def _size(render: Render, code: OfferedCode) -> int:
    """What a code adds at most to a prompt that has others before it: each count is rounded up by itself."""
    empty = Task("", "", 0)
    return tokens(render(empty, (code, code))) - tokens(render(empty, (code,))) + 1
