"""Hands messaging the training that runs out, as it hands it the sessions to come."""

import zlib
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from core import clock
from core.scope import SYSTEM
from messaging.domain.facts import Contact, Due
from messaging.services.rule_writes import MOST_DAYS_OF_TRAINING
from programmes.queries.numbers import numbers_in_use
from training import reminders
from training.queries.numbers import staff_numbers
from training.reminders import ExpiryFact

_HORIZON = timedelta(days=MOST_DAYS_OF_TRAINING + 1)
_AT = "09:00"
"""The hour of the last day from which reminders are counted back."""


async def due(*, people: Collection[UUID] | None = None) -> Sequence[Due]:
    """Answer what runs out within the horizon, of those who agreed to texts.

    With ``people``, the facts of those among them who are staff, agreed or not.
    """
    if people is not None and not people:
        return ()
    facts = await reminders.expiring(
        until=clock.today() + _HORIZON, scope=SYSTEM.scope, staff_ids=people
    )
    numbers = {fact.number for fact in facts if fact.number}
    shared = await _shared(numbers) if numbers else frozenset()
    return [_due(fact, shared) for fact in facts]


async def _shared(numbers: Collection[str]) -> frozenset[str]:
    """Answer the numbers that more than one colleague, or any participant, has too (G4)."""
    among_staff = await staff_numbers(numbers, scope=SYSTEM.scope)
    return await numbers_in_use(numbers, scope=SYSTEM.scope) | {
        number for number, count in among_staff.items() if count > 1
    }


def _due(fact: ExpiryFact, shared: Collection[str]) -> Due:
    return Due(
        recipient_id=fact.staff_id,
        subject_id=fact.record_id,
        cohort_id=None,
        programme_id=None,
        organisation_id=fact.organisation_id,
        side=None,
        revision=1,
        starts_at=clock.instant_of(fact.expires_on, _AT),
        is_scheduled=True,
        is_expected=True,
        contact=Contact(
            number=fact.number,
            number_version=_version(fact.number),
            sms="safe" if fact.agreed_on else "not_safe",
            confirmed_on=fact.agreed_on,
            windows=(),
            language="en",
            number_is_shared=fact.number in shared,
        ),
    )


def _version(number: str | None) -> int:
    """Answer a number that changes with the telephone's: staff keep no count of theirs (G5)."""
    return zlib.crc32((number or "").encode()) >> 1 or 1
