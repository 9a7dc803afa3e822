"""`suggest` through request files: written, handed in, collected, read in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from suggest.errors import UsageError
from suggest.printable import counted
from tui.commands.common import print_json, say, show
from tui.commands.progress import run_progress

if TYPE_CHECKING:
    from suggest.engine.batch_jobs import Collected, Submitted
    from suggest.engine.batching import ReadIn, Written
    from suggest.engine.tasks import Selection
    from suggest.models.chat.budget import Ceiling
    from suggest.study.study import Study
    from tui.commands.progress import Form

DOLLAR = 1_000_000


@dataclass(frozen=True)
class Asked:
    """What of the four was asked for, with its files."""

    way: Literal["out", "in", "submit", "collect"]
    files: tuple[Path, ...] = ()


def asked(
    out: Path | None, in_: tuple[Path, ...], more: tuple[Path, ...], hand_in: bool, collect: bool
) -> Asked | None:
    """Which of the options was given, None without any; wrong usage where there are several, or files without one."""
    if more and not in_:
        raise UsageError(f"Got unexpected extra argument ({more[0]}). Files of results go with --batch-in.")
    given = [
        *([Asked("out", (out,))] if out is not None else []),
        *([Asked("in", (*in_, *more))] if in_ else []),
        *([Asked("submit")] if hand_in else []),
        *([Asked("collect")] if collect else []),
    ]
    if len(given) > 1:
        raise UsageError("--batch-out, --batch-in, --batch-submit and --batch-collect go one at a time.")
    return given[0] if given else None


def carry(
    batch: Asked,
    study: Study,
    actor: str,
    profile: str,
    selection: Selection,
    *,
    redo: bool,
    ceiling: Ceiling,
    samples: int | None,
    form: Form,
    as_json: bool,
) -> None:
    """Do what was asked for, and say what came of it. What is read in or collected is all that there is: a selection
    is wrong usage there."""
    from suggest.engine import batch_jobs, batching
    from suggest.engine.tasks import Selection as Chosen
    from suggest.models.chat.budget import UNLIMITED

    bringing_in = batch.way in ("in", "collect")
    if bringing_in and (selection != Chosen() or redo or ceiling != UNLIMITED or samples is not None):
        raise UsageError(f"--batch-{batch.way} takes all results that there are: it goes with --profile alone.")
    label = f"{'reading in' if bringing_in else 'writing questions'} ({profile})"
    telling = run_progress(form, label)
    heard = telling.suggesting
    try:
        if batch.way == "out":
            found = batching.write_batch(
                study, actor, profile, batch.files[0], selection, redo=redo, ceiling=ceiling, progress=heard,
                samples=samples or 1,
            )  # fmt: skip
        elif batch.way == "submit":
            handed = batch_jobs.submit(
                study, actor, profile, selection, redo=redo, ceiling=ceiling, progress=heard, samples=samples or 1
            )
        elif batch.way == "collect":
            collected = batch_jobs.collect(study, actor, profile, progress=heard)
        else:
            read = batching.read_batch(study, actor, profile, batch.files, progress=heard)
    finally:
        telling.close()
    if batch.way == "out":
        tell_written(found, profile, as_json)
    elif batch.way == "submit":
        tell_submitted(handed, profile, as_json)
    elif batch.way == "collect":
        tell_collected(collected, as_json)
    else:
        tell_read(read, as_json)


def tell_written(written: Written, profile: str, as_json: bool) -> None:
    """What was written, and what to do with it."""
    if written.remark:
        say(written.remark)
    if as_json:
        print_json(_written(written))
        return
    if not written.files:
        show(f"There is nothing to ask: {counted(written.resumed, 'segment')} answered already.")
        return
    show(f"{_questions(written)} in {', '.join(path.name for path in written.files)}{_price(written)}.")
    say("The files hold what participants said. When there are results, read them in with "
        f"'suggest STUDY --profile {profile} --batch-in FILE...'.")  # fmt: skip


def tell_submitted(submitted: Submitted, profile: str, as_json: bool) -> None:
    """What was handed in."""
    batches = [{"id": batch.id, "host": batch.host, "requests": batch.requests} for batch in submitted.batches]
    if as_json:
        print_json({**_written(submitted.written), "files": [], "batches": batches})
        return
    if not batches:
        show(f"There is nothing to ask: {counted(submitted.written.resumed, 'segment')} answered already.")
        return
    ids = ", ".join(batch.id for batch in submitted.batches)
    show(f"{_questions(submitted.written)} handed in to {submitted.batches[0].host} as {ids}"
         f"{_price(submitted.written)}.")  # fmt: skip
    say(f"'suggest STUDY --profile {profile} --batch-collect' fetches the answers when they are there.")


def tell_collected(collected: Collected, as_json: bool) -> None:
    """How far the batches are, and what was read in."""
    from tui.commands.run_told import report_json, sentence

    states = [
        {"id": batch.id, "state": state.state, "total": state.total, "done": state.done, "failed": state.failed}
        for batch, state in collected.states
    ]
    if as_json:
        found = _read(collected.read) if collected.read else {}
        report = report_json(collected.read.report) if collected.read else {}
        print_json(
            {**report, **found, "batches": states, "waiting": collected.waiting, "undeleted": collected.undeleted}
        )
        return
    for batch, state in collected.states:
        show(f"{batch.id}: {state.state}, {state.done} of {state.total} answered, {state.failed} failed")
    if collected.read is not None:
        show(sentence(collected.read.report))
        _narrate(collected.read)
    if collected.undeleted:
        say(
            f"{counted(collected.undeleted, 'file')} with what participants said could not be deleted at the endpoint: "
            "delete what is left there."
        )


def tell_read(read: ReadIn, as_json: bool) -> None:
    """What was read in, and what of the files was not taken."""
    from tui.commands.run_told import report_json, sentence

    if as_json:
        print_json({**report_json(read.report), **_read(read)})
    else:
        show(sentence(read.report))
    _narrate(read)


def _narrate(read: ReadIn) -> None:
    if read.unreadable_count:
        places = "; ".join(read.unreadable[:5]) + ("; ..." if read.unreadable_count > 5 else "")
        one = read.unreadable_count == 1
        many = "1 line is no result and was" if one else f"{read.unreadable_count} lines are no results and were"
        say(f"{many} passed over: {places}.")
    if read.strangers:
        say(f"{read.strangers} results answer what is answered already, or what the study would not ask now.")
    if read.report.failed:
        kinds = ", ".join(f"{number} {kind}" for kind, number in read.report.failed.items())
        say(f"Failed: {kinds}. They are asked again with what is left.")
    if read.report.left:
        say(f"{counted(read.report.left, 'segment')} without a result so far.")


def _questions(written: Written) -> str:
    same = written.segments - written.requests
    for_ = f" for {counted(written.segments, 'segment')}{' (some ask the same)' if same > 0 else ''}" if same else ""
    return f"{counted(written.requests, 'question')}{for_}"


def _price(written: Written) -> str:
    if written.most is None:
        return "; what the answers cost is not known"
    return f"; the answers cost {written.most / DOLLAR:.2f} US dollars at most, at the profile's price"


def _written(written: Written) -> dict[str, Any]:
    return {
        "run": written.run,
        "files": [str(path) for path in written.files],
        "requests": written.requests,
        "segments": written.segments,
        "resumed": written.resumed,
        "most_cost": None if written.most is None else written.most / DOLLAR,
    }


def _read(read: ReadIn) -> dict[str, Any]:
    return {"results": read.results, "strangers": read.strangers, "unreadable": read.unreadable_count}


BATCH_OUT = click.option(
    "--batch-out", "out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Ask nobody: write the questions to FILE, in the format of the Batch API.",
)  # fmt: skip
BATCH_IN = click.option(
    "--batch-in", "in_", multiple=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE...",
    help="Read results in from these files: in any order, partial, repeated.",
)  # fmt: skip
BATCH_SUBMIT = click.option("--batch-submit", "hand_in", is_flag=True, help="Hand the questions in as a batch.")
BATCH_COLLECT = click.option("--batch-collect", "fetch", is_flag=True, help="Fetch the answers of such batches.")
MORE = click.argument("more", nargs=-1, type=click.Path(dir_okay=False, path_type=Path), metavar="")
