"""A way back for somebody who forgot their password: a new one-time link."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from accounts.services import directory, sign_in
from accounts.tables import Grant as GrantRow
from accounts.tables import Organisation
from core.errors import ForbiddenError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM
from core.tables import AuditEvent
from tests.api.forms import form_token, text
from tests.api.forms import sign_in as browse_as
from tests.factories import make_organisation, make_person


async def test_a_new_link_sets_a_password_once_and_is_audited(db: None) -> None:
    person = await make_person(Role.AUDITOR, email="lost@example.org")

    token = await directory.issue_link(person.id, by=SYSTEM)
    await sign_in.choose_password(token, "kettle orbit violin 7")

    cookie = await sign_in.sign_in(
        "lost@example.org", "kettle orbit violin 7", address="127.0.0.1", key=b"k"
    )
    assert (await sign_in.actor_of_cookie(cookie)).account_id == person.id
    events = await AuditEvent.select().where(AuditEvent.action == "password_link_issued")
    assert [person.id] == [event["subject"] for event in events]


async def test_an_organisation_s_administrator_takes_over_nothing_elsewhere(db: None) -> None:
    administrator = await make_person(Role.ADMINISTRATOR)
    own = await make_person(Role.AUDITOR, organisation_id=administrator.organisation_id)
    shared = await make_person(Role.AUDITOR, organisation_id=administrator.organisation_id)
    await GrantRow(
        account=shared.id, role=Role.AUDITOR, side=GrantSide.NONE,
        organisation=await make_organisation(),
    ).save()  # fmt: skip
    stranger = await make_person(Role.AUDITOR)

    assert await directory.issue_link(own.id, by=administrator.actor)
    with pytest.raises(ForbiddenError):
        await directory.issue_link(shared.id, by=administrator.actor)
    for unseen in (stranger.id, new_id()):
        with pytest.raises(NotFoundError):
            await directory.issue_link(unseen, by=administrator.actor)


async def test_an_account_without_grants_is_for_who_administers_all(db: None) -> None:
    account_id, _ = await directory.add_account("new@example.org", "New Person", by=SYSTEM)
    administrator = await make_person(Role.ADMINISTRATOR)

    assert await directory.issue_link(account_id, by=SYSTEM)
    with pytest.raises(NotFoundError):
        await directory.issue_link(account_id, by=administrator.actor)


async def test_the_first_administrator_can_be_of_all_organisations(db: None) -> None:
    await directory.add_account_of(
        directory.ALL, "first@example.org", "First Person",
        role=Role.ADMINISTRATOR, side=GrantSide.NONE, by=SYSTEM,
    )  # fmt: skip

    rows = await GrantRow.select()
    assert [(Role.ADMINISTRATOR, None)] == [(row["role"], row["organisation"]) for row in rows]
    assert 0 == await Organisation.count()


async def test_the_page_shows_the_link_this_once(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    person = await make_person(Role.AUDITOR)
    browse_as(client, administrator)
    token = await form_token(client, f"/accounts/{person.id}")

    shown = await client.post(f"/accounts/{person.id}/link", data={"_csrf_token": token})

    assert shown.status_code == 200
    assert "http://testserver/choose-password/" in text(shown)
