"""What every test stands on: the same examples each run, nothing of the user's own folders, and the shared material."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from signals import hear_signals

# Derandomised and without a clock: a test passes or fails by what the code does, on a busy machine too.
settings.register_profile(
    "project", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")
# Hypothesis strews in constants of all modules that are loaded, so that what is drawn hung on which tests ran before.
providers._get_local_constants = lambda: providers._local_constants


def pytest_sessionstart() -> None:
    """Programs that tests start and interrupt inherit what is ignored here."""
    hear_signals()
    # Else pytest-asyncio makes a loop only to put it back later, and nobody closes that one.
    asyncio.set_event_loop(None)


@pytest.fixture(scope="session", autouse=True)
def _folders_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps tests out of the user's data and settings, and the user's settings out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable.lower())))
        for variable in [name for name in os.environ if name.startswith("SECONDCODER_")]:
            if variable != "SECONDCODER_SHARED":
                patch.delenv(variable)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real material; the test is skipped where there is none."""
    folder = os.environ.get("SECONDCODER_SHARED")
    if not folder:
        pytest.skip("SECONDCODER_SHARED is not set: this test reads real material that is not part of the repository")
    if not Path(folder).is_dir():
        pytest.skip("SECONDCODER_SHARED names no folder")
    return Path(folder)


@pytest.fixture
def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded model's weights are nowhere, as after a plain installation; the data folder is the test's own."""
    monkeypatch.delenv("SECONDCODER_WEIGHTS", raising=False)
    monkeypatch.setattr("suggest.models.embedded.weights.PACKAGE_MODULE", "no_such_package_of_weights")
