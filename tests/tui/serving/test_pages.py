"""The pages load nothing from outside, and what they show is text."""

from __future__ import annotations

import re
from pathlib import Path

import textual_serve

from tui.serving import pages
from tui.serving.site import STATIC

USED = ("css/xterm.css", "js/textual.js")
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'`]*", re.IGNORECASE)


def test_no_outside_address_stands_in_a_page_or_in_what_it_loads() -> None:
    shown = [
        pages.coder_page("token", "Study"), pages.terminal_page("token", "Study", "anna", "127.0.0.1:8000"),
        *(pages.own_file(name) for name in pages.OWN),
    ]  # fmt: skip
    for page in shown:
        assert ADDRESS.findall(page) == []


def test_what_comes_with_the_terminal_names_outside_addresses_only_where_it_thanks() -> None:
    thanks = {"http://bellard.org/jslinux/", "https://github.com/chjj/term.js"}
    for name in USED:
        text = (STATIC / name).read_text(encoding="utf-8")
        found = {match.group().rstrip("*/ ") for match in re.finditer(r"https?://[a-z0-9.-]+[^\s\"'`]*", text)}
        assert {address for address in found if "." in address} <= {item.rstrip("/") for item in thanks}, name
        for line in text.splitlines():
            assert not any(address in line for address in thanks) or line.lstrip().startswith(("*", "//")), name
    assert not re.search(r"@import|url\(\s*['\"]?https?:", (STATIC / USED[0]).read_text(encoding="utf-8"))


def test_the_package_that_it_stands_on_is_the_one_that_was_looked_into() -> None:
    assert (Path(textual_serve.__file__).parent / "static") == STATIC


def test_a_name_is_text_and_never_part_of_the_page() -> None:
    hostile = """"><script>alert('x')</script>&amp;"""
    for page in (
        pages.coder_page("token", hostile, hostile, hostile),
        pages.terminal_page("token", hostile, hostile, "127.0.0.1:8000"),
    ):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_a_name_in_an_address_is_quoted() -> None:
    page = pages.terminal_page("token", "Study", "a/b ?ä", "localhost:1")
    assert 'data-session-websocket-url="ws://localhost:1/token/seat/a%2Fb%20%3F%C3%A4"' in page
