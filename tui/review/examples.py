"""Examples of a code: words that it was given, by one's own hand and in rounds that are over or settle a consensus."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.review.sight import Sight
from suggest.review.visible import Example, examples
from suggest.study.study import Study
from tui.terminal.lines import Line
from tui.terminal.meaning import Meaning
from tui.terminal.paragraphs import paragraphs
from tui.terminal.passage import marked
from tui.terminal.reading import ReadingScreen

MANY, FEW = 20, 3
"""So many are read, and so many stand beside the segment where there is room."""
ROOM, LITTLE = 6, 4
"""Each gets so many lines at most, on the page and beside the segment."""


def seen_examples(study: Study, coder: str, code: str, here: str, limit: int = MANY) -> list[Example]:
    """Examples of a code (an id) that a coder (an id) may see; those of the segment `here` are none."""
    found = examples(Sight(study, coder), code, limit + 1)
    return [example for example in found if example.segment.id != here][:limit]


def example_lines(example: Example, width: int, room: int, indent: str) -> list[Line]:
    """Where it stands, who says so, and the words, those that bear the code in bold."""
    segment = example.segment
    whose = "yours" if example.own else f"{example.coder}, {example.round}"
    speaker = f"  {segment.speaker}" if segment.speaker else ""
    mark = max(0, example.start - segment.start), min(len(segment.text), example.end - segment.start)
    whole = mark == (0, len(segment.text))
    return [
        [(f"{indent}{segment.cite}{speaker}", "strong"), (f"  {whose}", "soft")],
        *marked(segment.text, None if whole else mark, width, room, f"{indent}  "),
    ]


class ExamplesScreen(ReadingScreen):
    """The examples of a code, one's own first."""

    def __init__(self, code: Meaning, found: Sequence[Example]) -> None:
        super().__init__()
        self._code, self._found = code, found

    def lines(self, width: int) -> Sequence[Line]:
        """A few lines for each, or what makes the first one."""
        head: list[Line] = [[(f"Examples of {self._code.path.replace(' > ', ' › ')}", "strong")]]
        if not self._found:
            nothing = "None yet: what you code with it, and what closed rounds coded, comes here."
            return [*head, [("", "")], *paragraphs([("", nothing)], width, "")]
        return [
            *head,
            *(line for example in self._found for line in [[("", "")], *example_lines(example, width, ROOM, "")]),
        ]
