"""Compliance as it is read from both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core import database
from core.errors import InvalidInputError
from core.report_formats import to_csv, to_json
from core.reports import Question
from tests.factories import Person, make_person
from tests.factories_training import (
    make_course,
    make_exemption,
    make_post,
    make_record,
    make_requirement,
    make_staff,
)
from training.domain.compliance import Figures, Targets
from training.domain.terms import ComplianceStatus, Rag, Sector, StaffGroup
from training.queries import people
from training.queries.compliance import compliance
from training.reports import training_compliance

pytestmark = pytest.mark.usefixtures("database_url")  # many rows, so a database of its own

DAY = date(2026, 6, 10)
VALID, EXPIRED, NEW = date(2025, 1, 1), date(2022, 1, 1), date(2026, 6, 1)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collects what is asked of the engine inside the block."""
    asked: list[str] = []
    engine = database.bound()
    kind: Any = type(engine)
    run = kind.run_querystring

    async def noting(self: Any, querystring: Any, *args: Any, **options: Any) -> Any:
        asked.append(str(querystring))
        return await run(self, querystring, *args, **options)

    kind.run_querystring = noting
    try:
        yield asked
    finally:
        kind.run_querystring = run


async def the_worked_example(lead: Person) -> tuple[UUID, UUID]:
    """C8: 48 staff; 3 exempt; 6 in grace, 1 of them trained; 39 due: 32 valid, 4 expired."""
    course = await make_course()
    requirement = await make_requirement(course)

    async def staff(number: int, *, started_on: date = date(2020, 1, 6)) -> list[UUID]:
        return [
            await make_staff(organisation_id=lead.organisation_id, started_on=started_on)
            for _ in range(number)
        ]

    for exempt in await staff(3):
        await make_exemption(exempt, from_on=DAY, to_on=DAY)
    new = await staff(6, started_on=NEW)
    for trained in [new[0], *await staff(32)]:
        await make_record(trained, course, completed_on=VALID)
    for expired in await staff(4):
        await make_record(expired, course, completed_on=EXPIRED)
        await make_record(expired, course, completed_on=EXPIRED - timedelta(days=400))
    for never in await staff(3):
        await make_record(never, course, completed_on=VALID, verified=False)
    return course, requirement


async def test_c8_worked_example(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    _, requirement = await the_worked_example(lead)

    found = await compliance(scope=lead.actor.scope, as_of=DAY)

    [(group, figures)] = found.rows
    assert group.requirement
    assert group.organisation
    assert (group.requirement.id, group.organisation.id) == (requirement, lead.organisation_id)
    assert (figures.required, figures.exempt, figures.in_scope) == (48, 3, 45)
    assert (figures.valid, figures.counted) == (33, 40)
    assert (figures.in_grace, figures.expired, figures.overdue_never) == (5, 4, 3)
    assert found.total == figures
    assert found.unverified == 3


async def test_the_report_says_the_worked_example_in_figures_and_a_word(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await the_worked_example(lead)

    report = await training_compliance(Question(until=DAY), scope=lead.actor.scope)

    [row] = to_json(report)["rows"]
    assert row["headline"] == {"numerator": 33, "denominator": 40, "percent": "82.5"}
    assert row["strict"] == {"numerator": 33, "denominator": 45, "percent": "73.3"}
    assert row["rag"] == Rag.AMBER
    assert report.data_quality == ("3 training records are not verified and do not count.",)
    assert '"33","40","82.5","68.1","91.3","33","45","73.3","59.0","84.0","Amber"' in to_csv(report)


async def test_the_report_keeps_to_one_organisation_and_to_the_targets_set(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    here = await make_person(Role.WORKFORCE_LEAD)
    await the_worked_example(here)
    await make_staff()

    report = await training_compliance(
        Question(until=DAY, group_by=("team",), organisation_id=here.organisation_id),
        scope=lead.actor.scope, targets=Targets.of_percent(82, 70),
    )  # fmt: skip

    [row] = to_json(report)["rows"]
    assert (row["required"], row["team"], row["rag"]) == (48, "", Rag.GREEN)
    assert "RAG: Green from 82 %, Amber from 70 %" in "".join(report.definitions)


async def test_c13_two_posts_are_in_two_rows_and_once_in_the_total_as_is_said(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    staff = await make_staff(organisation_id=lead.organisation_id, sector=Sector.HOUSING)
    await make_post(staff, sector=Sector.HEALTH)

    report = await training_compliance(
        Question(until=DAY, group_by=("sector",)), scope=lead.actor.scope
    )

    assert [row[1] for row in report.rows] == [1, 1]
    assert report.totals is not None
    assert report.totals[1] == 1
    assert any("once in the total" in sentence for sentence in report.definitions)


async def test_a_lead_sees_figures_of_their_own_organisation_only(db: None) -> None:
    lead, outsider = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    everywhere = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    await the_worked_example(lead)
    await make_staff(organisation_id=outsider.organisation_id)

    seen = {
        person.id: (await compliance(scope=person.actor.scope, as_of=DAY)).total.required
        for person in (lead, outsider, everywhere)
    }

    assert seen == {lead.id: 48, outsider.id: 1, everywhere.id: 49}


async def test_somebody_without_the_permission_sees_no_figures(db: None) -> None:
    await make_requirement(await make_course())
    await make_staff()
    auditor = await make_person(Role.AUDITOR)

    found = await compliance(scope=auditor.actor.scope, as_of=DAY)

    assert (found.rows, found.total, found.unverified) == ((), Figures(), 0)


async def test_figures_are_grouped_by_what_is_asked(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    await make_requirement(course, name="A", sectors=[Sector.HEALTH])
    await make_requirement(course, name="B")
    for sector in (Sector.HEALTH, Sector.HOUSING, Sector.HOUSING):
        await make_staff(organisation_id=lead.organisation_id, sector=sector)

    by_sector = await compliance(scope=lead.actor.scope, as_of=DAY, group_by=["sector"])
    by_both = await compliance(
        scope=lead.actor.scope, as_of=DAY, group_by=["staff_group", "requirement"]
    )

    assert [(group.sector, row.required) for group, row in by_sector.rows] == [
        (Sector.HEALTH, 2),
        (Sector.HOUSING, 2),
    ]
    assert [
        (group.requirement and group.requirement.name, group.staff_group, row.required)
        for group, row in by_both.rows
    ] == [("A", StaffGroup.FRONT_LINE, 1), ("B", StaffGroup.FRONT_LINE, 3)]


@pytest.mark.parametrize("day", [date.min, date(1949, 12, 31), date(2101, 1, 1), date.max])
async def test_a_day_out_of_reach_is_refused(db: None, day: date) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    with pytest.raises(InvalidInputError, match="Choose a day"):
        await compliance(scope=lead.actor.scope, as_of=day)


@pytest.mark.parametrize("names", [[], ["colour"], ["sector", ""]])
async def test_figures_are_not_grouped_by_what_is_unknown(db: None, names: list[str]) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    with pytest.raises(InvalidInputError):
        await compliance(scope=lead.actor.scope, as_of=DAY, group_by=names)


async def test_one_person_stands_with_each_requirement_by_its_own_days(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(validity_months=None)
    await make_requirement(course, name="Lasting")
    await make_requirement(course, name="Three years", validity_months=36)
    await make_requirement(course, name="Police", sectors=[Sector.POLICE])
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_record(staff_id, course, completed_on=date(2024, 2, 29))
    person = await people.staff_member(staff_id, scope=lead.actor.scope)

    items = await people.standings(person, as_of=DAY, scope=lead.actor.scope)

    assert [
        (item.requirement_name, item.standing.status, item.standing.expires_on) for item in items
    ] == [
        ("Three years", ComplianceStatus.COMPLIANT, date(2027, 2, 28)),
        ("Lasting", ComplianceStatus.COMPLIANT, None),
    ]
    assert items[1].standing.due_on == date(2019, 4, 1)


async def test_an_exemption_from_one_requirement_leaves_the_others(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    exempted = await make_requirement(course, name="A")
    await make_requirement(course, name="B")
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_exemption(staff_id, from_on=DAY, to_on=DAY, requirement_id=exempted)
    person = await people.staff_member(staff_id, scope=lead.actor.scope)

    items = await people.standings(person, as_of=DAY, scope=lead.actor.scope)

    assert [item.standing.status for item in items] == [
        ComplianceStatus.OVERDUE_NEVER,
        ComplianceStatus.EXEMPT,
    ]


async def make_many(lead: Person, *, people: int, courses: int) -> None:
    course_ids = [await make_course() for _ in range(courses)]
    for course_id in course_ids:
        await make_requirement(course_id)
    for _ in range(people):
        staff_id = await make_staff(organisation_id=lead.organisation_id)
        for course_id in course_ids:
            await make_record(staff_id, course_id, completed_on=VALID)


async def test_compliance_takes_a_fixed_number_of_statements_whatever_the_number(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    await make_many(lead, people=2, courses=1)
    with counted_statements() as few:
        await compliance(scope=lead.actor.scope, as_of=DAY)
    await make_many(await make_person(Role.WORKFORCE_LEAD), people=30, courses=5)
    with counted_statements() as many:
        await compliance(scope=lead.actor.scope, as_of=DAY)

    assert 1 <= len(few) == len(many) <= 14
