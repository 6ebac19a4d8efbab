"""Grants: who may give and take which, and never both sides (domain.md 2.7)."""

import asyncio
from uuid import UUID

import pytest

from accounts import queries
from accounts.domain.roles import Grant, GrantSide, Role
from accounts.errors import (
    BothSidesError,
    GrantExistsError,
)
from accounts.services import directory
from accounts.tables import Grant as GrantRow
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Actor, Scope
from core.tables import AuditEvent
from tests.factories import Person, make_organisation, make_person

NOBODY = Actor(None, "Nobody", Scope(None, frozenset()))
SURVIVOR, PERPETRATOR, NONE = GrantSide.SURVIVOR, GrantSide.PERPETRATOR, GrantSide.NONE


@pytest.fixture
async def everywhere(db: None) -> Person:
    return await make_person(Role.ADMINISTRATOR, everywhere=True)


@pytest.fixture
async def local(db: None) -> Person:
    return await make_person(Role.ADMINISTRATOR)


async def emails(person: Person) -> list[str]:
    page = await queries.accounts(scope=person.actor.scope, cursor=Cursor())
    return [item.email for item in page.items]


@pytest.mark.parametrize(
    ("role", "side"),
    [
        (Role.FACILITATOR, GrantSide.BOTH),
        (Role.FACILITATOR, NONE),
        (Role.PROGRAMME_MANAGER, GrantSide.BOTH),
        (Role.SAFETY_LEAD, SURVIVOR),
        (Role.AUDITOR, PERPETRATOR),
        (Role.ADMINISTRATOR, GrantSide.BOTH),
        (Role.COMMISSIONER, NONE),
    ],
)
async def test_a_role_has_only_its_sides(everywhere: Person, role: Role, side: GrantSide) -> None:
    person = await make_person(Role.TRAINING_ADMIN)

    with pytest.raises(InvalidInputError) as refused:
        await directory.add_grant(person.id, Grant(role, side, None), by=everywhere.actor)
    assert refused.value.errors[0].field == "side"


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.PROGRAMME_MANAGER])
async def test_nobody_works_with_the_cases_of_both_sides(everywhere: Person, role: Role) -> None:
    person = await make_person(Role.FACILITATOR, SURVIVOR)
    other = await make_organisation()

    with pytest.raises(BothSidesError):
        await directory.add_grant(person.id, Grant(role, PERPETRATOR, other), by=everywhere.actor)
    assert await GrantRow.count().where(GrantRow.account == person.id) == 1


async def test_grants_of_both_sides_at_once_leave_one(everywhere: Person) -> None:
    for _ in range(5):
        person = await make_person(Role.TRAINING_ADMIN)

        results = await asyncio.gather(
            *(
                directory.add_grant(
                    person.id, Grant(Role.FACILITATOR, side, None), by=everywhere.actor
                )
                for side in (SURVIVOR, PERPETRATOR)
            ),
            return_exceptions=True,
        )

        assert sorted(type(result).__name__ for result in results) == ["BothSidesError", "UUID"]


async def test_a_grant_is_held_once(everywhere: Person) -> None:
    person = await make_person(Role.AUDITOR)
    for organisation_id in (person.organisation_id, None):
        grant = Grant(Role.AUDITOR, NONE, organisation_id)
        if organisation_id is None:
            await directory.add_grant(person.id, grant, by=everywhere.actor)
        with pytest.raises(GrantExistsError):
            await directory.add_grant(person.id, grant, by=everywhere.actor)


async def test_a_grant_names_an_organisation_and_an_account_that_exist(everywhere: Person) -> None:
    person = await make_person(Role.TRAINING_ADMIN)

    with pytest.raises(InvalidInputError) as refused:
        await directory.add_grant(
            person.id, Grant(Role.AUDITOR, NONE, new_id()), by=everywhere.actor
        )
    assert refused.value.errors[0].field == "organisation_id"
    with pytest.raises(NotFoundError):
        await directory.add_grant(new_id(), Grant(Role.AUDITOR, NONE, None), by=everywhere.actor)


async def test_an_organisation_s_administrator_gives_grants_there_to_its_own_people_alone(
    local: Person,
) -> None:
    here = local.organisation_id
    colleague = await make_person(Role.AUDITOR, organisation_id=here)
    stranger = await make_person(Role.AUDITOR)
    grant = Grant(Role.TRAINING_ADMIN, NONE, here)

    await directory.add_grant(colleague.id, grant, by=local.actor)
    with pytest.raises(NotFoundError):
        await directory.add_grant(stranger.id, grant, by=local.actor)
    for elsewhere in (None, stranger.organisation_id):
        with pytest.raises(ForbiddenError):
            await directory.add_grant(
                colleague.id, Grant(Role.TRAINING_ADMIN, NONE, elsewhere), by=local.actor
            )


async def test_an_account_without_a_grant_is_only_there_for_who_administers_all(
    everywhere: Person, local: Person
) -> None:
    account_id, _ = await directory.add_account("bo@example.org", "Bo", by=everywhere.actor)
    grant = Grant(Role.AUDITOR, NONE, local.organisation_id)

    with pytest.raises(NotFoundError):
        await directory.add_grant(account_id, grant, by=local.actor)
    await directory.add_grant(account_id, grant, by=everywhere.actor)
    assert "bo@example.org" in await emails(local)


async def the_grant_of(person: Person) -> UUID:
    rows = await GrantRow.select(GrantRow.id).where(GrantRow.account == person.id)
    found: UUID = rows[0]["id"]
    return found


async def test_a_grant_is_taken_away_by_who_administers_it(local: Person) -> None:
    colleague = await make_person(Role.AUDITOR, organisation_id=local.organisation_id)

    await directory.remove_grant(colleague.id, await the_grant_of(colleague), by=local.actor)

    assert not await GrantRow.exists().where(GrantRow.account == colleague.id)
    rows = await AuditEvent.select(AuditEvent.action, AuditEvent.subject, AuditEvent.organisation)
    assert rows == [
        {"action": "grant_removed", "subject": colleague.id, "organisation": local.organisation_id}
    ]


async def test_a_grant_that_is_not_there_or_not_one_s_own_is_not_found(local: Person) -> None:
    stranger = await make_person(Role.AUDITOR)
    grant_id = await the_grant_of(stranger)

    for account_id, wanted in (
        (stranger.id, grant_id), (local.id, grant_id), (local.id, new_id()), (new_id(), grant_id)
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            await directory.remove_grant(account_id, wanted, by=local.actor)
    assert await GrantRow.exists().where(GrantRow.id == grant_id)
