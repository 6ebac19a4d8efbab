"""Makes cohorts, sessions and people for texts with one call; only the fact under test varies."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from core import clock
from core.ids import new_id
from core.scope import SYSTEM, Side
from messaging.domain.facts import Contact, Due
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.services import rule_writes
from messaging.tables import Message, MessageEvent
from programmes.domain.terms import EnrolmentStatus
from programmes.tables import Enrolment, SafeContact, Session
from tests.factories_programmes import make_cohort, make_enrolment, make_participant, make_session

_COUNTER = count(1)
DAY_BEFORE = Offset(days_before=1, at="10:00")


def drama_number(last: int) -> str:
    """One of Ofcom's numbers for drama."""
    return f"+447700900{last % 1000:03d}"


def contact(**changes: Any) -> Contact:
    """A safe contact, confirmed on the tests' day."""
    values: dict[str, Any] = {
        "number": drama_number(1),
        "number_version": 1,
        "sms": "safe",
        "confirmed_on": date(2026, 6, 10),
        "windows": (),
        "language": "en",
        "number_is_shared": False,
    }
    return Contact(**{**values, **changes})


def due(**changes: Any) -> Due:
    """Somebody expected at a session on Friday 12 June 2026, 18:30 in London."""
    values: dict[str, Any] = {
        "recipient_id": new_id(),
        "subject_id": new_id(),
        "cohort_id": new_id(),
        "programme_id": new_id(),
        "organisation_id": new_id(),
        "side": Side.SURVIVOR,
        "revision": 1,
        "starts_at": clock.instant_of(date(2026, 6, 12), "18:30"),
        "is_scheduled": True,
        "is_expected": True,
        "contact": contact(),
    }
    return Due(**{**values, **changes})


@dataclass(frozen=True)
class Group:
    """A cohort that texts can be about."""

    organisation_id: UUID
    side: Side
    programme_id: UUID
    unit_id: UUID
    cohort_id: UUID


async def make_group(
    side: Side = Side.SURVIVOR,
    *,
    organisation_id: UUID | None = None,
    facilitators: tuple[UUID, ...] = (),
) -> Group:
    """A cohort with no session to come."""
    made = await make_cohort(
        organisation_id=organisation_id,
        side=side,
        units=1,
        capacity=40,
        facilitator_ids=facilitators,
    )
    programme = made.programme
    return Group(made.organisation_id, side, programme.id, programme.unit_ids[1], made.id)


async def make_meeting(
    group: Group, starts_at: datetime, *, catch_up_for: UUID | None = None
) -> UUID:
    """A session of the group, or a catch-up of one of its people."""
    return await make_session(
        cohort_id=group.cohort_id, unit_id=group.unit_id, starts_at=starts_at,
        catch_up_for=catch_up_for,
    )  # fmt: skip


async def make_member(
    group: Group,
    *,
    number: str | None = "",
    sms: str | None = "safe",
    confirmed_on: date | None = None,
    windows: tuple[tuple[int, str, str], ...] = (),
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
    joined_on: date | None = None,
) -> tuple[UUID, UUID]:
    """A participant and their enrolment; ``sms=None`` records no safe contact at all."""
    person = await make_participant(
        organisation_id=group.organisation_id, side=group.side, given_name="Rowan",
        family_name="Hill",
    )  # fmt: skip
    enrolment = await make_enrolment(
        cohort_id=group.cohort_id, participant_id=person, joined_on=joined_on, status=status
    )
    if sms is not None:
        await SafeContact(
            participant=person,
            number=drama_number(next(_COUNTER)) if number == "" else number,
            sms=sms,
            confirmed_on=confirmed_on or clock.today(),
            windows=json.dumps(
                [{"weekday": day, "from": opens, "to": closes} for day, opens, closes in windows]
            ),
            updated_at=clock.now(),
        ).save()
    return person, enrolment


async def make_rule(
    group: Group,
    offset: Offset = DAY_BEFORE,
    *,
    name: str = "The day before",
    for_programme: bool = False,
    kind: RuleKind = RuleKind.SESSION_REMINDER,
) -> UUID:
    return await rule_writes.add_rule(
        rule_writes.NewRule(
            name=name, side=group.side, organisation_id=group.organisation_id,
            programme_id=group.programme_id if for_programme else None,
            kind=kind, offset=offset, template_id=None, active=True,
        ),
        by=SYSTEM,
    )  # fmt: skip


async def messages_of(group: Group) -> list[dict[str, Any]]:
    """Every text about the group, in order of making."""
    return await Message.select().where(Message.cohort == group.cohort_id).order_by(Message.id)


async def states_of(group: Group) -> list[tuple[str, str]]:
    """The state and the reason of each text about the group."""
    return [(row["state"], row["state_reason"]) for row in await messages_of(group)]


async def path_of(message_id: UUID) -> list[tuple[str | None, str]]:
    """The moves of a text, in order."""
    rows = await MessageEvent.select().where(MessageEvent.message == message_id).order_by(
        MessageEvent.id
    )  # fmt: skip
    return [(row["old_state"], row["new_state"]) for row in rows]


async def change_contact(participant_id: UUID, **values: Any) -> None:
    """Record another safe contact, as the programmes room would."""
    await SafeContact.update(values, force=True).where(SafeContact.participant == participant_id)


async def change_session(session_id: UUID, **values: Any) -> None:
    """Change a session as the programmes room would: its revision rises."""
    await Session.update({**values, "revision": Session.revision + 1}, force=True).where(
        Session.id == session_id
    )


async def change_enrolment(enrolment_id: UUID, **values: Any) -> None:
    """Change an enrolment as the programmes room would."""
    await Enrolment.update(values, force=True).where(Enrolment.id == enrolment_id)
