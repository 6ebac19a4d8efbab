"""What is kept of training stays right whoever records, verifies and withdraws meanwhile."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core import clock, database
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.scope import SYSTEM, Actor
from tests.factories import make_person
from tests.factories_training import make_course, make_exemption, make_record, make_staff
from tests.interleaving import slip_in
from training.domain.terms import Evidence
from training.errors import (
    ExemptionOverlapsError,
    OwnTrainingError,
    TrainingRecordExistsError,
    TrainingRecordSettledError,
)
from training.queries.kept import wrong_holdings
from training.services import exemptions, records, verification
from training.services.certificates import NewFile
from training.services.exemptions import NewExemption
from training.services.kept import settle
from training.services.records import NewRecord
from training.tables import Certificate, CurrentRecord, TrainingRecord

DAYS = [date(2026, 6, day) for day in range(1, 7)]


async def current() -> list[date]:
    rows = await CurrentRecord.select(CurrentRecord.completed_on)
    return [row["completed_on"] for row in rows]


async def a_completion() -> tuple[Actor, NewRecord]:
    lead = await make_person(Role.WORKFORCE_LEAD)
    new = NewRecord(
        staff_id=await make_staff(organisation_id=lead.organisation_id),
        course_id=await make_course(),
        completed_on=DAYS[0],
        hours=None,
        evidence=Evidence.CERTIFICATE,
        verified=True,
    )
    return lead.actor, new


async def test_records_of_one_person_at_once_leave_the_latest_as_the_current_one(
    db: None,
) -> None:
    lead, new = await a_completion()

    await asyncio.gather(
        *(records.add_record(replace(new, completed_on=day), by=lead) for day in DAYS)
    )

    assert await TrainingRecord.count().where(TrainingRecord.counts.eq(value=True)) == len(DAYS)
    assert await current() == [DAYS[-1]]
    assert await wrong_holdings(scope=SYSTEM.scope) == ()


async def test_two_who_have_both_added_before_either_settles_wait_and_do_not_block(
    db: None, engine_name: str
) -> None:
    """A row that refers to somebody must not keep others from settling them."""
    if engine_name == "sqlite":
        return  # it has one writer
    staff_id, course = await make_staff(), await make_course()
    both = asyncio.Barrier(2)

    async def add(day: date) -> None:
        async with database.transaction():
            await TrainingRecord(
                id=new_id(), staff=staff_id, course=course, completed_on=day, verified=True,
                evidence=Evidence.REGISTER, created_at=clock.now(),
            ).save()  # fmt: skip
            await both.wait()
            await settle([staff_id])

    await asyncio.gather(add(DAYS[1]), add(DAYS[0]))

    assert await current() == [DAYS[1]]
    assert await wrong_holdings(scope=SYSTEM.scope) == ()


async def test_the_same_completion_at_once_is_recorded_once(db: None) -> None:
    lead, new = await a_completion()

    answers = await asyncio.gather(
        *(records.add_record(new, by=lead) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(answer) for answer in answers if not isinstance(answer, UUID)) == [
        TrainingRecordExistsError
    ]
    assert await TrainingRecord.count() == 1


async def test_an_older_record_that_comes_in_between_does_not_become_the_current_one(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, new = await a_completion()
    later = replace(new, completed_on=DAYS[1])
    slip_in(
        monkeypatch, "training.services.records.staff_member",
        lambda: records.add_record(later, by=lead),
    )  # fmt: skip

    await records.add_record(new, by=lead)

    assert await current() == [DAYS[1]]


async def test_what_is_withdrawn_in_between_is_not_verified(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, new = await a_completion()
    ids = [
        await make_record(new.staff_id, new.course_id, completed_on=day, verified=False)
        for day in DAYS[:2]
    ]
    slip_in(
        monkeypatch, "training.services.verification.records_of",
        lambda: verification.withdraw(ids[0], "Wrong course", by=lead),
    )  # fmt: skip

    with pytest.raises(TrainingRecordSettledError):
        await verification.verify(ids, Evidence.CERTIFICATE, by=lead)

    assert await TrainingRecord.count().where(TrainingRecord.verified_by.is_not_null()) == 0
    assert await current() == []


async def test_many_are_verified_at_once_all_or_none(db: None) -> None:
    lead, new = await a_completion()
    ids = [
        await make_record(new.staff_id, new.course_id, completed_on=day, verified=False)
        for day in DAYS
    ]
    own = await make_record(
        await make_staff(account_id=lead.account_id, organisation_id=await _place_of(new)),
        new.course_id, completed_on=DAYS[0], verified=False,
    )  # fmt: skip

    with pytest.raises(OwnTrainingError):
        await verification.verify([*ids, own], Evidence.REGISTER, by=lead)
    assert await current() == []

    await verification.verify(ids, Evidence.REGISTER, by=lead)
    assert await current() == [DAYS[-1]]


@pytest.mark.parametrize("many", [0, verification.MOST_AT_ONCE + 1])
async def test_not_none_and_not_too_many_are_verified_at_once(db: None, many: int) -> None:
    lead, _ = await a_completion()

    with pytest.raises(InvalidInputError) as refused:
        await verification.verify([new_id() for _ in range(many)], Evidence.REGISTER, by=lead)

    assert [error.field for error in refused.value.errors] == ["record_ids"]


async def test_a_withdrawn_record_makes_the_one_before_it_the_current_one(db: None) -> None:
    lead, new = await a_completion()
    await records.add_record(new, by=lead)
    second = await records.add_record(replace(new, completed_on=DAYS[1]), by=lead)

    await verification.withdraw(second, "Not theirs", by=lead)

    assert await current() == [DAYS[0]]
    assert await wrong_holdings(scope=SYSTEM.scope) == ()


async def test_a_record_whose_file_is_refused_is_not_saved(db: None) -> None:
    lead, new = await a_completion()
    wrong = NewFile("a.pdf", b"MZ")

    with pytest.raises(InvalidInputError):
        await records.add_record(new, by=lead, file=wrong)

    assert (await TrainingRecord.count(), await Certificate.count()) == (0, 0)


async def test_the_service_itself_has_no_training_of_its_own(db: None) -> None:
    with pytest.raises(NotFoundError):
        await records.declare(await make_course(), DAYS[0], None, by=SYSTEM)


async def test_overlapping_exemptions_at_once_leave_one(db: None) -> None:
    lead, new = await a_completion()
    wanted = NewExemption(
        staff_id=new.staff_id, requirement_id=None, from_on=DAYS[0], to_on=DAYS[5], reason="Leave"
    )

    answers = await asyncio.gather(
        *(exemptions.add_exemption(wanted, by=lead) for _ in range(2)), return_exceptions=True
    )

    assert [type(answer) for answer in answers if not isinstance(answer, UUID)] == [
        ExemptionOverlapsError
    ]


async def test_an_exemption_that_ended_earlier_in_between_is_not_made_longer(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, new = await a_completion()
    id = await make_exemption(new.staff_id, from_on=DAYS[0], to_on=DAYS[5])
    slip_in(
        monkeypatch, "training.services.exemptions.exemption",
        lambda: exemptions.end_exemption(id, DAYS[1], by=lead),
    )  # fmt: skip

    with pytest.raises(StaleVersionError):
        await exemptions.end_exemption(id, DAYS[3], by=lead)


async def _place_of(new: NewRecord) -> UUID:
    rows = await database.run("SELECT organisation FROM staff WHERE id = {}", new.staff_id)
    place: UUID = rows[0]["organisation"]
    return place
