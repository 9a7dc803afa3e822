"""Batches at an endpoint that has OpenAI's Batch API: handed in as files, asked after, and their results fetched."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx2
import openai

from suggest.errors import BadInput, SecondCoderError
from suggest.models.chat.batch_files import URL
from suggest.models.chat.client import connected
from suggest.models.chat.endpoint import Endpoint

MOST_BYTES = 4_000_000_000
OVER = ("completed", "failed", "expired", "cancelled")
"""The states in which nothing more will come."""

Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is: the endpoint's word for it, and its own counts of requests. `files` are the ids of what there
    is to fetch: results and errors."""

    state: str
    total: int
    done: int
    failed: int
    files: tuple[str, ...]

    @property
    def over(self) -> bool:
        return self.state in OVER


class BatchApi:
    """Asks one endpoint. Use as an asynchronous context."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Refuses where the environment variable that should hold the key is not set."""
        self._endpoint = endpoint
        self._client = connected(endpoint, MOST_BYTES)

    async def __aenter__(self) -> BatchApi:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.close()

    async def hand_in(self, path: Path) -> tuple[str, str]:
        """Upload a file of requests and begin its batch; the ids of batch and file."""
        file = await self._asked(self._client.files.create(file=path, purpose="batch"))
        batch = await self._asked(
            self._client.batches.create(input_file_id=file.id, endpoint=URL, completion_window="24h")
        )
        return batch.id, file.id

    async def delete(self, file: str) -> bool:
        """Have the endpoint delete a file of ours; whether it says that it did."""
        try:
            return (await self._client.files.delete(file)).deleted
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError):
            return False

    async def state(self, batch: str) -> BatchState:
        """How far a batch is."""
        found = await self._asked(self._client.batches.retrieve(batch))
        counts = found.request_counts
        files = tuple(file for file in (found.output_file_id, found.error_file_id) if file)
        numbers = (counts.total, counts.completed, counts.failed) if counts else (0, 0, 0)
        return BatchState(found.status, *numbers, files)

    async def fetch(self, file: str, path: Path) -> None:
        """Write a file of results to a path, as it comes."""
        await self._asked(self._streamed(file, path))

    async def _streamed(self, file: str, path: Path) -> None:
        async with self._client.files.with_streaming_response.content(file) as response:
            await response.stream_to_file(path)

    async def _asked(self, question: Awaitable[Got]) -> Got:
        """What the endpoint answers; SecondCoderError where it does not, in none of its words."""
        host = self._endpoint.host
        try:
            return await question
        except openai.APIStatusError as error:
            if error.status_code == 404:
                raise BadInput(
                    "the endpoint has no Batch API, or knows this batch no more (404).",
                    place=host,
                    advice="'suggest --batch-out FILE' writes request files for other tools.",
                ) from None
            raise SecondCoderError(f"{host} answered {error.status_code}. Say the same command again later.") from None
        except openai.APITimeoutError:
            raise SecondCoderError(f"{host} did not answer in time. Say the same command again.") from None
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
            raise SecondCoderError(
                f"{host} could not be reached or understood ({type(error).__name__}). Say the same command again."
            ) from None
