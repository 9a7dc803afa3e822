"""Where a model is and what it is called."""

from __future__ import annotations

import pytest

from suggest.models.chat.endpoint import same_model


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("gpt-6-luna", "gpt-6-luna-2026-08-01"),
        ("openai/gpt-6-luna", "gpt-6-luna"),
        ("qwen3-8b", "/models/Qwen3-8B.gguf"),
        ("qwen3-8b", "C:\\models\\qwen3-8b-q4_k_m.gguf"),
        ("qwen3:8b", "qwen3"),
        ("./tiny", "tiny/"),
    ],
)
def test_a_name_with_folder_provider_ending_or_version_is_of_the_same_model(asked: str, said: str) -> None:
    assert same_model(asked, said)
    assert same_model(said, asked)


@pytest.mark.parametrize(("asked", "said"), [("gpt-6", "gpt-5"), ("qwen3-8b", "tiny"), ("gpt-6", "gpt-65"), ("m", "")])
def test_another_name_is_another_model(asked: str, said: str) -> None:
    assert not same_model(asked, said)
    assert not same_model(said, asked)
