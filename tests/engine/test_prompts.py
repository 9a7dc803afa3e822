"""A prompt template is right before any call is made, and nothing but its variables is ever filled in."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from suggest.engine import prompts
from suggest.engine.prompts import load_prompt, parse_prompt, render, shipped_prompts
from suggest.errors import BadInput

PROMPTS = Path(__file__).parents[2] / "prompts"
DEDUCTIVE = (PROMPTS / "deductive.yaml").read_text(encoding="utf-8")
SCHEMA = yaml.safe_load(DEDUCTIVE)["schema"]
VALUES = {"codes": "C", "fence": "F", "segment": "S"}


def source(**changes):
    fields = {
        "name": "mine",
        "version": 1,
        "system": "Codes: {{fence}}\n{{codes}}\n{{fence}}",
        "user": "Segment: {{fence}}\n{{segment}}\n{{fence}}",
        "schema": SCHEMA,
        **changes,
    }
    return yaml.safe_dump({key: value for key, value in fields.items() if value is not None}, sort_keys=False)


def refused(text):
    with pytest.raises(BadInput) as caught:
        parse_prompt(text, file="mine.yaml")
    assert caught.value.file == "mine.yaml"
    return caught.value


def test_the_shipped_prompts_load(monkeypatch):
    monkeypatch.setattr(prompts.resources, "files", lambda package: PROMPTS)
    assert "deductive" in shipped_prompts()
    for name in shipped_prompts():
        assert load_prompt(name).name == name


def test_an_unknown_name_is_refused_with_the_names_there_are(monkeypatch):
    monkeypatch.setattr(prompts.resources, "files", lambda package: PROMPTS)
    with pytest.raises(BadInput, match="deductive"):
        load_prompt("../deductive")


def test_the_prompt_version_names_the_template_and_its_content():
    template = parse_prompt(source())
    assert template.prompt_version == f"mine@1+{template.sha256[:12]}"
    assert len(template.sha256) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other"},
        {"version": 2},
        {"system": "Codes {{fence}}\n{{codes}}\n{{fence}}"},
        {"user": "Segment {{fence}}\n{{segment}}\n{{fence}}"},
        {"defaults": {"language": "Welsh"}},
        {"schema": {**SCHEMA, "description": "more"}},
    ],
)
def test_any_change_makes_another_hash(changes):
    assert parse_prompt(source(**changes)).sha256 != parse_prompt(source()).sha256


def test_comments_and_the_order_of_keys_change_nothing():
    fields = yaml.safe_load(source())
    turned = "# a comment\n" + yaml.safe_dump(dict(reversed(fields.items())), sort_keys=False)
    assert parse_prompt(turned) == parse_prompt(source())


@pytest.mark.parametrize("key", ["name", "version", "system", "user", "schema"])
def test_a_missing_key_is_named(key):
    assert f'"{key}" is missing' in refused(source(**{key: None})).what


def test_an_unknown_key_is_named_with_its_line():
    error = refused(source(temperature=1, schema=SCHEMA))
    assert '"temperature" is not known' in error.what
    assert error.place.startswith("line ")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"system": "{{fence}}\n{{codes}}\n{{fence}} {{sgment}}"}, "{{sgment}} is not a variable"),
        ({"system": "{{fence}}\n{{codes}}\n{{fence}} {{ codes }}"}, "begin no variable"),
        ({"system": "{{fence}}\n{{codes}}\n{{fence}} {{Codes}}"}, "begin no variable"),
        ({"system": "{{fence}}\n{{codes}}\n{{fence}} {{speaker}}"}, "changes with every segment"),
        ({"system": "{{fence}}"}, "never uses {{codes}}"),
        ({"user": "{{fence}}"}, "never uses {{segment}}"),
        ({"system": "{{codes}}", "user": "{{segment}}"}, "never uses {{fence}}"),
        ({"user": "{{segment}} {{before}} {{fence}}"}, "must come last"),
        ({"defaults": {"tone": "kind"}}, "for no variable"),
        ({"user": "{{fence}}\n{{segment}}"}, "no other such line closes"),
        ({"user": "{{before}}\n{{fence}}\n{{segment}}\n{{fence}}"}, "{{before}} holds people's words"),
        ({"user": "{{fence}} {{segment}} {{fence}}"}, "{{segment}} holds people's words"),
        ({"user": "{{segment}} {{fence}}\n{{fence}}"}, "{{segment}} holds people's words"),
    ],
)
def test_a_wrong_variable_is_refused_with_its_line(changes, what):
    error = refused(source(**changes))
    assert what in error.what
    assert error.place.startswith("line ")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"name": "My Prompt"}, "name"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 0}, "version"),
        ({"system": " "}, "system"),
        ({"user": ["a"]}, "user"),
        ({"defaults": {"language": 3}}, "defaults"),
        ({"defaults": ["language"]}, "defaults"),
        ({"schema": "object"}, "schema"),
        ({"schema": {}}, "schema"),
        ({"schema": {**SCHEMA, "additionalProperties": True}}, "additionalProperties"),
        ({"schema": {**SCHEMA, "required": []}}, "suggestions"),
    ],
)
def test_a_wrong_value_is_refused(changes, what):
    assert what in refused(source(**changes)).what


@pytest.mark.parametrize("key", ["code", "evidence", "rationale", "confidence"])
def test_a_schema_must_ask_for_what_is_read(key):
    without = yaml.safe_load(source())
    item = without["schema"]["properties"]["suggestions"]["items"]
    item["properties"][key] = {"type": "boolean"}
    assert f'"{key}" in the schema' in refused(yaml.safe_dump(without)).what
    del item["properties"][key]
    assert "must have the keys" in refused(yaml.safe_dump(without)).what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "a mapping"),
        ("- a\n- b\n", "a mapping"),
        ("1: a\n", "a mapping"),
        ("name: [", "not YAML"),
        ("name: a\nname: b\n", "a key is given twice"),
        ("name: &x a\nversion: *x\n", "aliases"),
        ("name: !!python/object/apply:os.getcwd []\n", "not YAML"),
        ("name: a\x00b", "not YAML"),
        pytest.param("[" * 5000, "too deep", id="deep"),
        pytest.param("name: " + "a" * 100_001, "100,000", id="long"),
    ],
)
def test_what_is_no_plain_mapping_is_refused(text, what):
    assert what in refused(text).what


def test_a_schema_with_a_date_is_refused():
    text = source(schema={**SCHEMA, "default": "DATE"}).replace("DATE", "2024-01-01")
    assert "date" in refused(text.replace("'2024-01-01'", "2024-01-01")).what


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_template_or_a_clear_refusal(text):
    try:
        parse_prompt(text)
    except BadInput as error:
        assert str(error)


def test_variables_are_filled_in_once_and_braces_in_a_value_stay():
    template = parse_prompt(source(system='{{fence}}\n{{codes}}\n{{fence}} {"a": {}}'))
    made = render(template, {**VALUES, "codes": "{{segment}} {{x}} {{"})
    assert made.messages[0].content == 'F\n{{segment}} {{x}} {{\nF {"a": {}}'
    assert made.messages[1].content == "Segment: F\nS\nF"
    assert [one.role for one in made.messages] == ["system", "user"]


@settings(derandomize=True, deadline=None)
@given(st.text(), st.text())
def test_whatever_a_text_holds_it_stands_in_the_prompt_as_it_is(codes, segment):
    made = render(parse_prompt(source()), {"codes": codes, "segment": segment, "fence": "F"})
    assert made.messages[0].content == f"Codes: F\n{codes}\nF"
    assert made.messages[1].content == f"Segment: F\n{segment}\nF"
    assert len(made.sha256) == 64


def test_a_variable_nobody_gave_is_refused_unless_it_has_a_default():
    text = {"system": "{{fence}}\n{{codes}}\n{{fence}} in {{language}}"}
    with pytest.raises(BadInput, match=r"nothing was given for \{\{language\}\}"):
        render(parse_prompt(source(**text)), VALUES)
    with_default = parse_prompt(source(**text, defaults={"language": "Welsh"}))
    assert render(with_default, VALUES).messages[0].content == "F\nC\nF in Welsh"
    assert render(with_default, {**VALUES, "language": "Basque"}).messages[0].content == "F\nC\nF in Basque"


def test_a_variable_that_prompts_do_not_know_is_refused():
    with pytest.raises(BadInput, match="mood"):
        render(parse_prompt(source()), {**VALUES, "mood": "good"})


def test_the_hash_of_a_rendered_prompt_follows_its_content():
    template = parse_prompt(source())
    one, two = render(template, VALUES), render(template, {**VALUES, "segment": "T"})
    assert one.sha256 == render(template, VALUES).sha256 != two.sha256
    assert one.prompt_version == two.prompt_version == template.prompt_version


def test_the_schema_handed_out_is_a_copy():
    template = parse_prompt(source())
    template.schema["properties"].clear()
    assert template.schema == SCHEMA
