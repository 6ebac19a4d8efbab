"""Measures of an organisation, and which of them a programme takes."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import Terms
from programmes.errors import MeasureExistsError
from programmes.queries.measures import measures, measures_of
from programmes.services.measures import add_measure, add_shipped, choose_measures
from programmes.tables import Programme
from tests.factories import Person, make_person
from tests.factories_outcomes import make_measure
from tests.factories_programmes import make_programme

pytestmark = pytest.mark.usefixtures("db")

HOPE = Terms(
    "hope", "Hope", MeasureScale.NUMBER, 1, 10, Direction.HIGHER_IS_BETTER,
    (Timepoint.START, Timepoint.END), (OutcomeSource.SELF, OutcomeSource.PRACTITIONER),
)  # fmt: skip


async def make_manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def test_a_ready_made_measure_is_added_once() -> None:
    person = await make_manager()
    where = person.organisation_id

    await add_shipped(where, Side.SURVIVOR, "confidence", by=person.actor)
    with pytest.raises(MeasureExistsError):
        await add_shipped(where, Side.SURVIVOR, "confidence", by=person.actor)

    (found,) = await measures(scope=person.actor.scope)
    assert (found.terms.code, found.terms.lowest, found.terms.highest) == ("confidence", 1, 10)
    assert found.terms.timepoints == (Timepoint.START, Timepoint.MIDDLE, Timepoint.END)
    events = await AuditEvent.select()
    assert [(event["action"], event["subject"]) for event in events] == [
        ("measure_added", found.id)
    ]


@pytest.mark.parametrize("code", ["unknown", "partner_feels_safe"])
async def test_a_ready_made_measure_must_be_one_of_the_side(code: str) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await add_shipped(person.organisation_id, Side.SURVIVOR, code, by=person.actor)

    assert [error.field for error in caught.value.errors] == ["shipped"]


async def test_a_measure_of_ones_own_comes_back_as_it_was_given() -> None:
    person = await make_manager()

    measure_id = await add_measure(
        person.organisation_id, Side.SURVIVOR, replace(HOPE, name=" Hope "), by=person.actor
    )

    (found,) = await measures(
        scope=person.actor.scope, side=Side.SURVIVOR, organisation_id=person.organisation_id
    )
    assert (found.id, found.terms) == (measure_id, HOPE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"code": "9"}, "code"), ({"highest": 0}, "highest")],
)
async def test_a_field_that_cannot_be_is_named(changes: dict[str, Any], field: str) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await add_measure(
            person.organisation_id, Side.SURVIVOR, replace(HOPE, **changes), by=person.actor
        )

    assert [error.field for error in caught.value.errors] == [field]
    assert await measures(scope=person.actor.scope) == ()


@pytest.mark.parametrize(
    ("role", "side", "here", "refusal"),
    [
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, True, NotFoundError),
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, False, NotFoundError),
        (Role.FACILITATOR, GrantSide.SURVIVOR, True, ForbiddenError),
        (Role.SAFETY_LEAD, GrantSide.BOTH, True, ForbiddenError),
    ],
)
async def test_only_managers_of_that_side_and_organisation_add_or_choose(
    role: Role,
    side: GrantSide,
    here: bool,  # noqa: FBT001
    refusal: type[AppError],
) -> None:
    programme = await make_programme()
    person = await make_person(
        role, side, organisation_id=programme.organisation_id if here else None
    )
    attempts = (
        add_measure(programme.organisation_id, Side.SURVIVOR, HOPE, by=person.actor),
        add_shipped(programme.organisation_id, Side.SURVIVOR, "goal", by=person.actor),
        choose_measures(programme.id, [], version=1, by=person.actor),
    )

    for attempt in attempts:
        with pytest.raises(refusal):
            await attempt


async def test_a_programme_takes_what_was_chosen_and_nothing_else() -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    hope, safety = [
        await make_measure(organisation_id=person.organisation_id, code=code)
        for code in ("hope", "safety_here")
    ]
    scope = person.actor.scope

    await choose_measures(programme.id, ["hope", str(safety)], version=1, by=person.actor)
    both = await measures_of(programme.id, scope=scope)
    await choose_measures(programme.id, [str(hope)], version=2, by=person.actor)
    one = await measures_of(programme.id, scope=scope)
    await choose_measures(programme.id, ["hope"], version=3, by=person.actor)
    await choose_measures(programme.id, [], version=4, by=person.actor)

    assert [item.id for item in both] == [hope, safety]
    assert [item.id for item in one] == [hope]
    assert await measures_of(programme.id, scope=scope) == ()


async def test_choosing_with_a_stale_version_is_refused() -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    await make_measure(organisation_id=person.organisation_id, code="hope")

    with pytest.raises(StaleVersionError):
        await choose_measures(programme.id, ["hope"], version=2, by=person.actor)

    assert await measures_of(programme.id, scope=person.actor.scope) == ()
    assert (await Programme.select().where(Programme.id == programme.id))[0]["version"] == 1


async def test_a_measure_of_the_other_side_or_elsewhere_cannot_be_chosen() -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    other_side = await make_measure(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, code="theirs"
    )
    elsewhere = await make_measure(
        organisation_id=(await make_manager()).organisation_id, code="elsewhere"
    )

    for strange in ("theirs", str(other_side), "elsewhere", str(elsewhere), str(uuid4()), ""):
        with pytest.raises(InvalidInputError) as caught:
            await choose_measures(programme.id, [strange], version=1, by=person.actor)
        assert [error.field for error in caught.value.errors] == ["measures[0]"]


async def test_measures_of_the_other_side_and_elsewhere_are_not_there() -> None:
    person = await make_manager()
    await make_measure(organisation_id=person.organisation_id, side=Side.PERPETRATOR)
    await make_measure(organisation_id=(await make_manager()).organisation_id)
    theirs = await make_programme(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    assert await measures(scope=person.actor.scope) == ()
    assert await measures_of(theirs.id, scope=person.actor.scope) == ()
