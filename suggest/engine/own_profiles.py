"""Profiles of chat models that belong to the user and not to a study: a file in the user's configuration folder.

What a study keeps under the same name goes before them. Where text may go is said by each study all the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suggest.engine.endpoints import KeptEndpoint, kept_endpoints, read_endpoint, specification
from suggest.errors import BadInput, SecondCoderError
from suggest.places import settings_folder
from suggest.study.study import Study

FILE = "models.json"


def own_endpoints() -> dict[str, KeptEndpoint]:
    """The user's profiles by name; none where there is no file. BadInput where it cannot be read."""
    found = {}
    for name, spec in sorted(_read().items()):
        try:
            kept = read_endpoint(name, spec)
            specification(kept)
        except BadInput as error:
            raise BadInput(f"this profile cannot be used: {error}", file=FILE, place=name) from None
        except (TypeError, ValueError, LookupError, AttributeError):
            raise BadInput(
                "this profile is not as 'secondcoder models --user add' writes it.",
                file=FILE,
                place=name,
                advice="Take it out of the file, and add it anew.",
            ) from None
        found[name] = kept
    return found


def keep_own(kept: KeptEndpoint) -> None:
    """Keep a profile for all studies of this user, in the place of one of that name. BadInput as `keep_endpoint`."""
    _write({**_read(), kept.name: specification(kept)})


def remove_own(name: str) -> None:
    """Keep it no more. BadInput where there is none of that name."""
    held = _read()
    if name not in held:
        raise BadInput("you have no model profile of this name.", place=name)
    _write({other: spec for other, spec in held.items() if other != name})


def usable_endpoints(study: Study) -> dict[str, KeptEndpoint]:
    """The profiles that can be used in a study: its own, and of the user's those that it has no other for."""
    return {**own_endpoints(), **kept_endpoints(study)}


def passed_over(study: Study, name: str) -> bool:
    """Whether the user, too, has a profile of a name that the study keeps one under."""
    return name in kept_endpoints(study) and name in _read()


def _file() -> Path:
    return settings_folder() / FILE


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", file=FILE) from None
    except (ValueError, RecursionError):
        raise BadInput(
            "is not JSON.", file=FILE, advice="Mend it, or take it away and add your profiles anew."
        ) from None
    if not isinstance(found, dict):
        raise BadInput("does not hold profiles by name.", file=FILE)
    return found


def _write(profiles: Mapping[str, Any]) -> None:
    """All of it or nothing, readable for the user alone."""
    file = _file()
    part = file.with_name(f"{FILE}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(profiles, stream, indent=1, sort_keys=True)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SecondCoderError(f"Your configuration folder cannot be written: {error.strerror}.") from None
