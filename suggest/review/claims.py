"""The segments that one terminal, or one script, has open: claimed, prolonged while it works on them, and freed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from suggest.review.requests import Declined
from suggest.study.claims import Hold, drop_claims, needs_prolonging, put_claims, taken_by
from suggest.study.connect import immediate
from suggest.study.people import coders
from suggest.study.rounds import Round
from suggest.study.study import Study


class Claims:
    """What one session of a coder (an id) holds. The same coder in two terminals is two sessions, which share."""

    def __init__(self, study: Study, coder: str) -> None:
        self._study, self._coder = study, coder
        self._held: dict[int, Round] = {}
        self._name: str | None = None

    @property
    def session(self) -> str:
        """A name for this session that no other has."""
        if self._name is None:
            self._name = self._study.sources.chance(8).hex()
        return self._name

    @property
    def held(self) -> tuple[int, ...]:
        """The segments (numbers) that the session has claimed and not let go."""
        return tuple(self._held)

    def kept(self) -> dict[int, Round]:
        """What is held, with its rounds: give it to `keep` if the transaction fails in which that changes."""
        return dict(self._held)

    def keep(self, held: dict[int, Round]) -> None:
        """Nothing was stored since `kept`."""
        self._held = held

    def hold(self, number: int, round_: Round, *, besides: bool = False) -> tuple[Hold, ...]:
        """Claim a segment inside the caller's write transaction, in place of what was held, or `besides` it.

        Empty if it is held now; else nothing is claimed, and these coders have taken it.
        """
        holds = taken_by(self._study, round_, self._coder, number)
        if holds:
            return holds
        if not besides:
            drop_claims(self._study, self._coder, session=self.session)
            self._held.clear()
        if besides and not needs_prolonging(self._study, round_.id, self._coder, self.session, number):
            return ()
        put_claims(self._study, round_.id, self._coder, self.session, [number])
        self._held[number] = round_
        return ()

    def beat(self) -> tuple[int, ...]:
        """Prolong what is held, in a transaction of its own; the segments that are lost since somebody else has them.

        Call it every `BEAT` seconds while somebody works. What is fresh enough costs no write.
        """
        old = [
            number
            for number, round_ in self._held.items()
            if needs_prolonging(self._study, round_.id, self._coder, self.session, number)
        ]
        if not old or not self._study.writable:
            return ()
        lost = []
        with immediate(self._study.db, self._study.path):
            for number in old:
                if taken_by(self._study, self._held[number], self._coder, number):
                    lost.append(number)
                else:
                    put_claims(self._study, self._held[number].id, self._coder, self.session, [number])
        for number in lost:
            del self._held[number]
        return tuple(lost)

    def done(self, number: int) -> None:
        """The coder is through with a segment, in whatever terminal: inside the caller's write transaction."""
        drop_claims(self._study, self._coder, number=number)
        self._held.pop(number, None)

    def free(self) -> None:
        """Let go of everything, as when the terminal is left: in a transaction of its own."""
        if self._held and self._study.writable:
            with immediate(self._study.db, self._study.path):
                drop_claims(self._study, self._coder, session=self.session)
        self._held.clear()


def named_holds(study: Study, holds: tuple[Hold, ...]) -> list[dict[str, str]]:
    """Who holds a segment, and until when, for showing: {"coder": name, "until": UTC ISO 8601}."""
    names = {coder.id: coder.name for coder in coders(study)}
    return [{"coder": names.get(hold.coder, hold.coder), "until": clock(hold.until)} for hold in holds]


def clock(seconds: int) -> str:
    """Seconds since 1970-01-01 as UTC ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def held_by_others(study: Study, holds: tuple[Hold, ...]) -> Declined:
    """The refusal of work on a segment that others have taken."""
    named: list[dict[str, Any]] = [*named_holds(study, holds)]
    who = " and ".join(item["coder"] for item in named)
    until = max(item["until"] for item in named)[11:16]
    verb = "has" if len(named) == 1 else "have"
    return Declined("held", f"{who} {verb} the segment open until {until} UTC at the least.", held=named)
