"""Canonical bytes and hashes: one spelling for every logged thing, so that a hash names it for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

ENTRY = b"\x00"
NODE = b"\x01"
CONTENT = b"\x02"
SET = b"\x03"


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonical(value: Any) -> str:
    """JSON in the manner of RFC 8785: keys sorted, no white space, ASCII only.

    Floats are refused with ValueError, since their spelling is not settled; scale them to integers first.
    """
    _refuse_floats(value)
    return spell(value)


def spell(value: Any) -> str:
    """`canonical` for what is known to hold no float, such as a payload whose shape was checked."""
    return _ENCODER.encode(value)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a float has no canonical spelling")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def digest(tag: bytes, text: str) -> str:
    """SHA-256 in hexadecimal of a one-byte tag and the text's UTF-8 bytes (lone surrogates kept as they are)."""
    return hashlib.sha256(tag + text.encode("utf-8", "surrogatepass")).hexdigest()


def commitment(salt: bytes, kind: str, body: str) -> str:
    """The id of a content row: SHA-256 over tag, 16 bytes of salt, kind and body, in hexadecimal.

    Without the salt, which is deleted together with the body, the id says nothing about the words.
    """
    if len(salt) != 16:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(CONTENT + salt + kind.encode() + b"\x00" + body.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(secret: str, text: str) -> str:
    """HMAC-SHA256 in hexadecimal: names a client's free string in the log without telling it."""
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def entry_text(
    replica: str, seq: int, clock: int, tick: int, at: str | None, actor: str, kind: str, payload: str, prev: str
) -> str:
    """The canonical JSON of a log entry without its hash; `payload` is canonical JSON already."""
    at_json = "null" if at is None else quoted(at)
    return (
        f'{{"actor":{quoted(actor)},"at":{at_json},"clock":{clock},"kind":{quoted(kind)},'
        f'"payload":{payload},"prev":"{prev}","replica":"{replica}","seq":{seq},"tick":{tick}}}'
    )


def entry_hash(
    replica: str, seq: int, clock: int, tick: int, at: str | None, actor: str, kind: str, payload: str, prev: str
) -> str:
    """SHA-256(0x00 || canonical entry without hash), in hexadecimal; also the entry's Merkle leaf (RFC 6962)."""
    return digest(ENTRY, entry_text(replica, seq, clock, tick, at, actor, kind, payload, prev))
