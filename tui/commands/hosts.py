"""`hosts`: where the study's text may be sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.common import CODER, JSON, STUDY, print_json, say, show, show_table
from tui.lazy import WholeGroup

if TYPE_CHECKING:
    from suggest.study.hosts import Host


@click.group(cls=WholeGroup)
@STUDY
@click.pass_context
def hosts(context: click.Context, study: Path) -> None:
    """Hosts that text may be sent to. This machine (loopback) is always allowed; any other has to be named here."""
    context.obj = study


@hosts.command("list")
@click.pass_obj
@JSON
def list_(study: Path, as_json: bool) -> None:
    """The hosts that are or were allowed, and what was sent to each."""
    from suggest.study.hosts import hosts as read_hosts
    from suggest.study.study import Study

    with Study.open(study) as opened:
        found = read_hosts(opened)
    if as_json:
        print_json([host.__dict__ for host in found])
    elif found:
        rows = [(host.name, _allowed(host), host.requests, host.characters) for host in found]
        show_table(("host", "allowed", "requests", "characters"), rows, right=(2, 3))
    else:
        show("No host is allowed, and nothing was sent anywhere.")


def _allowed(host: Host) -> str:
    from suggest.models.chat.endpoint import is_loopback

    name = host.name.rpartition(":")[0] if host.name.rpartition(":")[2].isdigit() else host.name
    return "yes" if host.allowed else "always (this machine)" if is_loopback(name.strip("[]")) else "no"


@hosts.command()
@click.argument("host")
@click.pass_obj
@CODER
def allow(study: Path, host: str, coder: str) -> None:
    """Allow text of this study to go to HOST, such as api.openai.com or 10.0.0.5:8000."""
    from suggest.study.hosts import allow_host, checked_host
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        allow_host(opened, ensure_coder(opened, coder), host)
    say(
        f"Text of this study may go to {checked_host(host)} from now on, but for what consent keeps here (local_only). "
        "What is sent is on record."
    )


@hosts.command()
@click.argument("host")
@click.pass_obj
@CODER
def revoke(study: Path, host: str, coder: str) -> None:
    """Allow it no more. What was sent stays on record."""
    from suggest.study.hosts import checked_host, revoke_host
    from suggest.study.people import ensure_coder
    from suggest.study.study import Study

    with Study.open(study, write=True) as opened:
        revoke_host(opened, ensure_coder(opened, coder), host)
    say(f"Nothing more goes to {checked_host(host)}.")
