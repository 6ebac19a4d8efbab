"""Texts to staff before their training runs out: agreed to, once, and to nobody else's phone."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core import clock
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM
from jobs import reminders
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.queries.staff import texts_to_staff
from messaging.services.rule_writes import NewRule, add_rule
from messaging.tables import Message
from tests.conftest import SETTINGS
from tests.factories import make_organisation, make_person
from tests.factories_messaging import drama_number, make_group, make_member
from tests.factories_training import (
    make_course,
    make_exemption,
    make_record,
    make_requirement,
    make_staff,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway
from training.queries.texts import staff_texts
from training.services import texts
from training.tables import Post, Staff

TODAY = date(2026, 6, 10)
COMPLETED = date(2023, 7, 1)
"""Valid for 36 months: to 1 July 2026, three weeks from the tests' day."""


async def make_colleague(*, number: str = drama_number(901), agreed: bool = True) -> UUID:
    """Somebody who must hold a course, holds it, and agreed to texts."""
    organisation_id = await make_organisation()
    staff_id = await make_staff(organisation_id=organisation_id)
    course_id = await make_course(validity_months=36)
    await make_requirement(course_id)
    await make_record(staff_id, course_id, completed_on=COMPLETED)
    await Staff.update(
        {"number": number, "texts_agreed_on": TODAY if agreed else None}, force=True
    ).where(Staff.id == staff_id)
    await add_rule(
        NewRule("Two weeks before", None, organisation_id, None, RuleKind.TRAINING_EXPIRY,
                Offset(days_before=14, at="10:00"), None, active=True, asks=False),
        by=SYSTEM,
    )  # fmt: skip
    return staff_id


async def texts_of(staff_id: UUID) -> list[dict[str, Any]]:
    return await Message.select().where(Message.recipient == staff_id).order_by(Message.id)


async def test_c8_a_text_goes_out_once_before_training_runs_out(db: None, now: FixedClock) -> None:
    staff_id = await make_colleague()
    assert await reminders.plan(SETTINGS) == 1
    assert await reminders.plan(SETTINGS) == 0
    assert [
        (row["state"], row["side"], row["cohort"], row["programme"])
        for row in await texts_of(staff_id)
    ] == [("planned", None, None, None)]

    now.instant = clock.instant_of(date(2026, 6, 17), "10:00")
    gateway = LedgerGateway()
    await reminders.dispatch(SETTINGS, gateway)

    assert [(one.message.to, "Wed 1 Jul" in one.message.body) for one in gateway.ledger] == [
        (drama_number(901), True)
    ]


@pytest.mark.parametrize("missing", ["agreement", "newer", "exempt", "left", "unverified"])
async def test_nobody_is_texted_who_need_not_be(db: None, missing: str) -> None:
    staff_id = await make_colleague(agreed=missing != "agreement")
    record = (await Staff.raw("SELECT course FROM training_records WHERE staff = {}", staff_id))[0]
    if missing == "newer":
        await make_record(staff_id, record["course"], completed_on=TODAY)
    elif missing == "exempt":
        await make_exemption(staff_id, from_on=TODAY, to_on=date(2026, 12, 31))
    elif missing == "left":
        await Post.update({Post.ended_on: date(2026, 6, 20)}).where(Post.staff == staff_id)
    elif missing == "unverified":
        await Staff.raw("UPDATE training_records SET verified = {}, counts = {}", False, False)  # noqa: FBT003
        await Staff.raw("DELETE FROM current_records")

    assert await reminders.plan(SETTINGS) == 0


async def test_taking_the_agreement_back_stops_what_waits_at_once(listening: None) -> None:
    staff_id = await make_colleague()
    lead = await make_person(Role.WORKFORCE_LEAD)
    await reminders.plan(SETTINGS)
    await texts.agree(staff_id, drama_number(901), None, version=1, drama_numbers=True, by=SYSTEM)

    assert [(row["state"], row["state_reason"]) for row in await texts_of(staff_id)] == [
        ("suppressed", "not_safe")
    ]
    with pytest.raises(NotFoundError):
        await staff_texts(staff_id, scope=lead.actor.scope)
    assert await texts_to_staff(staff_id, scope=lead.actor.scope) == ()
    assert len(await texts_to_staff(staff_id, scope=SYSTEM.scope)) == 1


async def test_a_new_number_is_not_texted_with_what_was_planned_for_the_old(db: None) -> None:
    """G5."""
    staff_id = await make_colleague()
    await reminders.plan(SETTINGS)
    await texts.agree(staff_id, drama_number(902), TODAY, version=1, drama_numbers=True, by=SYSTEM)
    await reminders.plan(SETTINGS)

    assert [(row["state"], row["state_reason"]) for row in await texts_of(staff_id)] == [
        ("held", "number_changed")
    ]


@pytest.mark.parametrize("other", ["colleague", "participant"])
async def test_g4_a_number_of_two_people_is_texted_to_neither(db: None, other: str) -> None:
    staff_id = await make_colleague()
    if other == "colleague":
        second = await make_staff()
        await Staff.update({Staff.number: drama_number(901)}).where(Staff.id == second)
    else:
        await make_member(await make_group(), number=drama_number(901))
    await reminders.plan(SETTINGS)

    assert [(row["state"], row["state_reason"]) for row in await texts_of(staff_id)] == [
        ("held", "shared_number")
    ]


@pytest.mark.parametrize(
    ("number", "agreed_on", "field"),
    [
        ("020 7946 0000", TODAY, "number"),
        ("", TODAY, "number"),
        ("07700 900901", date(2026, 6, 11), "agreed_on"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_field(
    db: None, number: str, agreed_on: date, field: str
) -> None:
    staff_id = await make_staff()
    with pytest.raises(InvalidInputError) as caught:
        await texts.agree(staff_id, number, agreed_on, version=1, drama_numbers=True, by=SYSTEM)
    assert [error.field for error in caught.value.errors] == [field]
    assert (await staff_texts(staff_id, scope=SYSTEM.scope)).number is None


async def test_of_two_who_save_at_once_the_second_is_told(db: None) -> None:
    staff_id = await make_staff()
    await texts.agree(staff_id, drama_number(905), None, version=1, drama_numbers=True, by=SYSTEM)
    with pytest.raises(StaleVersionError):
        await texts.agree(staff_id, "", None, version=1, drama_numbers=True, by=SYSTEM)
    assert (await staff_texts(staff_id, scope=SYSTEM.scope)).number == drama_number(905)
