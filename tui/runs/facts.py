"""What is known of one run, as lines: in brief below the list, and all of it on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from suggest.engine.confidence import TOLD, confidence_method
from suggest.printable import counted
from tui.runs.view import Listed
from tui.terminal.lines import Line
from tui.terminal.paragraphs import paragraphs
from tui.terminal.reading import ReadingScreen

STATES = {"done": "done", "stopped": "stopped", "failed": "broke down", "running": "not ended"}
MILLION = 1_000_000
WITHHELD = "how many found a code that fits is told once your blind segments are answered"


def when(time: str | None) -> str:
    """A time of the log as it is shown; a dash where the study keeps none."""
    return "–" if time is None else time[:16].replace("T", " ")


def failures(item: Listed) -> str:
    """How a run failed, by kind."""
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in item.facts.failed.items())


def brief(item: Listed, split: bool) -> list[tuple[str, str]]:
    """The run in a few labelled sentences."""
    run, facts = item.run, item.facts
    what = "Look ahead" if item.ahead else "Run"
    taught = run.training.count if run.training else 0
    learned = f"learned from {taught or 'no'} decision{'' if taught == 1 else 's'}"
    found = f"{run.suggested} with codes that fit, {run.no_code} without" if split else WITHHELD
    failed = failures(item)
    return [
        (f"{what} {run.number} by {run.profile}: ", f"{STATES.get(run.state, run.state)}; {learned}; code tree "
         f"version {facts.tree}"),
        ("Answers: ", f"{item.answered:,} of {counted(run.segments, 'segment')}, {found}"
         f"{f'; failed: {failed}' if failed else ''}"),
        ("Stands for: ", counted(facts.standing, "segment")
         + ("" if item.shown else "; it is not shown in the review")),
        ("Price: ", _price(item)),
    ]  # fmt: skip


def _price(item: Listed) -> str:
    tokens = item.run.tokens
    if not any(tokens):
        return "none; the model counts no tokens"
    return f"{tokens[0]:,} tokens in, {tokens[1]:,} out"


class FactsScreen(ReadingScreen):
    """Everything that the study holds of a run."""

    def __init__(self, item: Listed, split: bool) -> None:
        super().__init__()
        self._item, self._split = item, split

    def lines(self, width: int) -> Sequence[Line]:
        """Labelled facts, wrapped."""
        run, facts = self._item.run, self._item.facts
        by = f" by {self._item.by}" if self._item.by else ""
        told = [*brief(self._item, self._split), ("Begun: ", f"{when(facts.began)}{by}")]
        told.append(("Ended: ", when(facts.ended)))
        told.append(("Model: ", run.identity))
        told.append(("Prompt: ", run.prompt or "none"))
        threshold = "none" if run.threshold is None else f"{run.threshold / MILLION:.6f}, frozen when it began"
        told.append(("Threshold: ", threshold))
        told.append(("Confidence: ", TOLD[confidence_method(run.parameters)]))
        if run.training is not None:
            upto = run.training.upto
            told.append(("Learned up to: ", f"entry {upto[1]} of {upto[0]}, lessons {run.training.hash}"))
        if run.codes is not None:
            told.append(("Limited to: ", f"{counted(len(run.codes), 'code')}"))
        told += [(f"{name}: ", str(value)) for name, value in sorted(run.parameters.items())]
        told.append(("Id: ", run.id))
        return paragraphs(told, width, "")
