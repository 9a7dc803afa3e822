"""What a run would do and cost, told without doing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suggest.printable import counted
from tui.commands.common import print_json, say, show
from tui.commands.progress import DOLLAR

if TYPE_CHECKING:
    from suggest.engine.dry_run import DryRun


def show_dry_run(planned: DryRun, as_json: bool, more: dict[str, Any] | None = None) -> None:
    """Tell it, with the prompt for the first segment. `more` are keys of the JSON document beside its own."""
    if planned.remark:
        say(planned.remark)
    prompt = planned.example_prompt
    if as_json:
        print_json({**_json(planned), **(more or {})})
        return
    say(f"{counted(planned.segments, 'segment')}, {planned.resumed} of them answered before. {would_cost(planned)}")
    if planned.narrowed is not None:
        say(
            f"The code tree is larger than the model's context: two steps. The first segment would be asked about "
            f"{planned.narrowed.codes} of {planned.narrowed.of} codes, the nearest by "
            f"{planned.narrowed.by.partition('-')[0]}."
        )
    reader = "A chat model" if planned.host is None else "The model"
    say(f"{reader} would read this of the first segment ({prompt.prompt_version}):")
    for message in prompt.messages:
        show(f"--- {message.role}")
        show(message.content)


def would_cost(planned: DryRun) -> str:
    """Calls, tokens and price in a sentence."""
    if planned.host is None:
        return f"The {planned.profile} model works on this machine: no calls, no tokens, no cost."
    how = {"at_most": "if each answer is as long as it may be", "as_before": "with answers as long as in earlier runs"}
    tokens = f"about {planned.tokens[0]:,} tokens in ({planned.token_method}) and {planned.tokens[1]:,} out"
    price = "the price is unknown" if planned.cost is None else f"about {planned.cost / DOLLAR:.2f} US dollars"
    times = f", {planned.samples} for a segment" if planned.samples > 1 else ""
    return (
        f"{counted(planned.calls, 'call')}{times} to {planned.host}, {tokens} {how.get(planned.output, '')}: {price}. "
        "This is an estimate; --max-cost is a limit."
    )


def _json(planned: DryRun) -> dict[str, Any]:
    prompt = planned.example_prompt
    return {
        "profile": planned.profile,
        "model": planned.model,
        "segments": planned.segments,
        "resumed": planned.resumed,
        "calls": planned.calls,
        "tokens": {
            "input": planned.tokens[0],
            "output": planned.tokens[1],
            "method": planned.token_method,
            "output_method": planned.output,
        },
        "cost": dollars(planned.cost),
        "samples": planned.samples,
        "confidence": planned.confidence,
        "example_prompt": [{"role": one.role, "content": one.content} for one in prompt.messages],
        "prompt_version": prompt.prompt_version,
        "narrowed": planned.narrowed and asdict(planned.narrowed),
    }


def dollars(millionths: int | None) -> float | None:
    """Millionths of a US dollar as the contract has them."""
    return None if millionths is None else millionths / DOLLAR
