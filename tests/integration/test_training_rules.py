"""The requirements that councils wrote down, as rules here (domain.md 2.5), to their figures."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.scope import SYSTEM
from tests.factories_training import make_course, make_record, make_staff
from training.domain.compliance import Figures
from training.domain.requirements import Due, Filter
from training.domain.rule_faults import RequirementDetails
from training.domain.terms import Basis, Sector, StaffGroup
from training.queries.catalogue import requirement
from training.queries.compliance import compliance
from training.queries.people import staff_member, standings
from training.services.requirements import add_requirement
from training.tables import TrainingRecord

YEARS = (date(2018, 3, 1), date(2025, 1, 1), date(2026, 3, 1))
TODAY = date(2026, 6, 10)


async def ask(course: UUID, **other: Any) -> UUID:
    """Save a requirement as a page would, and answer its id."""
    says: dict[str, Any] = {
        "name": "Rule", "filter": Filter(), "due": Due(within_days=90),
        "effective_from": date(2020, 1, 1), **other,
    }  # fmt: skip
    return await add_requirement(RequirementDetails(course_id=course, **says), by=SYSTEM)


async def on(day: date, rule: UUID) -> Figures:
    asked = [await requirement(rule, scope=SYSTEM.scope)]
    return (await compliance(scope=SYSTEM.scope, as_of=day, asked=asked)).total


async def due_days(*staff: UUID) -> list[date | None]:
    scope = SYSTEM.scope
    found = [
        await standings(await staff_member(who, scope=scope), as_of=TODAY, scope=scope)
        for who in staff
    ]
    return [items[0].standing.due_on for items in found]


async def test_coe_the_pathway_within_six_months_or_by_the_end_of_2027_volunteers_too(
    db: None,
) -> None:
    basic = await make_course(name="Basic Awareness")
    pathway = await make_course(name="DA Pathway", prerequisite=basic, validity_months=None)
    due = Due(within_months=6, transition_on=date(2025, 1, 1), transition_due_on=date(2027, 12, 31))
    rule = await ask(pathway, due=due, validity_months=36, effective_from=date(2025, 1, 1))
    early, on_the_day, volunteer = [
        await make_staff(started_on=day, staff_group=group)
        for day, group in zip(
            YEARS, [*2 * [StaffGroup.FRONT_LINE], StaffGroup.VOLUNTEER], strict=True
        )
    ]
    for who in (on_the_day, volunteer):
        await make_record(who, pathway, completed_on=date(2026, 5, 1))
    await make_record(volunteer, basic, completed_on=date(2026, 4, 1))

    assert await due_days(early, on_the_day, volunteer) == [
        date(2027, 12, 31), date(2025, 7, 1), date(2026, 9, 1),
    ]  # fmt: skip
    assert await on(TODAY, rule) == Figures(compliant=1, in_grace=1, overdue_never=1)
    assert await on(date(2028, 1, 1), rule) == Figures(compliant=1, overdue_never=2)
    assert await on(date(2029, 5, 2), rule) == Figures(expired=1, overdue_never=2)


async def test_ncl_hours_over_a_rolling_three_years(db: None) -> None:
    """The hours that somebody has by 10 June 2026 are 2 + 2.5; three years before are too long."""
    levels = {"adult L1": 2, "adult L2": 3, "adult L3": 8, "child L2": 4, "child L3": 8}
    who = await make_staff()
    valid: dict[str, list[int]] = {}
    for level, hours in levels.items():
        course = await make_course(name=level, hours=Decimal(2))
        rule = await ask(
            course, name=level, basis=Basis.HOURS, hours=Decimal(hours), window_months=36
        )
        for day in (date(2023, 6, 10), date(2023, 6, 11), date(2025, 1, 1)):
            record = await make_record(who, course, completed_on=day)
        longer = TrainingRecord.update({"hours": Decimal("2.5")})
        await longer.where(TrainingRecord.id == record)
        valid[level] = [(await on(day, rule)).valid for day in (TODAY, date(2026, 6, 11))]

    assert valid == {
        "adult L1": [1, 1], "adult L2": [1, 0], "adult L3": [0, 0], "child L2": [1, 0],
        "child L3": [0, 0],
    }  # fmt: skip


async def test_kent_each_level_needs_the_one_before_and_the_fourth_stands_alone(db: None) -> None:
    chain: list[UUID] = []
    for rank in (1, 2, 3):
        before = chain[-1] if chain else None
        chain.append(await make_course(rank=rank, prerequisite=before, validity_months=36))
    levels = [*chain, await make_course(rank=4)]
    rules = [await ask(level, name=f"L{at}") for at, level in enumerate(levels, start=1)]
    in_order, without_first = await make_staff(), await make_staff()
    for at, level in enumerate(levels):
        await make_record(in_order, level, completed_on=date(2026, 1, 5) + timedelta(days=at))
        if at:
            await make_record(without_first, level, completed_on=date(2026, 1, 5))

    assert [(await on(TODAY, rule)).valid for rule in rules] == [1, 1, 1, 2]


async def test_s24_front_line_staff_of_health_housing_and_social_care_must_be_trained(
    db: None,
) -> None:
    care = [Sector.HEALTH, Sector.HOUSING, Sector.ADULT_SOCIAL_CARE, Sector.CHILDRENS_SOCIAL_CARE]
    front_line = Filter(sectors=frozenset(care), staff_groups=frozenset({StaffGroup.FRONT_LINE}))
    rule = await ask(await make_course(), filter=front_line)
    for sector in Sector:
        for group in (StaffGroup.FRONT_LINE, StaffGroup.RECEPTION_ADMIN):
            await make_staff(sector=sector, staff_group=group)

    assert (await on(TODAY, rule)).required == len(care)


async def test_s25_people_managers_have_a_course_of_their_own(db: None) -> None:
    rule = await ask(await make_course(), filter=Filter(is_people_manager=True))
    for is_people_manager in (True, False):
        await make_staff(is_people_manager=is_people_manager)

    assert (await on(TODAY, rule)).required == 1


async def test_roles_share_of_time_and_appointment_narrow_a_rule(db: None) -> None:
    narrow = Filter(
        roles=frozenset({"health visitor"}), min_fte=Decimal("0.5"), started_from=YEARS[1],
        started_before=YEARS[2],
    )  # fmt: skip
    rule = await ask(await make_course(), filter=narrow)
    for role, fte, started_on in [
        ("Health Visitor", "0.5", YEARS[1]), ("Health Visitor", "0.4", YEARS[1]),
        ("Porter", "1", YEARS[1]), ("Health Visitor", "1", YEARS[0]),
        ("Health Visitor", "1", YEARS[2]),
    ]:  # fmt: skip
        await make_staff(role=role, fte=Decimal(fte), started_on=started_on)

    assert (await on(TODAY, rule)).required == 1


async def test_a_higher_level_of_the_pathway_will_do_and_a_lower_one_not(db: None) -> None:
    low, middle, high = [await make_course(pathway="DA", rank=rank) for rank in (1, 2, 3)]
    elsewhere = await make_course(pathway="Child", rank=4)
    rule = await ask(middle, by_level=True)
    for course in (low, middle, high, elsewhere):
        await make_record(await make_staff(), course, completed_on=date(2026, 1, 5))

    assert await on(TODAY, rule) == Figures(compliant=2, overdue_never=2)


async def test_a_retired_course_counts_to_the_day_before(db: None) -> None:
    course = await make_course(retired_on=date(2026, 9, 1))
    rule = await ask(course)
    await make_record(await make_staff(), course, completed_on=date(2026, 1, 5))

    assert (await on(date(2026, 8, 31), rule)).valid == 1
    assert await on(date(2026, 9, 1), rule) == Figures(expired=1)
