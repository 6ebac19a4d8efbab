"""What somebody holds of a requirement: the training that lasts longest, or enough hours (C8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from training.domain.requirements import Covering, Rule
from training.domain.terms import Basis
from training.domain.validity import expires_on, last_in_window

_ONE_DAY = timedelta(days=1)
_NO_HOURS = Decimal(0)


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion that counts, and its hours."""

    completed_on: date
    hours: Decimal = _NO_HOURS


Completions = Mapping[UUID, Sequence[Completion]]
"""One person's completions that count, by course."""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has towards a requirement; ``last_on`` is ``None`` where it never expires.

    ``course_id`` is what they completed on that day; ``hours`` are those in the window, where the
    rule counts hours.
    """

    course_id: UUID
    completed_on: date
    last_on: date | None
    is_enough: bool = True
    hours: Decimal | None = None

    def is_valid_on(self, day: date) -> bool:
        """Tell whether this satisfies the requirement on the day."""
        return self.is_enough and (self.last_on is None or day <= self.last_on)


def held_on(day: date, rule: Rule, completions: Completions) -> Held | None:
    """Answer what somebody holds on a day; ``None`` for nothing at all."""
    if rule.basis is Basis.HOURS:
        return _hours(day, rule, completions)
    return max(_courses(day, rule, completions), key=_lasting, default=None)


def _courses(day: date, rule: Rule, completions: Completions) -> Iterable[Held]:
    for covering in rule.courses:
        done = [one.completed_on for one in completions.get(covering.course_id, ())]
        latest = max((on for on in done if on <= day), default=None)
        if latest is not None:
            yield Held(covering.course_id, latest, _last_on(latest, covering))


def _last_on(completed_on: date, covering: Covering) -> date | None:
    return _earlier(expires_on(completed_on, covering.validity_months), _last_of(covering))


def _last_of(covering: Covering) -> date | None:
    """Answer the last day on which a course counts at all."""
    return covering.retired_on and covering.retired_on - _ONE_DAY


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _lasting(held: Held) -> tuple[date, date]:
    return held.last_on or date.max, held.completed_on


def _hours(day: date, rule: Rule, completions: Completions) -> Held | None:
    """Add the hours from those that stay in the window longest, until they are enough."""
    found = [
        (covering, one)
        for covering in rule.courses
        for one in completions.get(covering.course_id, ())
        if one.completed_on <= day
    ]
    if not found:
        return None
    on, course_id = max((one.completed_on, covering.course_id) for covering, one in found)
    lasts = [(_last_in_window(one, rule, covering), one.hours) for covering, one in found]
    inside = sorted(((last, hours) for last, hours in lasts if last >= day), reverse=True)
    total = sum((hours for _, hours in inside), _NO_HOURS)
    added = _NO_HOURS
    for last, hours in inside:
        added += hours
        if added >= (rule.hours or _NO_HOURS):
            return Held(course_id, on, last, hours=total)
    return Held(course_id, on, None, is_enough=False, hours=total)


def _last_in_window(one: Completion, rule: Rule, covering: Covering) -> date:
    last = last_in_window(one.completed_on, rule.window_months or 0)
    return _earlier(last, _last_of(covering)) or last
