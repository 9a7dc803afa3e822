"""How many tokens a text comes to: counted where the tokenizer's table is on this machine, else a bound."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from hashlib import file_digest, sha1
from pathlib import Path
from typing import Any, Protocol

from suggest.models.chat.calls import Said

PER_MESSAGE = 8
"""What a message costs besides its words, at most, in the formats that are known."""
_ENCODINGS = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""The SHA-256 of each table. tiktoken would delete a damaged one and fetch it anew: it never gets to see one."""
_URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
"""Never fetched from here: its hash is the name under which tiktoken keeps the table."""


class Counter(Protocol):
    """Counts tokens. `method` names how, as the log knows it."""

    @property
    def method(self) -> str: ...

    def count(self, text: str) -> int: ...


class Bytes:
    """A bound without a table: no tokenizer in use makes more tokens of a text than it has bytes of UTF-8; in English
    it makes about a quarter of that."""

    method = "bytes"

    def count(self, text: str) -> int:
        """About how many: a token for every three bytes, which is more than English comes to."""
        return -(-len(text.encode("utf-8", "surrogatepass")) // 3)


class Tiktoken:
    """What OpenAI's models count."""

    def __init__(self, encoding: Any, name: str) -> None:
        self._encoding, self.method = encoding, f"tiktoken:{name}"

    def count(self, text: str) -> int:
        """How many tokens; marks that look like special tokens are text like any other."""
        return len(self._encoding.encode(text.encode("utf-8", "replace").decode("utf-8"), disallowed_special=()))


def counter() -> Counter:
    """The best there is on this machine. Nothing is ever downloaded."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if folder == "":
        return Bytes()
    place = Path(folder) if folder else Path(tempfile.gettempdir()) / "data-gym-cache"
    for name, wanted in _ENCODINGS.items():
        table = place / sha1(_URL.format(name).encode(), usedforsecurity=False).hexdigest()
        if _is(table, wanted):
            import tiktoken

            return Tiktoken(tiktoken.get_encoding(name), name)
    return Bytes()


def _is(table: Path, wanted: str) -> bool:
    try:
        with table.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == wanted
    except OSError:
        return False


def prompt_tokens(messages: Iterable[Said], count: Counter) -> int:
    """About how many tokens a prompt comes to."""
    return sum(count.count(one.content) + PER_MESSAGE for one in messages) + PER_MESSAGE


def most_tokens(messages: Iterable[Said]) -> int:
    """The most that a prompt may come to, whatever the tokenizer."""
    return sum(len(one.content.encode("utf-8", "surrogatepass")) + PER_MESSAGE for one in messages) + PER_MESSAGE
