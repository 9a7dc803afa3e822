"""One coder's own pace, from the times that the log keeps: for the coder alone, and only when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

BREAK = timedelta(minutes=15)
"""So long without a completed segment, and a sitting has ended."""
LEAST, SHORTEST = 3, 10
"""With fewer completed segments, or minutes of work, nothing is said: the log keeps whole minutes."""


@dataclass(frozen=True)
class Pace:
    """`segments` completed in `sittings` of `minutes` together, counted from whole minutes; `hourly` segments."""

    segments: int
    sittings: int
    minutes: int

    @property
    def hourly(self) -> float:
        """Segments in an hour of work."""
        return 60 * self.segments / self.minutes


def pace(completed_at: Mapping[str | None, int]) -> Pace | None:
    """The pace from completed segments by time (UTC, ISO 8601). None where the log keeps no times, or too few.

    A sitting lasts from its first completed segment to its last one, and a minute more.
    """
    minutes = Counter[datetime]()
    for at, count in completed_at.items():
        if at is not None:
            minutes[_time(at).replace(second=0)] += count
    if sum(minutes.values()) < LEAST:
        return None
    moments = sorted(minutes)
    starts = [moment for before, moment in zip([None, *moments], moments, strict=False)
              if before is None or moment - before > BREAK]  # fmt: skip
    ends = [before for before, moment in zip(moments, [*moments[1:], None], strict=False)
            if moment is None or moment - before > BREAK]  # fmt: skip
    lasted = sum((end - start + timedelta(minutes=1) for start, end in zip(starts, ends, strict=True)), timedelta())
    worked = round(lasted.total_seconds() / 60)
    return Pace(sum(minutes.values()), len(starts), worked) if worked >= SHORTEST else None


def by_day(completed_at: Mapping[str | None, int], zone: tzinfo | None = None) -> dict[date, int]:
    """Completed segments by day, ascending, days of the given zone (default: this machine's)."""
    days = Counter[date]()
    for at, count in completed_at.items():
        if at is not None:
            days[_time(at).astimezone(zone).date()] += count
    return dict(sorted(days.items()))


def _time(at: str) -> datetime:
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
