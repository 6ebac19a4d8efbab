"""Safe hours: the service's hours cut down to the person's own (M3, G6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.clock import LONDON, london
from messaging.domain.facts import Window

_DAYS_AHEAD = 15
"""Two weeks and today: every weekly window comes round in it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of real time, in UTC; ``ends`` is outside it."""

    starts: datetime
    ends: datetime


def next_span(
    instant: datetime, *, service: Sequence[Window], own: Sequence[Window], guard_minutes: int
) -> Span | None:
    """Answer the span of safe hours that ``instant`` is in, else the next one, else ``None``.

    Each span ends ``guard_minutes`` early, so that no text is handed over at the last moment (G7).
    """
    first = london(instant).date()
    for offset in range(_DAYS_AHEAD):
        for span in _spans(first + timedelta(days=offset), service, own, guard_minutes):
            if instant < span.ends:
                return span
    return None


def is_safe(
    instant: datetime, *, service: Sequence[Window], own: Sequence[Window], guard_minutes: int
) -> bool:
    """Tell whether a text may be handed over at ``instant``."""
    span = next_span(instant, service=service, own=own, guard_minutes=guard_minutes)
    return span is not None and span.starts <= instant


def _spans(
    day: date, service: Sequence[Window], own: Sequence[Window], guard_minutes: int
) -> Iterator[Span]:
    for starts, ends in sorted(_hours(day.weekday(), service, own)):
        span = Span(_instant(day, starts), _instant(day, ends) - timedelta(minutes=guard_minutes))
        if span.starts < span.ends:
            yield span


def _hours(
    weekday: int, service: Sequence[Window], own: Sequence[Window]
) -> Iterator[tuple[time, time]]:
    open_hours = [window for window in service if window.weekday == weekday]
    if not own:
        yield from ((window.starts, window.ends) for window in open_hours)
        return
    for outer in open_hours:
        for inner in own:
            if inner.weekday == weekday:
                yield max(outer.starts, inner.starts), min(outer.ends, inner.ends)


def _instant(day: date, wall_time: time) -> datetime:
    return datetime.combine(day, wall_time, tzinfo=LONDON).astimezone(UTC)
