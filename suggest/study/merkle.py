"""Merkle tree heads over a chain's entry hashes, as RFC 6962 section 2.1 defines them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from suggest.study.canonical import NODE

EMPTY = hashlib.sha256(b"").hexdigest()


class Roots:
    """Leaf hashes in order; memory and the cost of a root grow with the logarithm of their number."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: str) -> None:
        """The next leaf hash, in hexadecimal."""
        size, node = 1, bytes.fromhex(leaf)
        while self._peaks and self._peaks[-1][0] == size:
            left_size, left = self._peaks.pop()
            size, node = size + left_size, hashlib.sha256(NODE + left + node).digest()
        self._peaks.append((size, node))

    def root(self) -> str:
        """The tree head of what was added, in hexadecimal."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = hashlib.sha256(NODE + left + node).digest()
        return node.hex()


def root(leaves: Iterable[str]) -> str:
    """The tree head (hexadecimal) of leaf hashes given in order."""
    roots = Roots()
    for leaf in leaves:
        roots.add(leaf)
    return roots.root()
