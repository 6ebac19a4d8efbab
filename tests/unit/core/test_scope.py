"""Scope and actor: where a permission holds."""

from uuid import UUID

import pytest

from core.errors import ForbiddenError
from core.scope import SYSTEM, Actor, Area, Permission, Scope, Side

A, B = UUID(int=1), UUID(int=2)
VIEW = Permission.VIEW_CASES


def actor(*areas: Area) -> Actor:
    return Actor(UUID(int=9), "Somebody", Scope(UUID(int=9), frozenset(areas)))


@pytest.mark.parametrize(
    ("area", "side", "organisation_id", "covered"),
    [
        (Area(VIEW, Side.SURVIVOR, A), Side.SURVIVOR, A, True),
        (Area(VIEW, Side.SURVIVOR, A), Side.SURVIVOR, B, False),
        (Area(VIEW, Side.SURVIVOR, A), Side.PERPETRATOR, A, False),
        (Area(VIEW, Side.SURVIVOR, A), None, A, False),
        (Area(VIEW, Side.SURVIVOR, A), Side.SURVIVOR, None, False),
        (Area(VIEW, Side.SURVIVOR, None), Side.SURVIVOR, B, True),
        (Area(VIEW, Side.SURVIVOR, None), Side.SURVIVOR, None, True),
        (Area(VIEW, Side.SURVIVOR, None), Side.PERPETRATOR, B, False),
        (Area(VIEW, None, A), Side.SURVIVOR, A, False),
    ],
)
def test_an_area_covers_its_side_and_its_organisation_alone(
    area: Area,
    side: Side | None,
    organisation_id: UUID | None,
    covered: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    somebody = actor(area)

    assert somebody.scope.covers(VIEW, side=side, organisation_id=organisation_id) is covered
    if covered:
        somebody.require(VIEW, side=side, organisation_id=organisation_id)
    else:
        with pytest.raises(ForbiddenError):
            somebody.require(VIEW, side=side, organisation_id=organisation_id)


def test_another_permission_covers_nothing() -> None:
    scope = actor(Area(VIEW, Side.SURVIVOR, A)).scope

    assert not scope.covers(Permission.MARK_REGISTERS, side=Side.SURVIVOR, organisation_id=A)
    assert (scope.has(VIEW), scope.has(Permission.MARK_REGISTERS)) == (True, False)


def test_areas_come_in_a_fixed_order() -> None:
    areas = [Area(VIEW, Side.SURVIVOR, B), Area(VIEW, Side.PERPETRATOR, A), Area(VIEW, None, A)]

    assert actor(*areas).scope.within(VIEW) == actor(*reversed(areas)).scope.within(VIEW)


def test_sides_are_those_of_the_cases_that_are_seen() -> None:
    scope = actor(
        Area(VIEW, Side.SURVIVOR, A), Area(Permission.VIEW_MESSAGES, Side.PERPETRATOR, A)
    ).scope

    assert scope.sides() == {Side.SURVIVOR}


def test_nobody_in_particular_may_do_everything_and_a_person_without_areas_nothing() -> None:
    for permission in Permission:
        SYSTEM.require(permission, side=Side.SURVIVOR, organisation_id=A)
        with pytest.raises(ForbiddenError):
            actor().require(permission)


def test_the_one_organisation_of_a_permission_is_told_where_there_is_just_one() -> None:
    one = actor(Area(VIEW, Side.SURVIVOR, A), Area(VIEW, Side.PERPETRATOR, B)).scope
    two = actor(Area(VIEW, Side.SURVIVOR, A), Area(VIEW, Side.SURVIVOR, B)).scope

    assert one.organisation_for(VIEW, Side.SURVIVOR) == A
    assert one.organisation_for(VIEW, None) is None
    assert two.organisation_for(VIEW, Side.SURVIVOR) is None


def test_a_side_is_covered_by_a_permission_anywhere_on_it() -> None:
    scope = actor(Area(VIEW, Side.SURVIVOR, A)).scope

    assert scope.covers_side(VIEW, Side.SURVIVOR)
    assert not scope.covers_side(VIEW, Side.PERPETRATOR)
