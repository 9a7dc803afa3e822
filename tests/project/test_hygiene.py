"""What a stranger's clone must not hold, and what its documents promise: no machine's paths or hosts, no dead links."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from tui.cli import main

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Written so that they do not find themselves.
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:hom[e]|roo[t]|wor[k]|Use[r]s|tm[p]/bash_jobs)/")
REGISTRY = re.compile(
    r"py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|--(?:extra-)?index-ur[l]\s+\S|--find-link[s]\s"
)


def tracked() -> list[Path]:
    """The files that git keeps; the test is skipped where the tree is no clone."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this needs git and a clone")
    files = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in files if path.is_file()]


def text_of(path: Path) -> str:
    """The file as text; a binary file, such as a .docx, reads as its bytes."""
    return path.read_bytes().decode("utf-8", errors="replace")


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert hits(MACHINE_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert hits(REGISTRY) == []


def test_every_module_says_what_it_holds() -> None:
    assert [
        str(path.relative_to(ROOT)) for path in python_files() if not ast.get_docstring(ast.parse(text_of(path)))
    ] == []


def pins(name: str) -> dict[str, str]:
    """Version by distribution, as the requirements file pins them."""
    found = re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{name} pins nothing"
    return dict(found)


def direct(requirements: list[str]) -> dict[str, str]:
    """Version by distribution, as pyproject pins them; each must be pinned exactly."""
    pairs = [requirement.split("==") for requirement in requirements]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_requirements_hold_what_pyproject_pins(name: str) -> None:
    expected = direct(PYPROJECT["project"]["dependencies"])
    if name == "requirements-dev.txt":
        expected |= direct(PYPROJECT["project"]["optional-dependencies"]["dev"])
    found = pins(name)
    assert {package: found.get(package) for package in expected} == expected, "run make lock"


def test_the_development_requirements_are_a_superset() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_hash_and_no_origin(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(name))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def code_in(document: Path) -> list[str]:
    """The lines of a document's code blocks, and its spans of code."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text_of(document), re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose)


def test_the_documents_name_targets_that_exist() -> None:
    named = {
        match.group(1)
        for document in documents()
        for line in code_in(document)
        if (match := re.match(r"(?:\$ )?make ([a-z]+)", line))
    }
    assert {"demo", "test"} <= named
    assert named - make_targets() == set()


def test_the_documents_name_commands_that_exist() -> None:
    commands = set(main.list_commands(click.Context(main)))
    named = {
        match.group(1)
        for document in documents()
        for line in code_in(document)
        if (match := re.match(r"(?:\$ )?(?:\.venv/bin/)?secondcoder ([a-z][a-z-]*)", line))
    }
    assert named - commands == set()


def test_every_relative_link_leads_somewhere() -> None:
    links = [
        (document, target)
        for document in documents()
        for target in re.findall(r"\]\(<?([^)>\s#]+)[^)]*\)", text_of(document))
        if not re.match(r"[a-z]+:", target)
    ]
    assert [f"{d.relative_to(ROOT)}: {t}" for d, t in links if not (d.parent / t).exists()] == []


def test_the_ci_script_runs_lint_and_tests() -> None:
    commands = [
        shlex.split(line, comments=True) for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    ]
    assert ["set", "-euo", "pipefail"] in commands
    assert [command for command in commands if command][-2:] == [["make", "lint"], ["make", "test"]]
