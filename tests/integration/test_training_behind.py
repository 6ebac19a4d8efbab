"""The people behind figures, what runs out, and what becomes of figures, on both engines."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core import clock
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Scope
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import (
    make_course,
    make_exemption,
    make_post,
    make_record,
    make_requirement,
    make_staff,
)
from tests.fakes import FixedClock
from tests.statements import counted
from training.domain.compliance import Figure, Grouping
from training.domain.practices import PracticeStatus
from training.domain.requirements import EVERYBODY, Section
from training.domain.terms import BookingOutcome, ComplianceStatus, Sector, StaffGroup
from training.domain.windows import Window
from training.queries.behind import people_behind
from training.queries.compliance import compliance
from training.queries.expiring import expiring
from training.queries.forecast import forecast
from training.queries.matrix import Matrix, matrix
from training.queries.practices import practices
from training.queries.sections import (
    asked_of_staff,
    in_section,
    organisations_of_staff,
    teams,
    within,
)
from training.tables import Booking, TrainingEvent

pytestmark = pytest.mark.usefixtures("database_url")  # many rows, so a database of its own

DAY = date(2026, 6, 10)
NEVER_DUE = 3650


async def everything(lead: Person) -> tuple[UUID, UUID]:
    """Staff of every status, some with posts in two teams, against two requirements."""
    here, course = lead.organisation_id, await make_course()
    asked = await make_requirement(course, name="A")
    await make_requirement(course, name="B", sectors=[Sector.HEALTH], validity_months=12)
    for team, sector in (("North", Sector.HEALTH), ("", Sector.HOUSING)):
        for completed_on in (None, date(2022, 1, 1), date(2023, 7, 1), date(2025, 8, 1)):
            staff_id = await make_staff(organisation_id=here, team=team, sector=sector)
            if completed_on:
                await make_record(staff_id, course, completed_on=completed_on)
        await make_staff(organisation_id=here, team=team, sector=sector, started_on=DAY)
    both = await make_staff(organisation_id=here, team="North")
    await make_post(both, started_on=DAY, sector=Sector.HEALTH, staff_group=StaffGroup.VOLUNTEER)
    exempt = await make_staff(organisation_id=here, team="North")
    await make_exemption(exempt, from_on=DAY, to_on=DAY)
    return course, asked


async def test_behind_each_figure_are_as_many_people_as_it_counts(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await everything(lead)
    scope = lead.actor.scope
    found = await compliance(scope=scope, as_of=DAY, group_by=list(Grouping))
    asked = {view.id: view for view in await asked_of_staff(scope=scope)}

    assert len(found.rows) >= 6
    for group, figures in found.rows:
        assert group.requirement
        assert group.organisation
        section = Section(
            organisation_id=group.organisation.id, team=group.team, sector=group.sector,
            staff_group=group.staff_group,
        )  # fmt: skip
        for figure in Figure:
            drilled = await people_behind(
                figure, scope=scope, asked=[asked[group.requirement.id]], as_of=DAY,
                cursor=Cursor(), section=section,
            )  # fmt: skip
            assert drilled.total == getattr(figures, figure.value), (group, figure)
    for figure in Figure:
        drilled = await people_behind(
            figure, scope=scope, asked=list(asked.values()), as_of=DAY, cursor=Cursor()
        )
        assert drilled.total == getattr(found.total, figure.value), figure


async def test_people_come_the_most_pressing_first_and_each_on_one_page(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await everything(lead)
    asked = await asked_of_staff(scope=lead.actor.scope)
    seen, after = [], None
    while after or not seen:
        drilled = await people_behind(
            Figure.REQUIRED, scope=lead.actor.scope, asked=asked, as_of=DAY,
            cursor=Cursor(limit=4, after=after),
        )  # fmt: skip
        seen += [one.behind for one in drilled.people.items]
        after = drilled.people.next

    statuses = list(dict.fromkeys(one.standing.status for one in seen))
    assert statuses == [
        ComplianceStatus.OVERDUE_NEVER, ComplianceStatus.EXPIRED, ComplianceStatus.IN_GRACE,
        ComplianceStatus.EXPIRING_SOON, ComplianceStatus.COMPLIANT, ComplianceStatus.EXEMPT,
    ]  # fmt: skip
    assert len({(one.staff_id, one.requirement.id) for one in seen}) == len(seen) == drilled.total


async def test_a_place_at_a_coming_event_stands_beside_somebody_and_no_other_does(
    db: None, now: FixedClock
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course()
    await make_requirement(course)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    soon = datetime(2026, 7, 1, 9, tzinfo=UTC)
    for starts_at, outcome in (
        (soon + timedelta(days=9), BookingOutcome.BOOKED),
        (soon, BookingOutcome.BOOKED),
        (soon - timedelta(days=1), BookingOutcome.WAITLISTED),
        (soon - timedelta(days=90), BookingOutcome.BOOKED),
    ):
        event = TrainingEvent(
            id=new_id(), course=course, organisation=lead.organisation_id, starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3), places=5, created_at=clock.now(),
        )  # fmt: skip
        await event.save()
        await Booking(event=event.id, staff=staff_id, outcome=outcome, booked_at=clock.now()).save()

    [one] = (
        await people_behind(
            Figure.LATE, scope=lead.actor.scope, asked=await asked_of_staff(scope=lead.actor.scope),
            as_of=DAY, cursor=Cursor(),
        )
    ).people.items  # fmt: skip

    assert one.booked_at == soon


async def test_what_runs_out_is_counted_in_its_windows_the_first_first(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(validity_months=12)
    await make_requirement(course)
    for days in (-1, 0, 30, 31, 90, 91):
        staff_id = await make_staff(organisation_id=lead.organisation_id)
        done = DAY.replace(year=DAY.year - 1) + timedelta(days=days)
        await make_record(staff_id, course, completed_on=done)

    found = await expiring(
        Window.WITHIN_60, scope=lead.actor.scope,
        asked=await asked_of_staff(scope=lead.actor.scope), as_of=DAY, cursor=Cursor(),
    )  # fmt: skip

    assert list(found.counts.values()) == [1, 2, 3, 4]
    assert [one.behind.standing.expires_on for one in found.found.people.items] == [
        DAY + timedelta(days=days) for days in (0, 30, 31)
    ]


async def matrix_of(scope: Scope, *, after: str | None = None, team: str | None = None) -> Matrix:
    return await matrix(
        scope=scope, asked=await asked_of_staff(scope=scope), as_of=DAY,
        cursor=Cursor(limit=5, after=after), section=Section(team=team),
    )  # fmt: skip


async def test_the_matrix_takes_the_same_statements_whatever_the_number(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await make_requirement(await make_course())
    await make_staff(organisation_id=lead.organisation_id)
    with counted(monkeypatch) as few:
        await matrix_of(lead.actor.scope)
    await everything(lead)
    with counted(monkeypatch) as many:
        first = await matrix_of(lead.actor.scope)
    second = await matrix_of(lead.actor.scope, after=first.people.next)

    assert len(many) == len(few) <= 9
    assert len(first.requirements) == 3
    names = [line.name for page in (first, second) for line in page.people.items]
    assert names == sorted(names)
    assert len(names) == len(set(names)) == 10


async def test_the_matrix_of_a_team_has_its_people_alone(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await everything(lead)

    found = await matrix_of(lead.actor.scope, team="")

    assert found.people.next
    assert {line.team for line in found.people.items} == {""}
    assert await teams(lead.organisation_id, scope=lead.actor.scope, on=DAY) == ("", "North")


async def test_if_nobody_trains_figures_fall_as_training_runs_out(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    course = await make_course(validity_months=12)
    await make_requirement(course)
    for month in (7, 12):
        staff_id = await make_staff(organisation_id=lead.organisation_id)
        await make_record(staff_id, course, completed_on=date(2025, month, 15))

    ahead = await forecast(
        scope=lead.actor.scope, asked=await asked_of_staff(scope=lead.actor.scope), since=DAY
    )

    assert [one.figures.valid for one in ahead] == [2, 2, 1, 1, 1, 1, 1, *[0] * 6]
    assert ahead[2].on == date(2026, 7, 31)
    assert {one.figures.in_scope for one in ahead} == {2}


async def test_s11_practices_are_told_by_their_whole_teams(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    course = await make_course()
    places = [await make_organisation(name=f"Practice {n}") for n in range(4)]
    await make_requirement(course, organisation_ids=places[:3])
    for place, trained in zip(places, (2, 1, 0, 0), strict=True):
        for number in range(2):
            staff_id = await make_staff(organisation_id=place, sector=Sector.GP_PRACTICE)
            if number < trained:
                await make_record(staff_id, course, completed_on=date(2026, 1, 1))
    await make_staff(organisation_id=places[0], sector=Sector.HOUSING)
    await make_staff(organisation_id=await make_organisation())

    found = await practices(
        scope=lead.actor.scope, asked=await asked_of_staff(scope=lead.actor.scope), as_of=DAY
    )

    assert [(one.id, one.staff, one.status) for one in found] == list(
        zip(
            places,
            [2] * 4,
            [
                PracticeStatus.FULLY_TRAINED,
                PracticeStatus.PARTLY_TRAINED,
                PracticeStatus.NOT_TRAINED,
                PracticeStatus.NOT_REQUIRED,
            ],
            strict=True,
        )
    )


async def test_another_organisation_is_not_found_and_its_people_are_nowhere(db: None) -> None:
    lead, outsider = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    auditor = await make_person(Role.AUDITOR, everywhere=True)
    _, asked = await everything(lead)
    scope = outsider.actor.scope

    for organisation_id in (lead.organisation_id, UUID(int=0)):
        with pytest.raises(NotFoundError):
            await within(organisation_id, scope=scope)
    views = await asked_of_staff(scope=scope, requirement_id=asked)
    drilled = await people_behind(
        Figure.REQUIRED, scope=scope, asked=views, as_of=DAY, cursor=Cursor(),
        section=Section(organisation_id=lead.organisation_id),
    )  # fmt: skip
    assert drilled.total == 0
    assert not (await matrix_of(scope)).people.items
    assert await teams(lead.organisation_id, scope=scope, on=DAY) == ()
    assert await practices(scope=scope, asked=views, as_of=DAY) == ()
    assert await organisations_of_staff(scope=auditor.actor.scope) == ()


async def test_a_lead_everywhere_does_not_find_an_organisation_that_there_is_not(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)

    with pytest.raises(NotFoundError):
        await within(UUID(int=0), scope=lead.actor.scope)
    assert await within(None, scope=lead.actor.scope) is lead.actor.scope


async def test_a_requirement_that_is_only_recommended_is_left_out_unless_wanted(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    asked = await make_requirement(await make_course(), mandatory=False)
    scope = lead.actor.scope

    assert await asked_of_staff(scope=scope) == ()
    assert len(await asked_of_staff(scope=scope, mandatory_only=False)) == 1
    assert len(await asked_of_staff(scope=scope, requirement_id=asked)) == 1


@pytest.mark.parametrize("team", ["x" * 81, "a\x00b", "a\nb"])
def test_what_is_no_team_is_refused(team: str) -> None:
    assert in_section(EVERYBODY, DAY)

    with pytest.raises(InvalidInputError, match="Teams"):
        in_section(Section(team=team), DAY)
