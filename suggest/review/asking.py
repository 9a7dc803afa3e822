"""Of which segments "anything missing?" is asked whatever was done: a share by chance, which audit can draw again."""

from __future__ import annotations

from hashlib import sha256

ASKED = 26
"""Of 256 segments so many: about a tenth."""


def drawn_for_asking(coder: str, segment: str) -> bool:
    """Whether a coder is asked of this segment (ids) in any case, by a hash of both."""
    return sha256(f"missing|{coder}|{segment}".encode()).digest()[0] < ASKED
