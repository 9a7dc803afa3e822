"""How the code tree grew while documents were coded: each change that stands, by the document coded last before it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suggest.study.study import Study


@dataclass(frozen=True)
class Growth:
    """Codes made, and codes renamed, redefined, moved, merged, split or retired."""

    made: int = 0
    changed: int = 0


_LAST_CODED = """
SELECT json_extract(payload, '$.segment') FROM log
WHERE (clock, tick, replica, seq) < (SELECT clock, tick, replica, seq FROM log WHERE replica = ? AND seq = ?)
  AND kind IN ('decided', 'completed')
ORDER BY clock DESC, tick DESC, replica DESC, seq DESC LIMIT 1
"""


def tree_growth(study: Study) -> dict[str | None, Growth]:
    """By document (an id), None for before anybody coded: what happened to the tree after something in it was coded and
    before anything in another one was, by whomever. Changes that were taken back do not count."""
    found: dict[str | None, Growth] = {}
    for replica, seq, stored in study.db.execute(
        "SELECT replica, seq, change FROM tree_change WHERE live = 1 ORDER BY n"
    ).fetchall():
        row = study.db.execute(_LAST_CODED, (replica, seq)).fetchone()
        document = None if row is None else str(row[0]).partition(".")[0]
        change = json.loads(stored)
        made = len(change.get("codes", change.get("parts", ())))
        held = found.get(document, Growth())
        found[document] = Growth(held.made + made, held.changed + (change["op"] != "add"))
    return found
