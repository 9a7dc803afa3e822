"""Prompt templates: one validated unit of system text, user text, answer schema and defaults in a YAML file.

Everything that can be wrong with one is found when it is loaded, before any call is made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, NoReturn

import yaml

from suggest.engine.prompt_rules import outside_fences
from suggest.errors import BadInput

STABLE = frozenset({"study", "codes", "examples", "fence", "language"})
"""Variables that stay the same through a run: they may stand anywhere."""

CHANGING = frozenset({"speaker", "before", "after", "beside", "segment"})
"""Variables that change with every segment: they stand in the user text, the segment last of all, so that what comes
before can be cached by the model's host."""

NEEDED = frozenset({"codes", "fence", "segment"})
Task = Literal["code", "propose"]
"""To apply codes of the tree, or to propose new ones."""
ANSWER_TYPES = {
    "code": {"string"},
    "evidence": {"string"},
    "rationale": {"string"},
    "confidence": {"number", "null"},
}
"""The keys of a suggestion in a model's answer, and the JSON types that are read."""
PROPOSAL_TYPES = {key: {"string"} for key in ("name", "definition", "under", "evidence", "rationale")}
"""Those of a proposal of a new code."""

LONGEST = 100_000
DEEPEST = 30

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_VARIABLE = re.compile(r"\{\{([a-z_]+)\}\}")
_KEYS = {"name", "version", "system", "user", "schema", "defaults"}
_ADVICE = "'secondcoder prompts STUDY copy deductive FILE' writes a complete one."


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A checked template. `schema_json` is the answer's JSON schema in canonical form; `sha256` covers all fields."""

    name: str
    version: int
    system: str
    user: str
    schema_json: str
    defaults: tuple[tuple[str, str], ...]
    sha256: str

    @property
    def prompt_version(self) -> str:
        """NAME@VERSION+HASH: differs whenever a model could be told anything else."""
        return f"{self.name}@{self.version}+{self.sha256[:12]}"

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the template uses."""
        return frozenset(_VARIABLE.findall(self.system) + _VARIABLE.findall(self.user))

    @property
    def task(self) -> Task:
        """What a model is asked for with it, told by its schema."""
        return "propose" if '"proposals":' in self.schema_json else "code"

    @property
    def schema(self) -> dict[str, Any]:
        """A fresh copy of the answer's JSON schema."""
        schema: dict[str, Any] = json.loads(self.schema_json)
        return schema


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt, ready to send. `sha256` covers messages and schema; `segments` names those whose text it
    holds, since consent and erasure concern them all."""

    messages: tuple[Message, ...]
    schema_json: str
    prompt_version: str
    sha256: str
    segments: tuple[str, ...] = ()


def load_prompt(name: str) -> PromptTemplate:
    """A template that comes with the program. Raises BadInput for a name that there is none of."""
    return parse_prompt(prompt_text(name), file=f"{name}.yaml")


def prompt_text(name: str) -> str:
    """The YAML text of a template that comes with the program. Raises BadInput for a name that there is none of."""
    known = shipped_prompts()
    if name not in known:
        raise BadInput("there is no prompt of this name.", advice=f"Choose one of: {', '.join(known)}.")
    return (resources.files("suggest.prompts") / f"{name}.yaml").read_text(encoding="utf-8")


def shipped_prompts() -> list[str]:
    """The names of the templates that come with the program."""
    files = resources.files("suggest.prompts").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def parse_prompt(text: str, *, file: str = "") -> PromptTemplate:
    """A template from its YAML text. Raises BadInput with the place for anything missing, unknown or misplaced."""
    if len(text) > LONGEST:
        raise BadInput(f"a prompt may have {LONGEST:,} characters at most.", file=file, advice=_ADVICE)
    found = _mapping(text, file)
    for key in sorted(_KEYS ^ found.keys()):
        if key != "defaults":
            what = "is missing" if key in _KEYS else "is not known"
            raise BadInput(f'the key "{key}" {what}.', file=file, place=_where(text, key), advice=_ADVICE)

    def fail(key: str, what: str) -> NoReturn:
        raise BadInput(what, file=file, place=_where(text, key), advice=_ADVICE)

    name, version = found["name"], found["version"]
    if not isinstance(name, str) or not _NAME.match(name):
        fail("name", "the name must be lower-case letters, digits, - or _.")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        fail("version", "the version must be a whole number from 1.")
    for key in ("system", "user"):
        if not isinstance(found[key], str) or not found[key].strip():
            fail(key, f"the {key} text must be text and not empty.")
    defaults = found.get("defaults") or {}
    if not isinstance(defaults, dict) or not all(isinstance(one, str) for pair in defaults.items() for one in pair):
        fail("defaults", "the defaults must be texts by variable.")
    _check_variables(text, file, found["system"], found["user"], defaults)
    fault = _schema_fault(found["schema"])
    if fault:
        fail("schema", fault)
    try:
        schema_json = _canonical(found["schema"])
    except (TypeError, ValueError):
        fail("schema", "the schema holds a value that JSON does not have, such as a date.")
    rows = tuple(sorted(defaults.items()))
    digest = _sha256("prompt", [name, version, found["system"], found["user"], schema_json, rows])
    return PromptTemplate(name, version, found["system"], found["user"], schema_json, rows, digest)


def render(template: PromptTemplate, variables: Mapping[str, str], *, segments: Iterable[str] = ()) -> Prompt:
    """The prompt with its variables filled in, in one pass: braces inside a value stay what they are.

    Raises BadInput, before any call, for a variable that the template uses and nobody gave, or that it cannot know.
    """
    for variable in sorted(variables.keys() - STABLE - CHANGING):
        raise BadInput(f"{{{{{variable}}}}} is not a variable of prompts.", file=template.prompt_version)
    values = {**dict(template.defaults), **variables}
    for variable in sorted(template.variables - values.keys()):
        raise BadInput(
            f"nothing was given for {{{{{variable}}}}}.",
            file=template.prompt_version,
            advice="Give the variable a default in the prompt.",
        )

    def filled(text: str) -> str:
        return _VARIABLE.sub(lambda match: values[match.group(1)], text)

    messages = (Message("system", filled(template.system)), Message("user", filled(template.user)))
    digest = _sha256("rendered", [[[one.role, one.content] for one in messages], template.schema_json])
    return Prompt(messages, template.schema_json, template.prompt_version, digest, tuple(dict.fromkeys(segments)))


def _check_variables(text: str, file: str, system: str, user: str, defaults: Mapping[str, str]) -> None:
    def fail(what: str, sought: str) -> NoReturn:
        line = text.count("\n", 0, text.find(sought)) + 1 if sought in text else 0
        raise BadInput(what, file=file, place=f"line {line}" if line else "", advice=_ADVICE)

    known = ", ".join(f"{{{{{name}}}}}" for name in sorted(STABLE | CHANGING))
    for part in (system, user):
        stray = _VARIABLE.sub("", part)
        if "{{" in stray:
            at = stray.index("{{")
            fail(
                f"two opening braces that begin no variable. Variables are {known}.", stray[at : at + 20].split("\n")[0]
            )
    for name in sorted(set(_VARIABLE.findall(system + user)) - STABLE - CHANGING):
        fail(f"{{{{{name}}}}} is not a variable of prompts: {known}.", f"{{{{{name}}}}}")
    for name in sorted(set(_VARIABLE.findall(system)) & CHANGING):
        fail(f"{{{{{name}}}}} changes with every segment and belongs in the user text.", f"{{{{{name}}}}}")
    for name in sorted(NEEDED - set(_VARIABLE.findall(system + user))):
        fail(f"the prompt never uses {{{{{name}}}}}.", "user:")
    if set(_VARIABLE.findall(user.partition("{{segment}}")[2])) - {"fence"}:
        fail("{{segment}} must come last in the user text, after all other variables.", "{{segment}}")
    stray_name = outside_fences(system, user)
    if stray_name == "fence":
        fail("a line with {{fence}} opens what no other such line closes.", "{{fence}}")
    if stray_name is not None:
        fail(
            f"{{{{{stray_name}}}}} holds people's words and must stand between two lines with {{{{fence}}}}: "
            "<data {{fence}}> above it and </data {{fence}}> below.",
            f"{{{{{stray_name}}}}}",
        )
    for name in sorted(defaults.keys() - STABLE - CHANGING):
        fail(f'the default "{name}" is for no variable of prompts: {known}.', f"  {name}:")


def _schema_fault(schema: Any) -> str | None:
    """What keeps the schema from describing one of the answers that the program reads; None if nothing."""
    proposes = isinstance(schema, dict) and "proposals" in (schema.get("properties") or ())
    key, wanted = ("proposals", PROPOSAL_TYPES) if proposes else ("suggestions", ANSWER_TYPES)
    one = key.removesuffix("s")
    try:
        item = schema["properties"][key]["items"]
        keys = (set(schema["properties"]), set(schema["required"]), set(item["properties"]), set(item["required"]))
    except (KeyError, TypeError):
        return f'the schema must describe {{"{key}": [...]}} with properties and required keys.'
    if keys[0] != {key} or keys[1] != {key}:
        return f'the schema must have the one key "{key}", and require it.'
    if keys[2] != set(wanted) or keys[3] != set(wanted):
        return f"a {one} in the schema must have the keys {', '.join(wanted)}, and require them."
    for name, allowed in wanted.items():
        stated = item["properties"][name]
        kinds = stated.get("type") if isinstance(stated, dict) else None
        if not kinds or not set(kinds if isinstance(kinds, list) else [kinds]) <= allowed:
            return f'"{name}" in the schema must be of type {" or ".join(sorted(allowed))}.'
    if schema.get("additionalProperties") is not False or item.get("additionalProperties") is not False:
        return f"the schema must set additionalProperties to false, for the answer and for a {one}."
    return None


class _Loader(yaml.SafeLoader):
    """Safe loading that refuses a key given twice, which YAML lets pass in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if keys[place] in keys[:place]:
                raise yaml.MarkedYAMLError(problem="a key is given twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


def _mapping(text: str, file: str) -> dict[str, Any]:
    try:
        # Looked at event by event first: nested aliases can make a small file enormous, and depth makes it slow.
        depth = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise BadInput("not YAML that can be read: nested too deep.", file=file, advice=_ADVICE)
            if isinstance(event, yaml.AliasEvent):
                place = f"line {event.start_mark.line + 1}" if event.start_mark else ""
                raise BadInput("aliases (*) are not taken.", file=file, place=place, advice=_ADVICE)
        found = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadInput(f"not YAML: {error.problem}.", file=file, place=place, advice=_ADVICE) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput("not YAML that can be read.", file=file, advice=_ADVICE) from error
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise BadInput("a prompt is a mapping of keys to values.", file=file, advice=_ADVICE)
    return found


def _where(text: str, key: str) -> str:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(f"{key}:"):
            return f"line {number}"
    return f'key "{key}"'


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _sha256(tag: str, value: Any) -> str:
    return hashlib.sha256(f"secondcoder {tag} 1\0{_canonical(value)}".encode("ascii")).hexdigest()
