"""Releases are numbered, kept as they were, compared with one another, and seen by their side."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import database
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, ReleaseRefusedError
from core.ids import new_id
from core.publishing import published
from core.releases import (
    find,
    parameters_of,
    preview,
    publishing_scope,
    release,
    release_of,
    releases,
)
from core.reports import Question, Report
from core.scope import Actor, Area, Permission, Scope, Side
from core.tables import AuditEvent, ReportRelease
from tests.factories import Person, make_person
from tests.fakes import FixedClock
from tests.unit.core.published_reports import HALF, Q1, by

FIGURES = by("source", {"police": (30, 20), "self": (8, 20), "health": (2, 20)})
CHANGED = by("source", {"police": (33, 20), "self": (8, 40), "health": (22, 20)})


async def publish(report: Report = FIGURES, *, by: Person, note: str = "") -> int:
    made = await release(
        report, side=Side.SURVIVOR, filters={}, threshold=5, note=note, by=by.actor
    )
    return made.number


async def manager(*, everywhere: bool = True) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=everywhere)


async def test_a_release_is_numbered_and_comes_back_without_its_small_numbers(
    db: None, now: FixedClock
) -> None:
    person = await manager()
    assert await publish(by=person, note=" For the committee ") == 1
    assert await publish(by=person) == 2

    found, report = await release_of(1, scope=person.actor.scope)

    assert report == published(FIGURES, threshold=5)
    assert (found.slug, found.title, found.side) == ("completion", "Completion", Side.SURVIVOR)
    assert (found.released_by, found.released_at) == (person.id, now.now())
    assert (found.note, found.threshold) == ("For the committee", 5)
    assert found.parameters == {
        "from": "2026-04-01", "to": "2026-06-30", "basis": "cohort", "group_by": [],
        "filters": {},
    }  # fmt: skip
    (row,) = await ReportRelease.select(ReportRelease.document).where(ReportRelease.number == 1)
    assert "[c]" in row["document"]
    events = await AuditEvent.select().where(AuditEvent.subject == found.id)
    assert [(event["action"], event["side"]) for event in events] == [
        ("report_released", "survivor")
    ]


async def test_the_newest_with_the_same_parameters_is_found(db: None, now: FixedClock) -> None:
    person = await manager()
    for report in (FIGURES, FIGURES, by("source", {"police": (90, 80)}, period=HALF)):
        await publish(report, by=person)
        now.advance(days=1)
    asked = parameters_of(FIGURES.question, {})

    found = await find("completion", asked, side=Side.SURVIVOR, scope=person.actor.scope)

    assert found
    assert found.number == 2
    nothing = await find("funnel", asked, side=Side.SURVIVOR, scope=person.actor.scope)
    assert nothing is None


async def test_of_two_programmes_of_one_name_each_has_its_own_releases(db: None) -> None:
    person = await manager()
    one, other = (replace(FIGURES.question, programme_id=new_id()) for _ in range(2))
    name = {"programme": "Freedom Programme"}
    await release(
        replace(FIGURES, question=one), side=Side.SURVIVOR, filters=name, threshold=5,
        by=person.actor,
    )  # fmt: skip

    of_one, of_other = [
        await find(
            "completion", parameters_of(question, name), side=Side.SURVIVOR,
            scope=person.actor.scope,
        )
        for question in (one, other)
    ]  # fmt: skip

    assert of_one
    assert of_other is None


async def test_a_release_is_compared_with_every_one_before_it(db: None) -> None:
    person = await manager()
    await publish(by=person)

    seen = await preview(CHANGED, side=Side.SURVIVOR, filters={}, threshold=5, by=person.actor)
    number = await publish(CHANGED, by=person)

    _, report = await release_of(number, scope=person.actor.scope)
    assert report == seen
    assert report.rows[0][1] == "[c]"
    with pytest.raises(ReleaseRefusedError):
        one_more = {"police": (31, 21), "self": (8, 20), "health": (2, 20)}
        await publish(by("source", one_more), by=person)
    assert await ReportRelease.count() == 2


async def test_what_is_sent_twice_is_released_once(db: None) -> None:
    person = await manager()

    at_once = await asyncio.gather(*[publish(CHANGED, by=person) for _ in range(2)])
    again = await publish(replace(CHANGED, run_at=CHANGED.run_at.replace(hour=13)), by=person)

    assert [*at_once, again] == [1, 1, 1]
    assert await AuditEvent.count().where(AuditEvent.action == "report_released") == 1
    assert await publish(CHANGED, by=person, note="For the board") == 2


async def test_of_two_at_once_each_is_compared_with_the_other(db: None) -> None:
    person = await manager()

    fewer, more = [
        by("source", {"police": (police, 20), "self": (40, 20), "health": (22, 20)})
        for police in (30, 33)
    ]

    numbers = await asyncio.gather(publish(fewer, by=person), publish(more, by=person))

    # whichever comes second would tell of three whom the police sent
    assert sorted(numbers) == [1, 2]
    of_first, of_second = [
        (await release_of(number, scope=person.actor.scope))[1].rows[0][1] for number in (1, 2)
    ]
    assert of_first in (30, 33)
    assert of_second == "[c]"


@pytest.mark.parametrize(
    "statement", ["UPDATE report_releases SET note = 'x'", "DELETE FROM report_releases"]
)
async def test_no_release_is_changed_or_deleted(db: None, statement: str) -> None:
    await publish(by=await manager())

    with pytest.raises(database.DRIVER_ERRORS, match="append-only"):
        await database.run(statement)


@pytest.mark.parametrize(
    ("role", "side", "sees"),
    [
        (Role.COMMISSIONER, GrantSide.SURVIVOR, True),
        (Role.COMMISSIONER, GrantSide.BOTH, True),
        (Role.COMMISSIONER, GrantSide.PERPETRATOR, False),
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, False),
        (Role.WORKFORCE_LEAD, GrantSide.NONE, False),
    ],
)
async def test_only_those_of_its_side_see_a_release(
    db: None,
    role: Role,
    side: GrantSide,
    sees: bool,  # noqa: FBT001
) -> None:
    await publish(by=await manager())
    other = await make_person(role, side, everywhere=True)

    assert bool(await releases(scope=other.actor.scope)) is sees
    if not sees:
        with pytest.raises(NotFoundError):
            await release_of(1, scope=other.actor.scope)
    with pytest.raises(NotFoundError):
        await release_of(2, scope=other.actor.scope)


async def test_figures_of_one_organisation_are_seen_there_and_by_those_of_all(db: None) -> None:
    person = await manager(everywhere=False)
    await publish(by=person)
    here, there = [
        await make_person(Role.COMMISSIONER, GrantSide.SURVIVOR, organisation_id=organisation)
        for organisation in (person.organisation_id, None)
    ]

    (found,) = await releases(scope=here.actor.scope)
    assert found.organisation_id == person.organisation_id
    assert found.parameters["filters"] == {"organisation": str(person.organisation_id)}
    assert await releases(scope=there.actor.scope) == ()


async def test_who_may_not_publish_there_is_refused(db: None) -> None:
    elsewhere = replace(FIGURES, question=Question(*Q1, organisation_id=new_id()))
    refused = [
        (await make_person(Role.COMMISSIONER, GrantSide.SURVIVOR, everywhere=True), FIGURES),
        (await make_person(Role.FACILITATOR, GrantSide.SURVIVOR), FIGURES),
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR), FIGURES),
        (await manager(everywhere=False), elsewhere),
    ]

    for person, report in refused:
        with pytest.raises(ForbiddenError):
            await publish(report, by=person)


async def test_figures_of_the_other_side_stay_out_with_what_is_told_of_both(db: None) -> None:
    person = await manager()
    (own,) = FIGURES.sections
    other = replace(own, side="perpetrator", heading="Perpetrators: behaviour change")
    both = replace(FIGURES, sections=(own, other), data_quality=("12 completed",))

    await publish(both, by=person)
    _, report = await release_of(1, scope=person.actor.scope)
    assert [section.heading for section in report.sections] == [own.heading]
    assert report.data_quality == ()
    with pytest.raises(InvalidInputError) as refused:
        await publish(replace(FIGURES, sections=(other,)), by=person)
    assert [error.field for error in refused.value.errors] == ["side"]


async def test_staff_s_figures_have_no_side(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    (section,) = FIGURES.sections
    report = replace(FIGURES, sections=(replace(section, side="", heading=""),))
    await publish(by=await manager())

    made = await release(report, side=None, filters={}, threshold=5, by=lead.actor)

    assert (made.number, made.side) == (2, None)
    assert [one.number for one in await releases(scope=lead.actor.scope)] == [2]


async def test_a_note_has_its_length(db: None) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await publish(by=await manager(), note="x" * 1001)

    assert [error.field for error in refused.value.errors] == ["note"]


def actor(*areas: Area) -> Actor:
    return Actor(None, "Somebody", Scope(None, frozenset(areas)))


def test_a_report_to_be_released_is_run_in_one_side_s_scope_alone() -> None:
    here, there = UUID(int=1), UUID(int=2)
    publishing = Area(Permission.PUBLISH_REPORTS, Side.SURVIVOR, here)
    reading = Area(Permission.VIEW_PROGRAMME_REPORTS, Side.SURVIVOR)
    somebody = actor(
        publishing,
        reading,
        Area(Permission.VIEW_PROGRAMME_REPORTS, Side.PERPETRATOR),
        Area(Permission.VIEW_CASES, Side.SURVIVOR, here, own_only=True),
    )

    found = publishing_scope(somebody, side=Side.SURVIVOR, organisation_id=None)

    assert found.areas == {publishing, replace(reading, organisation_id=here)}
    with pytest.raises(ForbiddenError):
        publishing_scope(somebody, side=Side.SURVIVOR, organisation_id=there)
    both = actor(publishing, replace(publishing, organisation_id=there))
    with pytest.raises(InvalidInputError):
        publishing_scope(both, side=Side.SURVIVOR, organisation_id=None)
