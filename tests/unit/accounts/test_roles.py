"""Roles and grants (domain.md 2.7, api.md 3)."""

from uuid import UUID

import pytest

from accounts.domain.roles import (
    ALLOWED_SIDES,
    CASE_WORKERS,
    PERMISSIONS,
    Grant,
    GrantSide,
    Role,
    scope_of,
    works_on,
)
from core.scope import Area, Permission, Side

A, B, ME = UUID(int=1), UUID(int=2), UUID(int=9)


def test_every_role_has_sides_and_permissions() -> None:
    assert set(ALLOWED_SIDES) == set(PERMISSIONS) == set(Role)


def test_every_permission_is_somebody_s() -> None:
    assert {permission for held in PERMISSIONS.values() for permission in held} == set(Permission)


@pytest.mark.parametrize("role", sorted(CASE_WORKERS))
def test_who_changes_cases_has_one_side(role: Role) -> None:
    assert ALLOWED_SIDES[role] == {GrantSide.PERPETRATOR, GrantSide.SURVIVOR}


def test_who_works_without_cases_sees_none() -> None:
    for role in Role:
        if ALLOWED_SIDES[role] == {GrantSide.NONE}:
            assert scope_of(ME, [Grant(role, GrantSide.NONE, None)]).sides() == frozenset()


@pytest.mark.parametrize(
    ("grant_side", "sides"),
    [
        (GrantSide.PERPETRATOR, (Side.PERPETRATOR,)),
        (GrantSide.SURVIVOR, (Side.SURVIVOR,)),
        (GrantSide.BOTH, (Side.PERPETRATOR, Side.SURVIVOR)),
        (GrantSide.NONE, (None,)),
    ],
)
def test_a_grant_opens_its_sides(grant_side: GrantSide, sides: tuple[Side | None, ...]) -> None:
    assert grant_side.sides() == sides


def test_works_on_names_each_side_whose_cases_are_changed() -> None:
    facilitator = Grant(Role.FACILITATOR, GrantSide.SURVIVOR, A)
    manager = Grant(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, B)
    lead = Grant(Role.SAFETY_LEAD, GrantSide.BOTH, A)

    assert works_on([]) == frozenset()
    assert works_on([lead]) == frozenset()
    assert works_on([facilitator, lead]) == {Side.SURVIVOR}
    assert works_on([facilitator, manager]) == set(Side)


def test_a_facilitator_s_areas_are_their_own_cohorts() -> None:
    areas = scope_of(ME, [Grant(Role.FACILITATOR, GrantSide.SURVIVOR, A)]).areas

    assert {area.own_only for area in areas} == {True}
    assert Area(Permission.MARK_REGISTERS, Side.SURVIVOR, A, own_only=True) in areas


def test_grants_add_up() -> None:
    scope = scope_of(
        ME,
        [
            Grant(Role.SAFETY_LEAD, GrantSide.BOTH, A),
            Grant(Role.AUDITOR, GrantSide.NONE, None),
        ],
    )

    assert scope.account_id == ME
    assert scope.sides() == set(Side)
    assert scope.covers(Permission.VIEW_AUDIT, side=None, organisation_id=B)
    assert not scope.covers(Permission.VIEW_CASES, side=Side.SURVIVOR, organisation_id=B)


def test_a_commissioner_sees_what_is_published_of_their_side_and_nothing_else() -> None:
    scope = scope_of(ME, [Grant(Role.COMMISSIONER, GrantSide.SURVIVOR, None)])

    assert scope.areas == {Area(Permission.VIEW_PUBLISHED_REPORTS, Side.SURVIVOR)}


def test_a_link_worker_sees_own_survivors_and_no_perpetrators_case() -> None:
    scope = scope_of(ME, [Grant(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, None)])

    cases = scope.within(Permission.VIEW_CASES)
    assert [(area.side, area.caseload_only) for area in cases] == [(Side.SURVIVOR, True)]
    links = scope.within(Permission.MANAGE_LINKS)
    assert {area.side for area in links} == {Side.PERPETRATOR, Side.SURVIVOR}
