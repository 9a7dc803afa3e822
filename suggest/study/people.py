"""Coders: persons and models, each with an identity of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from suggest.errors import BadInput
from suggest.study.log import Writer
from suggest.study.replica import remembered
from suggest.study.sources import new_id
from suggest.study.study import Study
from suggest.study.told_apart import marked, refuse_shared, told_apart

CoderType = Literal["person", "model"]


@dataclass(frozen=True)
class Coder:
    """A person, or a model under one profile. Names are unique within a study: where two sites brought in somebody of
    the same name, each is shown with a mark."""

    id: str
    name: str
    type: CoderType


def coders(study: Study) -> list[Coder]:
    """All coders in the order in which they came."""
    rows = study.db.execute("SELECT coder, name, type FROM coder ORDER BY n").fetchall()
    names = told_apart([(id_, study.contents.text(name)) for id_, name, _ in rows])
    return [Coder(id_, name, type_) for (id_, _, type_), name in zip(rows, names, strict=True)]


def pseudonyms(study: Study) -> dict[str, str]:
    """What each person (an id) is called where no name goes out: "coder 1", "coder 2" ... in the order they came, the
    same in every file of a study. Models keep their names: they are nobody's."""
    persons = [coder.id for coder in coders(study) if coder.type == "person"]
    return {id_: f"coder {n}" for n, id_ in enumerate(persons, 1)}


def find_coder(study: Study, name: str) -> Coder | None:
    """The coder of that name, or of that id. Of several people of one name, whoever was added by this user on this
    machine; BadInput where that is nobody, or several."""
    known = coders(study)
    found = next((coder for coder in known if name in (coder.name, coder.id)), None) or _own(study, name, known)
    if found is None:
        refuse_shared(name, [(coder.id, coder.name) for coder in known], "coders")
    return found


def existing_coder(study: Study, name: str) -> Coder:
    """The coder of that name or id; BadInput naming the coders there are if there is none."""
    known = find_coder(study, name)
    if known is None:
        names = ", ".join(coder.name for coder in coders(study) if coder.type == "person")
        raise BadInput("no coder is called so.", place=name, advice=f"There are: {names}.")
    return known


def ensure_coder(study: Study, name: str, type_: CoderType = "person") -> str:
    """The id of the coder of that name; a new coder if there is none (an entry of its own)."""
    known = find_coder(study, name)
    if known is not None:
        return known.id
    check_name(name)
    id_ = new_id("c", study.sources)
    with study.write(id_) as writer:
        again = find_coder(study, name)
        if again is not None:
            return again.id
        add_coder(writer, id_, name, type_)
    return id_


def _own(study: Study, name: str, known: Sequence[Coder]) -> Coder | None:
    """Of several of one name, the one who was added in a chain of this user's."""
    same = {coder.id: coder for coder in known if coder.name == marked(coder.id, name)}
    if len(same) < 2:
        return None
    chains = [item.replica for item in remembered(study.id)]
    rows = study.db.execute(
        "SELECT actor FROM log WHERE kind = 'coder_added' AND replica IN (SELECT value FROM json_each(?))",
        (json.dumps(chains),),
    )
    mine = [same[actor] for (actor,) in rows if actor in same]
    return mine[0] if len(mine) == 1 else None


def add_coder(writer: Writer, id_: str, name: str, type_: CoderType) -> None:
    """Add a coder inside an open transaction."""
    writer.append("coder_added", {"coder": id_, "type": type_, "name": writer.content("coder", name)})


def check_name(name: str) -> None:
    """BadInput for a name that nobody can be called by."""
    if not name.strip() or len(name) > 200 or "\n" in name or "\x00" in name:
        raise BadInput("a coder's name is one line of 1 to 200 characters.")
    if "," in name:
        raise BadInput("a coder's name holds no comma, since lists of coders are written with commas.")
    check_text(name)


def check_text(text: str) -> None:
    """BadInput for a string that cannot be stored: NUL, or a surrogate that has no partner."""
    if "\x00" in text:
        raise BadInput("the text holds a NUL character, which cannot be stored.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(f"the text holds half a character (a lone surrogate) at position {error.start}.") from None
