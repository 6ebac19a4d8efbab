"""Asks the rooms what falls due, hands it to messaging, and lets due texts go out."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from core import clock
from core.announcements import Changed, Listener
from core.scope import SYSTEM
from core.settings import Settings
from jobs import dispatcher_lock, training_reminders, wordings
from jobs.health import last_beat
from messaging.domain.facts import Contact, Due, Policy, Window
from messaging.gateways.base import SmsGateway
from messaging.services import outbox, planner, sending
from messaging.services.journal import Journal
from messaging.services.pace import Pace
from messaging.services.planner import Basis, Key
from messaging.services.rules import active_rules
from messaging.services.sending import Desk, Post
from programmes import reminders
from programmes.reminders import ReminderFact
from programmes.services import held_facts
from training.queries.numbers import staff_numbers

HORIZON = timedelta(days=10)
"""How far ahead texts are planned; further than any rule's days before."""


_POSTS: WeakKeyDictionary[SmsGateway, Post] = WeakKeyDictionary()


async def plan(settings: Settings) -> int:
    """Plan the texts of the coming sessions and review those that wait; answer how many are new.

    What fell due since it was last done goes out late where it is of use still.
    """
    await wordings.check()
    now, since = clock.now(), await last_beat("plan")
    facts = await reminders.due_sessions(
        starts_from=min(now, since or now), starts_until=now + HORIZON, scope=SYSTEM.scope
    )
    found = [*await _dues(facts), *await training_reminders.due()]
    return await planner.plan(found, await basis(settings), ask=ask, since=since)


def follow(settings: Settings) -> Listener:
    """Answer a listener that plans texts anew in the transaction of what was changed (1.1, G8)."""

    async def planned_anew(changed: Changed) -> None:
        rests_on = await basis(settings)
        if not rests_on.rules:
            return
        facts = await due(sessions=changed.sessions, people=changed.people)
        await planner.plan_for(
            facts, rests_on, ask=ask, sessions=changed.sessions, people=changed.people
        )

    return planned_anew


async def due(*, sessions: Collection[UUID] = (), people: Collection[UUID] = ()) -> Sequence[Due]:
    """Answer who is expected within the horizon at some sessions, and some people at any.

    Of staff among the people, whose training runs out.
    """
    now = clock.now()
    facts = await reminders.due_of(
        sessions=sessions, people=people, starts_from=now, starts_until=now + HORIZON,
        scope=SYSTEM.scope,
    )  # fmt: skip
    return [*await _dues(facts), *await training_reminders.due(people=people)]


async def due_everywhere() -> Sequence[Due]:
    """Answer who is expected within the horizon at all sessions, and what training runs out.

    It is what a new rule is tried on.
    """
    now = clock.now()
    facts = await reminders.due_sessions(
        starts_from=now, starts_until=now + HORIZON, scope=SYSTEM.scope
    )
    return [*await _dues(facts), *await training_reminders.due()]


async def basis(settings: Settings) -> Basis:
    """Answer what planning rests on: the active rules and the limits of this installation."""
    return Basis(await active_rules(), policy(settings), settings.key_bytes)


async def dispatch(settings: Settings, gateway: SmsGateway) -> int:
    """Send what is due; answer how many texts were handed over."""
    if settings.is_sqlite and not dispatcher_lock.hold(settings.sqlite_path):
        return 0
    limits = policy(settings)
    desk = Desk(
        ask, held_facts.hold, gateway, limits, settings.key_bytes, _post(settings, gateway, limits)
    )
    return await sending.dispatch(desk)


def stop_claiming(gateway: SmsGateway) -> None:
    """Let no further text be claimed through a gateway that is about to be closed."""
    if gateway in _POSTS:
        _POSTS[gateway].closing = True


def _post(settings: Settings, gateway: SmsGateway, limits: Policy) -> Post:
    """Answer what this process keeps of sending through a gateway, from its first call on."""
    if gateway not in _POSTS:
        journal = None
        if settings.sms.gateway == "twilio":
            journal = Journal(settings.state_folder, settings.database_name)
        _POSTS[gateway] = Post(Pace(segments_per_second=limits.segments_per_second), journal)
    return _POSTS[gateway]


async def expire() -> int:
    """End texts whose time has passed, and take back what a dead process held; answer how many."""
    return await outbox.expire()


async def ask(keys: Collection[Key]) -> Sequence[Due]:
    """Answer the facts of some people and sessions as they are now."""
    found = await _dues(await reminders.still_due(keys, scope=SYSTEM.scope))
    others = {recipient for recipient, _ in keys} - {one.recipient_id for one in found}
    of_staff = await training_reminders.due(people=others)
    return [*found, *(one for one in of_staff if (one.recipient_id, one.subject_id) in keys)]


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


async def _dues(facts: Sequence[ReminderFact]) -> list[Due]:
    """Answer the facts as messaging takes them; a colleague's number is a shared one (G4)."""
    numbers = {fact.number for fact in facts if fact.number}
    of_staff = await staff_numbers(numbers, scope=SYSTEM.scope) if numbers else {}
    return [_due(fact, shared=fact.number in of_staff) for fact in facts]


def _due(fact: ReminderFact, *, shared: bool) -> Due:
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
        contact=_contact(fact, shared=shared),
        revised_at=fact.revised_at,
        is_closed_day=fact.is_closed_day,
        member_since=fact.member_since,
    )


def _contact(fact: ReminderFact, *, shared: bool) -> Contact:
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
        number_is_shared=fact.number_is_shared or shared,
        number_changed_at=fact.number_changed_at,
    )
