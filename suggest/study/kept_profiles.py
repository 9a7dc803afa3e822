"""Model profiles that the study keeps: a name and a specification, which the engine reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from suggest.errors import BadInput
from suggest.study.canonical import keyed_digest
from suggest.study.log import EntryRef
from suggest.study.study import Study


def kept_profiles(study: Study) -> dict[str, dict[str, Any]]:
    """The specifications by name, in the order of the names."""
    rows = study.db.execute("SELECT spec FROM profile WHERE spec IS NOT NULL").fetchall()
    found = {}
    for (content,) in rows:
        spec = json.loads(study.contents.text(content))
        found[str(spec["name"])] = spec
    return dict(sorted(found.items()))


def keep_profile(study: Study, actor: str, name: str, spec: Mapping[str, Any]) -> EntryRef:
    """Keep a profile under its name, in the place of one that had it. The specification is JSON."""
    told = json.dumps({**spec, "name": name}, sort_keys=True)
    with study.write(actor) as writer:
        return writer.append("profile_kept", {"name": _key(study, name), "spec": writer.content("profile", told)})


def remove_profile(study: Study, actor: str, name: str) -> EntryRef:
    """Keep it no more. What was suggested with it stays. BadInput where there is none of that name."""
    if name not in kept_profiles(study):
        raise BadInput("the study keeps no such model profile.", place=name)
    with study.write(actor) as writer:
        return writer.append("profile_kept", {"name": _key(study, name), "spec": None})


def _key(study: Study, name: str) -> str:
    return keyed_digest(study.secret, f"profile {name}")
