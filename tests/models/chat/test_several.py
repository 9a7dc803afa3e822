"""One answer to a question about several segments, divided among them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.models.chat.calls import Said, Usage
from suggest.models.chat.several import divided, joined, shared

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.sampled_from(["s1", "s2", "answers"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["answers", "segment", "suggestions", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(ANYTHING, st.integers(2, 4))
def test_whatever_is_answered_each_segment_has_a_whole_answer_or_none(found: Any, count: int) -> None:
    for raw in (json.dumps(found), json.dumps({"answers": found}), str(found)):
        parts = divided(raw, count)
        assert len(parts) == count
        assert all(part is None or set(json.loads(part)) == {"suggestions"} for part in parts)


def test_answers_may_come_in_any_order() -> None:
    raw = json.dumps({"answers": [{"segment": "s2", "suggestions": [2]}, {"segment": "s1", "suggestions": [1]}]})
    assert divided(raw, 2) == ['{"suggestions": [1]}', '{"suggestions": [2]}']


def test_tokens_are_divided_so_that_they_add_up() -> None:
    parts = shared(Usage(100, 8, 3), 3)
    assert [(one.tokens_in, one.tokens_out, one.cached) for one in parts if one] == [(34, 3, 1), (33, 3, 1), (33, 2, 1)]
    assert shared(None, 2) == [None, None]


def test_instructions_stand_once_and_have_to_be_the_same() -> None:
    one, other = (Said("system", "code"), Said("user", "a")), (Said("system", "code"), Said("user", "b"))
    asked = joined([one, other])
    assert asked is not None and asked[0] == one[0] and len(asked) == 2
    assert asked[1].content.startswith("Segment s1\n\na\n\nSegment s2\n\nb\n\n")
    assert joined([one, (Said("system", "code otherwise"), Said("user", "b"))]) is None
