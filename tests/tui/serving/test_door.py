"""Who is let in: the token in the path, an address of this machine, and no foreign page."""

from __future__ import annotations

import secrets

import pytest

from tui.serving.door import Door, new_token

TOKEN = "a-token"
DOOR = Door(TOKEN, 8000)
HERE = "127.0.0.1:8000"


@pytest.mark.parametrize("host", [HERE, "localhost:8000"])
@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:8000", "http://localhost:8000"])
def test_the_address_that_was_printed_opens(host: str, origin: str | None) -> None:
    assert DOOR.lets_in(f"/{TOKEN}/", host, origin)
    assert DOOR.address == f"http://{HERE}/{TOKEN}/"


@pytest.mark.parametrize(
    ("path", "host", "origin"),
    [
        ("/", HERE, None), ("/a-toke/", HERE, None), ("/a-tokens/", HERE, None), ("", HERE, None),
        (f"/x/{TOKEN}/", HERE, None), ("/\udce4/", HERE, None), ("/ä-token/", HERE, None),
        (f"/{TOKEN}/", "evil.example:8000", None), (f"/{TOKEN}/", "127.0.0.1", None), (f"/{TOKEN}/", None, None),
        (f"/{TOKEN}/", "127.0.0.1:8001", None), (f"/{TOKEN}/", HERE, "http://evil.example"),
        (f"/{TOKEN}/", HERE, "null"), (f"/{TOKEN}/", HERE, "https://127.0.0.1:8000"),
        (f"/{TOKEN}/", HERE, "http://127.0.0.1:9000"),
    ],
)  # fmt: skip
def test_all_else_is_refused(path: str, host: str | None, origin: str | None) -> None:
    assert not DOOR.lets_in(path, host, origin)


def test_the_token_is_compared_in_a_time_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(secrets, "compare_digest", lambda one, other: compared.append((one, other)) or False)
    assert not DOOR.lets_in("/guess/", HERE, None)
    assert compared == [(b"guess", b"a-token")]


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43


def test_on_the_usual_port_browsers_leave_the_port_out() -> None:
    assert Door(TOKEN, 80).lets_in(f"/{TOKEN}/", "localhost", "http://localhost")


def test_every_answer_forbids_to_load_anything_from_elsewhere() -> None:
    policy = DOOR.headers["Content-Security-Policy"]
    allowed = [word for part in policy.split(";") for word in part.split()[1:]]
    assert {word for word in allowed if "://" in word} == {"ws://127.0.0.1:8000", "ws://localhost:8000"}
    assert policy.startswith("default-src 'none'")
    assert DOOR.headers["Referrer-Policy"] == "no-referrer"
