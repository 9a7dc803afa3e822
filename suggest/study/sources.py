"""Where time and chance come from: one place each, so that a test can give its own."""

from __future__ import annotations

import secrets
import time
from base64 import b32encode
from dataclasses import dataclass, field
from typing import Protocol


class Sources(Protocol):
    """Time and chance for one open study."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def chance(self, size: int) -> bytes:
        """That many unpredictable bytes."""


class SystemSources:
    """The machine's clock and its source of randomness."""

    def now(self) -> float:
        return time.time()

    def chance(self, size: int) -> bytes:
        return secrets.token_bytes(size)


@dataclass
class FixedSources:
    """Time that moves by `step` seconds with every question, and chance from a seed: for tests and benchmarks."""

    seed: int = 0
    time: float = 1_767_225_600.0
    step: float = 1.0
    _drawn: int = field(default=0, repr=False)

    def now(self) -> float:
        self.time += self.step
        return self.time

    def chance(self, size: int) -> bytes:
        from hashlib import shake_256

        self._drawn += 1
        return shake_256(f"{self.seed}/{self._drawn}".encode()).digest(size)


def new_id(prefix: str, sources: Sources) -> str:
    """An opaque id: a letter for the kind of thing and 60 bits of chance in base 32, lower case."""
    return prefix + b32encode(sources.chance(10)).decode().lower()[:12]
