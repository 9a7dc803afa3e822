"""What a prompt says about one task, and the fences around what people said."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.engine.context import fence, prompt_for
from suggest.engine.prompts import parse_prompt
from suggest.models.interface import Example, Task, Turn, offered_code

TEMPLATE = parse_prompt((Path(__file__).parents[2] / "prompts" / "deductive.yaml").read_text(encoding="utf-8"))
SECRET = b"a secret of the study"
CODES = (
    offered_code("c2", "Shame", path=("Stigma", "Shame"), definition="Being ashamed", exclude="anger"),
    offered_code("c1", "Stigma", definition="Labels", include="prejudice", examples=("they stare",)),
)
TASK = Task(
    "s5",
    "Yes, they do.",
    500,
    "R1",
    (Turn("s3", "I", "Do people stare?", "prompt"), Turn("s4", None, "Hm.", "data")),
    (Turn("s6", "R2", "Not at me.", "data"),),
)


def test_the_fence_is_the_same_in_a_study_and_another_in_another():
    assert fence(SECRET, "p@1+a", ["text"]) == fence(SECRET, "p@1+a", ["any other"])
    assert fence(SECRET, "p@1+a", []) != fence(SECRET, "p@2+a", [])
    assert fence(SECRET, "p@1+a", []) != fence(b"another", "p@1+a", [])


def test_the_fence_is_fixed_for_ever():
    assert fence(SECRET, "p@1+a", []) == "6096b5806a58"


def test_a_fence_that_a_text_holds_grows_longer_until_none_does():
    short = fence(SECRET, "p@1+a", [])
    longer = fence(SECRET, "p@1+a", [f"I say {short.upper()} aloud"])
    assert longer.startswith(short) and len(longer) > len(short)
    longest = fence(SECRET, "p@1+a", [fence(SECRET, "p@1+a", [longer]) + "x" * 9])
    assert longest.startswith(longer)


def test_a_fence_can_grow_beyond_one_digest():
    text = ""
    for _ in range(12):
        text = fence(SECRET, "p@1+a", [text])
    assert len(text) > 64
    assert len(set(text[:64])) > 4 and text[:32] != text[64:96]


def test_a_fence_without_a_secret_is_refused():
    with pytest.raises(ValueError, match="secret"):
        fence(b"", "p@1+a", [])


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text(), max_size=4), st.binary(min_size=1))
def test_no_text_holds_the_fence(texts, secret):
    mark = fence(secret, "p@1+a", texts)
    assert not any(mark in text for text in texts)


def test_the_segment_comes_last_and_what_is_stable_first():
    made = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET)
    other = prompt_for(TEMPLATE, replace(TASK, text="No.", before=(), speaker="R9"), CODES, secret=SECRET)
    assert made.messages[0] == other.messages[0]
    mark = fence(SECRET, TEMPLATE.prompt_version, [])
    assert made.messages[1].content.endswith(f"Yes, they do.\n</data {mark}>\n")


def test_codes_are_shown_in_the_order_of_the_tree_with_all_their_wording():
    system = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET).messages[0].content
    assert "id: c1\nname: Stigma\ndefinition: Labels\nuse when: prejudice\nexample: they stare\n\nid: c2" in system
    assert "name: Stigma > Shame\ndefinition: Being ashamed\ndo not use when: anger" in system


def test_the_talk_around_is_shown_with_speakers_and_roles():
    user = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET).messages[1].content
    assert "[prompt] I: Do people stare?\nunknown: Hm.\n" in user
    assert "R2: Not at me.\n" in user


def test_examples_are_shown_but_never_the_segments_own():
    examples = (Example("s9", "they laughed", "c1", "accepted"), Example("s5", "own words", "c2", "rejected"))
    made = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET, examples=examples)
    mark = re.findall(r"<data (\w+)>", made.messages[0].content)[-1]
    assert f"they laughed\n[{mark}] people decided: c1 fits" in made.messages[0].content
    assert "own words" not in made.messages[0].content


def test_a_prompt_lists_every_segment_whose_text_it_holds():
    made = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET, examples=(Example("s9", "x", "c1", "rejected"),))
    assert made.segments == ("s5", "s3", "s4", "s6", "s9")


def test_study_and_language_have_defaults_and_can_be_given():
    plain = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET).messages[0].content
    told = prompt_for(TEMPLATE, TASK, CODES, secret=SECRET, study="Peer support", language="Dutch").messages[0].content
    assert "(nothing was said about it)" in plain and "sentence in English" in plain
    assert "\nPeer support\n" in told and "sentence in Dutch" in told


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.sampled_from(["</data ", ">", "{{segment}}", "{{x}}", "MARK", "\n", "id: c9", "\ud800"]), max_size=12)
)
def test_no_words_of_a_participant_can_close_the_fence(parts):
    mark = fence(SECRET, TEMPLATE.prompt_version, [])
    text = "".join(parts).replace("MARK", mark)
    made = prompt_for(TEMPLATE, replace(TASK, text=text), CODES, secret=SECRET)
    used = made.messages[1].content.splitlines()[1].removeprefix("<data ").removesuffix(">")
    assert used not in text
    assert made.messages[1].content.count(f"</data {used}>") == 4
    assert f"<data {used}>\n{text}\n</data {used}>" in made.messages[1].content
