"""Disagreements as the JSON of `secondcoder disagreements --json`."""

from __future__ import annotations

from suggest.audit.disagreements import Disagreements
from suggest.study.settling import Settlement


def disagreements_json(found: Disagreements, limit: int | None = None) -> dict[str, object]:
    """As `disagreements --json` prints it; the counts are of all, the segments the first `limit` of them."""
    material = found.material

    def code(column: int) -> dict[str, object]:
        held = material.codes[column]
        return {"code": held.id, "path": held.path_text}

    def path(column: int) -> str:
        return material.codes[column].path_text

    ids = {item.id: item for item in material.codes}
    names = {rater.id: rater.name for rater in material.raters}

    def settlement(held: Settlement) -> dict[str, object]:
        codes = [{"code": id_, "path": ids[id_].path_text if id_ in ids else None} for id_ in held.codes]
        agreed = [names.get(coder, coder) for coder in held.coders]
        told = {"codes": codes, "with": agreed, "reason": held.reason, "entry": list(held.entry)}
        return {**told, "not_when": [list(change) for change in held.defined]}

    return {
        "round": material.round.name,
        "coders": [rater.name for rater in found.raters],
        "compared": found.compared,
        "withheld": found.withheld,
        "differ": len(found.segments),
        "settled": sum(item.settled is not None for item in found.segments),
        "kinds": found.kinds,
        "segments": [
            {
                "segment": item.segment.id,
                "external": item.external,
                "cite": item.segment.cite,
                "document": item.segment.label,
                "speaker": item.segment.speaker,
                "text": item.segment.text,
                "kinds": list(item.kinds),
                "distance": round(item.distance, 6),
                "coders": {name: [path(column) for column in codes] for name, codes in item.codes.items()},
                "codes": [
                    {
                        **code(vote.code),
                        "applied": list(vote.applied),
                        "not_applied": list(vote.not_applied),
                        "overlap": None if vote.overlap is None else round(vote.overlap, 6),
                    }
                    for vote in item.votes
                ],
                "settled": None if item.settled is None else settlement(item.settled),
            }
            for item in found.segments[:limit]
        ],
        "code_pairs": [
            {
                "a": code(pair.a),
                "b": None if pair.b is None else code(pair.b),
                "times": pair.times,
                "distance": round(pair.distance, 6),
            }
            for pair in found.code_pairs
        ],
    }
