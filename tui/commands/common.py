"""What the commands share: who acts, printing data and narration, a progress bar."""

from __future__ import annotations

import getpass
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from suggest.errors import UsageError
from suggest.printable import counted, one_line, printable

Command = TypeVar("Command", bound=Callable[..., Any])

STUDY = click.argument("study", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def coder_default() -> str:
    """Who acts where nobody is named."""
    if name := os.environ.get("SECONDCODER_CODER"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "coder"


CODER = click.option(
    "--coder",
    default=coder_default,
    metavar="NAME",
    help="Who acts (default: SECONDCODER_CODER, else your login name).",
)


class Amount(click.FloatRange):
    """A number in a range; neither infinity nor what is no number lies in any."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is not an amount.", param, ctx)
        return found


def pairs(given: Iterable[str], what: str) -> dict[str, str]:
    """KEY=VALUE texts as a mapping; `what` names the option in the UsageError for one that is not written so."""
    found: dict[str, str] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise UsageError(f"{what} is written KEY=VALUE.")
        if key.strip() in found:
            raise UsageError(f"{what} names '{key.strip()}' twice.")
        found[key.strip()] = value
    return found


def names(given: str | None) -> tuple[str, ...]:
    """A list written with commas; nothing if the option was not given."""
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


def print_json(value: Any) -> None:
    """One JSON document, ASCII only, verbatim."""
    click.echo(json.dumps(value, ensure_ascii=True))


def print_json_line(value: Any) -> None:
    """One line of JSON Lines, flushed, so that the reader has it at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Narration, on standard error."""
    click.echo(printable(text), err=True)


def show(text: str) -> None:
    """Readable data, on standard output."""
    click.echo(printable(text))


def show_table(head: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> None:
    """An aligned table of readable data; the columns numbered in `right` are set to the right. Widths are those on a
    terminal, where a Chinese character takes two places."""
    from rich.cells import cell_len

    cells = [list(head), *([one_line(str(cell)) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (
            " " * (width - cell_len(cell)) + cell if i in right else cell + " " * (width - cell_len(cell))
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo("  ".join(padded).rstrip())


def told_counts(counts: Mapping[str, int]) -> str:
    """Numbers by what was counted, in words: "1 document, 369 rows of codings"."""
    told = []
    for what, number in counts.items():
        table, _, rows = what.rpartition(" ")
        told.append(
            f"{counted(number, 'row')} of {table}"
            if table and rows == "rows"
            else counted(number, what.removesuffix("s"), what)
        )
    return ", ".join(told)


class ProgressBar:
    """A bar on a terminal's standard error; silent elsewhere. Redrawn at most ten times a second."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._live = sys.stderr.isatty()
        self._began = time.monotonic()
        self._drawn = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._live or (now - self._drawn < 0.1 and done < total):
            return
        self._drawn = now
        share = done / total if total else 1.0
        rate = done / (now - self._began) if now > self._began else 0.0
        left = f"{(total - done) / rate:.0f} s left" if rate and done < total else ""
        bar = ("█" * round(share * 24)).ljust(24, "░")
        sys.stderr.write(f"\r{self._label} {bar} {done}/{total}  {rate:.0f}/s  {left}\x1b[K")
        sys.stderr.flush()

    def close(self) -> None:
        """Take the bar away."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
