"""Asks the rooms what falls due, hands it to messaging, and lets due texts go out."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import time, timedelta

from core import clock
from core.scope import SYSTEM
from core.settings import Settings
from jobs import dispatcher_lock
from messaging.domain.facts import Contact, Due, Policy, Window
from messaging.gateways.base import SmsGateway
from messaging.services import outbox, planner, sending
from messaging.services.planner import Key
from messaging.services.rules import active_rules
from programmes import reminders
from programmes.reminders import ReminderFact

HORIZON = timedelta(days=10)
"""How far ahead texts are planned; further than any rule's days before."""


async def plan(settings: Settings) -> int:
    """Plan the texts of the coming sessions and review those that wait; answer how many are new."""
    now = clock.now()
    facts = await reminders.due_sessions(
        starts_from=now, starts_until=now + HORIZON, scope=SYSTEM.scope
    )
    return await planner.plan(
        [_due(fact) for fact in facts], await active_rules(), ask=ask, policy=policy(settings)
    )


async def dispatch(settings: Settings, gateway: SmsGateway) -> int:
    """Send what is due; answer how many texts were handed over."""
    if settings.is_sqlite and not dispatcher_lock.hold(settings.sqlite_path):
        return 0
    return await sending.dispatch(ask, gateway, policy=policy(settings), key=settings.key_bytes)


async def expire() -> int:
    """End texts whose time has passed, and take back what a dead process held; answer how many."""
    return await outbox.expire()


async def ask(keys: Collection[Key]) -> Sequence[Due]:
    """Answer the facts of some people and sessions as they are now."""
    return [_due(fact) for fact in await reminders.still_due(keys, scope=SYSTEM.scope)]


def policy(settings: Settings) -> Policy:
    """Answer the limits of this installation."""
    usual = Policy()
    return replace(
        usual,
        allow_drama=settings.drama_numbers,
        consent_days={
            side: settings.sms.consent_days.get(side, days) if side else days
            for side, days in usual.consent_days.items()
        },
        guests=settings.sms.guests,
        segments_per_second=settings.sms.segments_per_second,
    )


def _due(fact: ReminderFact) -> Due:
    return Due(
        recipient_id=fact.participant_id,
        subject_id=fact.session_id,
        cohort_id=fact.cohort_id,
        programme_id=fact.programme_id,
        organisation_id=fact.organisation_id,
        side=fact.side,
        revision=fact.session_revision,
        starts_at=fact.starts_at,
        is_scheduled=fact.is_scheduled,
        is_expected=fact.is_expected,
        contact=_contact(fact),
    )


def _contact(fact: ReminderFact) -> Contact:
    return Contact(
        number=fact.number,
        number_version=fact.number_version,
        sms=fact.sms.value,
        confirmed_on=fact.confirmed_on,
        windows=tuple(
            Window(one.weekday, time.fromisoformat(one.opens), time.fromisoformat(one.closes))
            for one in fact.windows
        ),
        language=fact.language,
        number_is_shared=fact.number_is_shared,
    )
