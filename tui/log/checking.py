"""Checking the study and keeping proof of it: what came of a verification, and a checkpoint for somebody else."""

from __future__ import annotations

from pathlib import Path

from suggest.study.checkpoint import make_checkpoint
from tui.errands.state import State
from tui.review.bench import Bench


def verified_words(state: State) -> tuple[str, bool]:
    """What came of it, in a sentence, and whether all is as it was logged."""
    report = state.report
    if report.get("ok") is True:
        return f"Verified: {report.get('entries', 0):,} entries, all content, everything that follows from them.", True
    bad = report.get("first_bad")
    if isinstance(bad, dict):
        entry = bad.get("entry")
        named = [
            f"entry {entry[1]} of {entry[0]}" if entry else "",
            bad.get("table"),
            bad.get("key"),
            bad.get("column"),
        ]
        where = ", ".join(str(part) for part in named if part)
        return f"NOT as it was logged, {where or 'in the file'}: {bad.get('what', '')}", False
    if state.ended == "stopped":
        return "Verifying was stopped: nothing is said about the study.", True
    return f"Verifying failed: {state.error}", False


def checkpoint(bench: Bench, path: Path) -> str:
    """Write a checkpoint of all chains to a new file; the sentence about it. BadInput where that cannot be."""
    made = make_checkpoint(bench.study, bench.coder, path.expanduser())
    count = sum(size for _, size, _ in made.heads)
    return f"{path.name}: {count:,} entries. Give it to somebody else to keep: it holds hashes only."
