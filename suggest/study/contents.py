"""Free strings under opaque ids: each with its own salt, its id the commitment to it."""

from __future__ import annotations

import sqlite3

from suggest.study.canonical import commitment

WITHDRAWN = "[withdrawn]"
MASKED = "[masked]"


class ContentRows:
    """The content table of one connection. A small cache keeps what is read again and again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cache: dict[str, str] = {}

    def body(self, content: str) -> str | None:
        """The string, or None where it was erased (or is missing, which `verify` tells)."""
        row = self._connection.execute("SELECT body FROM content WHERE id = ?", (content,)).fetchone()
        return None if row is None else str(row[0])

    def encoded(self, content: str) -> bytes | None:
        """The string in UTF-8, or None where it was erased."""
        row = self._connection.execute("SELECT CAST(body AS BLOB) FROM content WHERE id = ?", (content,)).fetchone()
        return None if row is None else bytes(row[0])

    def text(self, content: str) -> str:
        """The string for showing; "[withdrawn]" where it was erased."""
        if content not in self._cache:
            body = self.body(content)
            if body is None:
                return WITHDRAWN
            if len(self._cache) > 20_000:
                self._cache.clear()
            if len(body) > 2_000:
                return body
            self._cache[content] = body
        return self._cache[content]

    def forget(self) -> None:
        """Drop the cache: something was erased."""
        self._cache.clear()

    def put(self, salt: bytes, kind: str, body: str) -> str:
        """Store a string; its id."""
        content = commitment(salt, kind, body)
        self._connection.execute(
            "INSERT INTO content (id, salt, kind, body) VALUES (?, ?, ?, ?)", (content, salt, kind, body)
        )
        return content
