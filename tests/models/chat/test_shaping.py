"""How an endpoint is told the shape of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from suggest.models.chat.endpoint import Endpoint, SchemaShape
from suggest.models.chat.shaping import settings, with_codes

from .conftest import SCHEMA

WHOLE = with_codes(SCHEMA, ["c1"])


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("json_schema", {"type": "json_schema",
                         "json_schema": {"name": "suggestions", "strict": True, "schema": WHOLE}}),
        ("json_object_schema", {"type": "json_object", "schema": WHOLE}),
        ("json_object", {"type": "json_object"}),
        ("none", None),
    ],
)  # fmt: skip
def test_each_way_of_telling_the_shape_is_sent_as_servers_know_it(shape: SchemaShape, wanted: Any) -> None:
    sent = settings(Endpoint("http://127.0.0.1:9/v1", "m", schema=shape), SCHEMA, ["c1"])
    assert sent.get("response_format") == wanted
