"""Laying out the example study in a folder: its files for the user to see, and a study file made from them.

The study grows under a name of its own and takes its place when all is in, so that it is there whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from suggest.errors import BadInput

STUDY = "study.db"
UNFINISHED = ".study.db.unfinished-"
_SIDES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class ExampleDocument:
    """A transcript of the example: its path inside the example's folder, its label and attributes."""

    file: str
    label: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """What `study.yaml` says of the example study."""

    title: str
    codes: str
    labels: str
    coverage: str
    documents: tuple[ExampleDocument, ...]
    settings: Mapping[str, str]


def read_example() -> Example:
    """The example study that comes with the program."""
    import yaml

    stated: dict[str, Any] = yaml.safe_load((_files() / "study.yaml").read_text(encoding="utf-8"))
    documents = tuple(
        ExampleDocument(item["file"], item["label"], {key: str(value) for key, value in item["attributes"].items()})
        for item in stated["documents"]
    )
    return Example(
        stated["title"],
        stated["code_tree"],
        stated["codings"]["labels"],
        stated["codings"]["coverage"],
        documents,
        {key: str(value) for key, value in stated["settings"].items()},
    )


def lay_out(folder: Path, coder: str, *, with_reference: bool = False) -> tuple[Path, bool]:
    """The study file in the folder, and whether it was made just now.

    A study that is there already is left as it is. Otherwise the example's files are written beside it; a file that
    is there with other words is never overwritten. Raises BadInput for such a file, or for a study.db that is not
    the example study; nothing was written then.
    """
    example = read_example()
    target = folder / STUDY
    _remove_leftovers(folder)
    if target.exists():
        _check_is_example(target, example)
        return target, False
    _write_files(folder)
    made = folder / f"{UNFINISHED}{os.getpid()}"
    try:
        _make_study(made, folder, example, coder, with_reference=with_reference)
        _take_place(made, target)
    finally:
        _remove(made)
    return target, True


def _files() -> Traversable:
    return resources.files("suggest.data")


def _check_is_example(target: Path, example: Example) -> None:
    from suggest.study.study import Study

    with Study.open(target) as study:
        title = study.title
    if title != example.title:
        raise BadInput(
            "is another study than the example; nothing was changed.",
            file=str(target),
            advice="Name another folder with --dir.",
        )


def _write_files(folder: Path) -> None:
    """Write the example's files, each whole or not at all; refuses before the first if any would be overwritten."""
    content = {name: item.read_bytes() for name, item in _listed(_files(), "")}
    missing = []
    for name, wanted in content.items():
        path = folder / name
        if not path.exists():
            missing.append(name)
        elif not path.is_file() or path.read_bytes() != wanted:
            raise BadInput(
                "is there already and is not the example's; nothing was changed.",
                file=str(path),
                advice="Name another folder with --dir.",
            )
    for name in missing:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.unfinished")
        half.write_bytes(content[name])
        half.replace(path)


def _listed(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.startswith(("_", ".")):
            continue
        if item.is_dir():
            yield from _listed(item, f"{prefix}{item.name}/")
        else:
            yield prefix + item.name, item


def _make_study(path: Path, folder: Path, example: Example, coder: str, *, with_reference: bool) -> None:
    from suggest.exchange.bring_in import Incoming, Wish, bring_in, read_files
    from suggest.exchange.codebook import import_codebook, read_codebook
    from suggest.exchange.codings import read_codings, store_codings
    from suggest.study.people import ensure_coder
    from suggest.study.settings import set_setting
    from suggest.study.study import Study

    incoming: list[Incoming] = []
    for item in example.documents:
        incoming += read_files([folder / item.file], Wish(label=item.label, attributes=item.attributes))
    book = read_codebook(folder / example.codes)
    with Study.create(path, example.title, coder) as study:
        actor = ensure_coder(study, coder)
        for key, value in example.settings.items():
            set_setting(study, actor, key, value)
        bring_in(study, actor, incoming)
        import_codebook(study, actor, book)
        if with_reference:
            labels, coverage = folder / example.labels, folder / example.coverage
            store_codings(study, actor, read_codings(study, labels, coverage=coverage))


def _take_place(made: Path, target: Path) -> None:
    """Give the study its name, unless another process was first. A link keeps what it would overwrite."""
    try:
        os.link(made, target)
    except FileExistsError:
        return
    except OSError:
        # A file system without links.
        if not target.exists():
            made.rename(target)


def _remove_leftovers(folder: Path) -> None:
    """Take away what processes that are gone left half done."""
    import psutil

    for path in folder.glob(f"{UNFINISHED}*"):
        number = path.name.removeprefix(UNFINISHED).partition("-")[0]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            _remove(folder / f"{UNFINISHED}{number}")


def _remove(path: Path) -> None:
    for side in _SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)
