"""What a change of a course does to whose training counts."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core.errors import AppError, ForbiddenError, InvalidInputError, NotFoundError
from core.scope import SYSTEM
from tests.api.training_calls import actions
from tests.factories import make_person
from tests.factories_training import make_course, make_record, make_staff
from training.domain.terms import Evidence
from training.queries.catalogue import CourseView, course
from training.queries.kept import wrong_holdings
from training.services.courses import CourseDetails, add_course, change_course, set_covers
from training.services.records import NewRecord, add_record
from training.tables import Course, TrainingRecord

FIRST, SECOND = date(2026, 1, 5), date(2026, 2, 5)


async def read(course_id: UUID) -> CourseView:
    return await course(course_id, scope=SYSTEM.scope)


async def change(course_id: UUID, **values: object) -> None:
    view = await read(course_id)
    details = replace(CourseDetails.of(view), **values)  # type: ignore[arg-type]  # a test's words
    await change_course(course_id, details, version=view.version, by=SYSTEM)


async def counts(record_id: UUID) -> bool:
    """Whether a record counts; nothing that is kept may differ from what is."""
    assert await wrong_holdings(scope=SYSTEM.scope) == ()
    [row] = await TrainingRecord.select(TrainingRecord.counts).where(TrainingRecord.id == record_id)
    return bool(row["counts"])


async def test_kent_a_new_prerequisite_settles_whoever_took_the_course(db: None) -> None:
    first, second = await make_course(), await make_course()
    without, trained = await make_staff(), await make_staff()
    await make_record(trained, first, completed_on=FIRST)
    records = [await make_record(who, second, completed_on=SECOND) for who in (without, trained)]

    await change(second, prerequisite_id=first)
    asked = [await counts(record) for record in records]
    await change(second, prerequisite_id=None)

    assert asked == [False, True]
    assert [await counts(record) for record in records] == [True, True]


async def test_a_shorter_validity_settles_whoever_went_on_from_it(db: None) -> None:
    first = await make_course(validity_months=36)
    second = await make_course(prerequisite=first)
    who = await make_staff()
    await make_record(who, first, completed_on=date(2024, 1, 5))
    record = await make_record(who, second, completed_on=SECOND)
    before = await counts(record)

    await change(first, validity_months=12)

    assert (before, await counts(record)) == (True, False)


async def test_what_covers_a_prerequisite_settles_whoever_went_on_from_it(db: None) -> None:
    first, other, another = await make_course(), await make_course(), await make_course()
    second = await make_course(prerequisite=first)
    who = await make_staff()
    await make_record(who, another, completed_on=FIRST)
    record = await make_record(who, second, completed_on=SECOND)

    await set_covers(other, [first], version=1, by=SYSTEM)
    alone = await counts(record)
    await set_covers(another, [other], version=1, by=SYSTEM)
    through = await counts(record)
    await set_covers(other, [], version=2, by=SYSTEM)

    assert (alone, through, await counts(record)) == (False, True, False)
    assert (await read(another)).covers == (other,)


async def test_covers_are_courses_and_not_the_course_itself(db: None) -> None:
    first = await make_course()
    auditor = await make_person(Role.AUDITOR)

    for covers in ([first], [UUID(int=0)]):
        with pytest.raises(InvalidInputError) as refused:
            await set_covers(first, covers, version=1, by=SYSTEM)
        assert [error.field for error in refused.value.errors] == ["covers"]
    with pytest.raises(NotFoundError):
        await set_covers(UUID(int=0), [], version=1, by=SYSTEM)
    with pytest.raises(ForbiddenError):
        await set_covers(first, [], version=1, by=auditor.actor)
    assert (await read(first)).version == 1


async def test_a_circular_prerequisite_is_refused_with_its_circle_named(db: None) -> None:
    first = await make_course(name="Level 1")
    second = await make_course(name="Level 2", prerequisite=first)
    third = await make_course(name="Level 3", prerequisite=second)

    with pytest.raises(InvalidInputError) as refused:
        await change(first, prerequisite_id=third)

    [error] = refused.value.errors
    assert error.field == "prerequisite_id"
    circle = "Level 1 needs Level 3 needs Level 2 needs Level 1 first"
    assert error.message == f"Nobody could begin: {circle}"


async def test_of_two_prerequisites_saved_at_once_that_make_a_circle_one_is_refused(
    db: None,
) -> None:
    first, second = await make_course(), await make_course()

    answers = await asyncio.gather(
        change(first, prerequisite_id=second),
        change(second, prerequisite_id=first),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers if answer] == [InvalidInputError]
    rows = await Course.select(Course.prerequisite)
    assert sorted(row["prerequisite"] is None for row in rows) == [False, True]


async def test_of_two_changes_of_a_course_at_once_one_is_stale(db: None) -> None:
    made = await make_course()
    view = await read(made)
    details = [replace(CourseDetails.of(view), provider=name) for name in ("One", "Two")]

    answers = await asyncio.gather(
        *(change_course(made, one, version=1, by=SYSTEM) for one in details),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, AppError)]
    assert [error.slug for error in refused] == ["stale-version"]
    assert (await read(made)).version == 2
    assert await actions() == ["course_changed"]


async def test_a_course_can_be_added_after_another(db: None) -> None:
    first = await make_course()
    details = replace(CourseDetails.of(await read(first)), code="NEXT", prerequisite_id=first)

    added = await add_course(details, by=SYSTEM)

    assert (await read(added)).prerequisite_id == first


async def test_whoever_completes_a_course_as_its_prerequisite_changes_is_settled_too(
    db: None,
) -> None:
    first, second = await make_course(), await make_course()
    for at in range(4):
        who = await make_staff()
        new = NewRecord(
            staff_id=who, course_id=second, completed_on=SECOND, hours=None,
            evidence=Evidence.CERTIFICATE, verified=True,
        )  # fmt: skip

        record, _ = await asyncio.gather(
            add_record(new, by=SYSTEM), change(second, prerequisite_id=None if at % 2 else first)
        )

        assert await counts(record) == bool(at % 2)
