"""What is sent with a question besides its words: limits, and the shape that the answer is to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from suggest.models.chat.endpoint import Endpoint

MOST_IN_SCHEMA = 500
"""A longer list of codes is left out of the schema: endpoints refuse enumerations that are too long."""

ALTERNATIVES = 10
"""So many other tokens are asked for beside each: endpoints give 20 at most, and each makes the response longer."""


def with_codes(schema: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    """The answer's schema with the ids of the codes on offer as an enumeration, where they are not too many."""
    if len(codes) > MOST_IN_SCHEMA or not {"suggestions", "proposals"} & schema["properties"].keys():
        return schema
    suggests = "suggestions" in schema["properties"]
    key, name = ("suggestions", "code") if suggests else ("proposals", "under")
    more = [] if suggests else [""]  # the top of the tree
    if not codes and suggests:
        return schema
    item = schema["properties"][key]["items"]
    kinds = {**item["properties"], name: {**item["properties"][name], "enum": [*more, *codes]}}
    listed = {**schema["properties"][key], "items": {**item, "properties": kinds}}
    return {**schema, "properties": {**schema["properties"], key: listed}}


def settings(endpoint: Endpoint, schema: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    """The settings of a call, by the names that the endpoint knows, for an answer of this JSON schema about these codes
    (ids); where an endpoint decides instead, a question for each of the codes."""
    if endpoint.api == "decisions":
        return {"questions": [_applies(code) for code in codes]}
    found: dict[str, Any] = {endpoint.output_limit: endpoint.most_output}
    if endpoint.temperature is not None:
        found["temperature"] = endpoint.temperature / 1000
    if endpoint.seed is not None:
        found["seed"] = endpoint.seed
    if endpoint.logprobs:
        found["logprobs"], found["top_logprobs"] = True, ALTERNATIVES
    if endpoint.schema == "json_schema":
        shape = {"name": "suggestions", "strict": True, "schema": with_codes(schema, codes)}
        found["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif endpoint.schema == "json_object_schema":
        found["response_format"] = {"type": "json_object", "schema": with_codes(schema, codes)}
    elif endpoint.schema == "json_object":
        found["response_format"] = {"type": "json_object"}
    return found


def _applies(code: str) -> dict[str, str]:
    return {"type": "predicate", "name": code, "instructions": f"The code with the id {code} applies to the segment."}
