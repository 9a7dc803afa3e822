"""The site's pages: who reviews, and the terminal. All that they load stands on this very site."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote, urlencode

FONT_SIZE = 16
OWN = {"page.css": "text/css", "page.js": "text/javascript"}
"""The files of our own that pages load, with their kinds."""


def own_file(name: str) -> str:
    """A file of our own as text."""
    return (files("tui.serving") / "browser" / name).read_text(encoding="utf-8")


def coder_page(token: str, title: str, coder: str = "", said: str = "") -> str:
    """The page that asks who reviews; `said` tells what was wrong with the name before."""
    return _filled("coder.html", root=f"/{token}", title=title, coder=coder, said=said)


def terminal_page(token: str, title: str, coder: str, host: str, size: int = FONT_SIZE) -> str:
    """The page with the terminal of one coder, for a browser that came by `host`."""
    return _filled(
        "terminal.html", root=f"/{token}", title=title, coder=coder, size=str(size),
        socket=f"ws://{host}/{token}/seat/{quote(coder, safe='')}", again=f"/{token}/?{urlencode({'coder': coder})}",
    )  # fmt: skip


def _filled(name: str, **given: str) -> str:
    return Template(own_file(name)).substitute({key: escape(value) for key, value in given.items()})
