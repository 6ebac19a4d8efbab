"""Organisations, accounts and grants: who may make and see which."""

from uuid import UUID

import pytest

from accounts import queries
from accounts.domain.roles import Grant, GrantSide, Role
from accounts.errors import (
    AccountExistsError,
    OrganisationExistsError,
)
from accounts.services import directory
from accounts.tables import Account, Organisation
from accounts.tables import Grant as GrantRow
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import SYSTEM, Actor, Scope
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


async def test_only_who_administers_all_adds_an_organisation(
    everywhere: Person, local: Person
) -> None:
    organisation_id = await directory.add_organisation(" Northbank ", by=everywhere.actor)

    rows = await Organisation.select(Organisation.name).where(Organisation.id == organisation_id)
    assert rows == [{"name": "Northbank"}]
    for actor in (local.actor, NOBODY):
        with pytest.raises(ForbiddenError):
            await directory.add_organisation("Southbank", by=actor)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
async def test_an_organisation_has_a_name(everywhere: Person, name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await directory.add_organisation(name, by=everywhere.actor)
    assert refused.value.errors[0].field == "name"


async def test_two_organisations_have_two_names(everywhere: Person) -> None:
    await directory.add_organisation("Northbank", by=everywhere.actor)

    with pytest.raises(OrganisationExistsError):
        await directory.add_organisation("Northbank", by=everywhere.actor)
    assert await AuditEvent.count() == 1


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "a@@example.org", "a@example.org ,b", "@x.y",
              f"{'x' * 250}@example.org"],
)  # fmt: skip
async def test_an_account_has_an_email_address(everywhere: Person, email: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await directory.add_account(email, "Bo", by=everywhere.actor)
    assert refused.value.errors[0].field == "email"


async def test_two_accounts_have_two_email_addresses(everywhere: Person) -> None:
    await directory.add_account("bo@example.org", "Bo", by=everywhere.actor)
    before = await AuditEvent.count()

    with pytest.raises(AccountExistsError):
        await directory.add_account("BO@example.org", "Bo", by=everywhere.actor)
    assert await AuditEvent.count() == before


async def test_an_organisation_s_administrator_makes_accounts_with_a_grant_there(
    local: Person,
) -> None:
    grant = Grant(Role.FACILITATOR, SURVIVOR, local.organisation_id)

    account_id, _ = await directory.add_account("bo@example.org", "Bo", by=local.actor, grant=grant)

    view = await queries.account(account_id, scope=local.actor.scope)
    assert [held.grant for held in view.grants] == [grant]


async def test_an_organisation_s_administrator_makes_no_other_accounts(local: Person) -> None:
    other = await make_organisation()
    for grant in (
        None,
        Grant(Role.FACILITATOR, SURVIVOR, other),
        Grant(Role.FACILITATOR, SURVIVOR, None),
    ):
        with pytest.raises(ForbiddenError):
            await directory.add_account("bo@example.org", "Bo", by=local.actor, grant=grant)
    assert not await Account.exists().where(Account.email == "bo@example.org")


async def test_an_account_whose_grant_is_refused_is_not_made(everywhere: Person) -> None:
    for grant in (
        Grant(Role.FACILITATOR, GrantSide.BOTH, None),
        Grant(Role.AUDITOR, NONE, new_id()),
    ):
        with pytest.raises(InvalidInputError):
            await directory.add_account("bo@example.org", "Bo", by=everywhere.actor, grant=grant)
    assert not await Account.exists().where(Account.email == "bo@example.org")
    assert await AuditEvent.count() == 0


async def test_an_organisation_s_administrator_sees_who_holds_a_grant_there_and_only_that(
    everywhere: Person, local: Person
) -> None:
    colleague = await make_person(
        Role.FACILITATOR, SURVIVOR, organisation_id=local.organisation_id, email="here@example.org"
    )
    stranger = await make_person(Role.FACILITATOR, SURVIVOR, email="there@example.org")
    await directory.add_grant(
        colleague.id, Grant(Role.AUDITOR, NONE, stranger.organisation_id), by=SYSTEM
    )

    assert "here@example.org" in await emails(local)
    assert "there@example.org" not in await emails(local)
    assert {"here@example.org", "there@example.org"} <= set(await emails(everywhere))
    view = await queries.account(colleague.id, scope=local.actor.scope)
    assert [held.grant.role for held in view.grants] == [Role.FACILITATOR]
    for account_id in (stranger.id, everywhere.id, new_id()):
        with pytest.raises(NotFoundError):
            await queries.account(account_id, scope=local.actor.scope)


async def test_the_list_of_accounts_goes_on_where_it_ended(everywhere: Person) -> None:
    for number in range(3):
        await directory.add_account(f"bo{number}@example.org", "Bo", by=everywhere.actor)

    first = await queries.accounts(scope=everywhere.actor.scope, cursor=Cursor(limit=3))
    rest = await queries.accounts(
        scope=everywhere.actor.scope, cursor=Cursor(limit=3, after=first.next)
    )

    assert [item.email for item in (*first.items, *rest.items)][1:] == [
        "bo0@example.org", "bo1@example.org", "bo2@example.org",
    ]  # fmt: skip
    assert rest.next is None


async def test_who_administers_nothing_sees_no_account(db: None) -> None:
    with pytest.raises(ForbiddenError):
        await queries.accounts(scope=NOBODY.scope, cursor=Cursor())
    with pytest.raises(ForbiddenError):
        await queries.account(new_id(), scope=NOBODY.scope)
    assert await queries.organisations(scope=NOBODY.scope) == ()


async def test_organisations_are_those_of_the_scope_by_name(
    everywhere: Person, local: Person
) -> None:
    await make_organisation("Aardvark House")

    assert [item.id for item in await queries.organisations(scope=local.actor.scope)] == [
        local.organisation_id
    ]
    found = [item.name for item in await queries.organisations(scope=everywhere.actor.scope)]
    assert found == sorted(found)
    assert found[0] == "Aardvark House"


async def test_the_first_account_of_an_organisation_comes_with_it(db: None) -> None:
    for email in ("bo@example.org", "cy@example.org"):
        await directory.add_account_of(
            " Northbank ", email, "Bo", role=Role.ADMINISTRATOR, side=NONE, by=SYSTEM
        )

    assert await Organisation.count() == 1
    assert await GrantRow.count() == 2


async def test_a_refused_first_account_leaves_no_organisation(db: None) -> None:
    await directory.add_account("bo@example.org", "Bo", by=SYSTEM)

    with pytest.raises(AccountExistsError):
        await directory.add_account_of(
            "Northbank", "bo@example.org", "Bo", role=Role.ADMINISTRATOR, side=NONE, by=SYSTEM
        )
    with pytest.raises(InvalidInputError):
        await directory.add_account_of(
            "Northbank", "cy@example.org", "Cy", role=Role.AUDITOR, side=SURVIVOR, by=SYSTEM
        )
    assert await Organisation.count() == 0


async def test_colleagues_are_those_of_the_role_side_and_organisation_in_scope(db: None) -> None:
    me = await make_person(Role.PROGRAMME_MANAGER, SURVIVOR)
    here = me.organisation_id
    mine = await make_person(Role.FACILITATOR, SURVIVOR, organisation_id=here)
    roaming = await make_person(Role.FACILITATOR, SURVIVOR, everywhere=True)
    other_side = await make_person(Role.FACILITATOR, PERPETRATOR, organisation_id=here)
    away = await make_person(Role.FACILITATOR, SURVIVOR)
    closed = await make_person(Role.FACILITATOR, SURVIVOR, organisation_id=here)
    await Account.update({Account.is_active: False}).where(Account.id == closed.id)

    async def found(side: GrantSide, organisation_id: UUID) -> set[UUID]:
        listed = await queries.colleagues(
            Role.FACILITATOR, side, organisation_id, scope=me.actor.scope
        )
        return {account_id for account_id, _ in listed}

    assert await found(SURVIVOR, here) == {mine.id, roaming.id}
    assert await found(PERPETRATOR, here) == set()
    assert await found(SURVIVOR, away.organisation_id) == set()
    assert other_side.id not in await found(SURVIVOR, here)


async def test_names_are_answered_to_who_works_here(local: Person) -> None:
    scope = local.actor.scope

    assert await queries.account_names({local.id}, scope=scope) == {local.id: local.actor.name}
    assert await queries.account_names(set(), scope=scope) == {}
    assert await queries.account_names({local.id}, scope=NOBODY.scope) == {}
