"""The draw of the blind core and of the individual arm: pure functions of a seed, so that the log keeps only that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

BLOCK_MIN, BLOCK_MAX, MARGIN = 6, 12, 2
MILLION = 1_000_000


@dataclass(frozen=True)
class Block:
    """Consecutive `data` segments, by position in the document's list of them, that all coders code blind.

    `probability` is the block's chance of having been drawn, in millionths.
    """

    first: int
    last: int
    exposure: str
    probability: int


def rank(*parts: str) -> int:
    """0 to 999,999, evenly and for ever the same: SHA-256 of the parts joined by "|"."""
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:8], "big") * MILLION >> 64


def draw_blocks(seed: str, document: str, size: int, share: int, opening: int = 0) -> list[Block]:
    """Blocks for a document of `size` data segments, so that on average `share` millionths of them are in one.

    The document is cut into cells of one block and its margin; a number of cells is taken by the rank of their hash,
    the broken part of that number by chance. Half of the documents are cut from their end, so that the margin does not
    always fall on the same last segments. The first `opening` segments are left out. Two thirds of the blocks
    are shown after the blind answer, one third stays blind until the round ends.
    """
    usable = size - opening
    if usable <= 0 or share <= 0:
        return []
    length = min(usable, BLOCK_MIN + rank(seed, document, "length") * (BLOCK_MAX - BLOCK_MIN + 1) // MILLION)
    if usable < 2 * (length + MARGIN):
        length = min(usable, BLOCK_MIN)
    cells = max(1, usable // (length + MARGIN))
    expected = min(cells * MILLION, share * usable // length)
    count, rest = divmod(expected, MILLION)
    count += rank(seed, document, "count") < rest
    chosen = sorted(sorted(range(cells), key=lambda cell: (rank(seed, document, "cell", str(cell)), cell))[:count])
    probability = expected // cells
    backwards = rank(seed, document, "direction") < MILLION // 2
    blocks = []
    for cell in chosen:
        low = opening + cell * usable // cells
        high = opening + (cell + 1) * usable // cells
        room = max(0, high - low - length - MARGIN)
        first = low + rank(seed, document, "offset", str(cell)) * (room + 1) // MILLION
        blind = rank(seed, document, "exposure", str(cell)) >= 2 * MILLION // 3
        last = min(first + length, high) - 1
        if backwards:
            first, last = opening + size - 1 - last, opening + size - 1 - first
        blocks.append(Block(first, last, "blind" if blind else "blind_then_shown", probability))
    return sorted(blocks, key=lambda block: block.first)


def in_arm(seed: str, coder: str, segment: str, share: int) -> bool:
    """Whether the segment, outside the core, is blind for this coder (`share` in millionths)."""
    return rank(seed, coder, segment) < share


def sampled(seed: str, segment: str, share: int) -> bool:
    """Whether a segment without a suggestion is in the queue (`share` in millionths)."""
    return share >= MILLION or rank(seed, "unsuggested", segment) < share
