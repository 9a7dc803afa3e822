"""`serve`: the review in a browser on this machine. What it stands on is imported only when it is called."""

from __future__ import annotations

from pathlib import Path

import click

from suggest.errors import SecondCoderError
from suggest.review.queue import ORDERS
from suggest.study.people import check_name
from suggest.study.study import Study
from tui.commands.common import STUDY, say, show

PORT = 8000
MISSING = "The review in a browser needs packages that are not installed: pip install 'secondcoder[serve]'"


@click.command("serve")
@STUDY
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Where to listen on 127.0.0.1; 0 takes a free port.",
)
@click.option("--coder", metavar="NAME", help="Who reviews (default: each browser window asks).")
@click.option("--order", type=click.Choice(ORDERS), default="document", show_default=True, help="What comes first.")
def serve(study: Path, port: int, coder: str | None, order: str) -> None:
    """The review in a browser on this machine. The address that is printed opens it; it is a secret while this runs.

    Each window is an application of its own, for one coder. Ctrl-C ends all of them; what was acknowledged is stored.
    """
    try:
        from tui.serving.running import run_until_interrupted
        from tui.serving.site import Site, listen
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("tui", "suggest"):
            raise
        raise SecondCoderError(MISSING) from None
    if coder is not None:
        check_name(coder)
    with Study.open(study, write=True) as opened:
        title = opened.title
    with listen(port) as listening:
        site = Site(study, title, listening.getsockname()[1], coder=coder, order=order)
        say("Open this address in a browser on this machine. Whoever has it can review here; Ctrl-C ends it.")
        show(site.door.address)
        run_until_interrupted(site, listening)
    say("Ended. Everything that was acknowledged is stored.")
