"""Changing a password, links to choose one, API tokens, and what the audit keeps of them."""

import asyncio

import pytest

from accounts.domain.roles import Role
from accounts.errors import (
    LinkNotValidError,
    NotSignedInError,
    SignInRefusedError,
)
from accounts.services import directory, hashing, sign_in
from accounts.tables import Account, ApiToken, PasswordLink
from core import database
from core.errors import InvalidInputError
from core.scope import SYSTEM
from core.tables import AuditEvent
from tests.factories import Person, make_person
from tests.fakes import FixedClock

PASSWORD = "kettle orbit violin"
KEY = b"k" * 32
HOME = "192.0.2.1"


@pytest.fixture
async def ada(db: None) -> Person:
    return await make_person(
        Role.ADMINISTRATOR,
        email="ada@example.org",
        password_hash=await hashing.hash_password(PASSWORD),
    )


async def attempt(
    password: str = PASSWORD, *, email: str = "ada@example.org", address: str = HOME
) -> str:
    return await sign_in.sign_in(email, password, address=address, key=KEY)


async def fail(times: int, *, email: str = "ada@example.org", address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            await attempt("wrong", email=email, address=address)


async def actions() -> list[str]:
    rows = await AuditEvent.select(AuditEvent.action).order_by(AuditEvent.id)
    return [row["action"] for row in rows]


async def test_a_new_password_ends_every_sign_in(ada: Person) -> None:
    here, elsewhere = await attempt(), await attempt()

    await sign_in.change_password(PASSWORD, "lantern gravel oboe", by=ada.actor)

    for token in (here, elsewhere):
        with pytest.raises(NotSignedInError):
            await sign_in.actor_of_cookie(token)
    assert await attempt("lantern gravel oboe")
    await fail(1)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", "lantern gravel oboe", "current_password"),
        (PASSWORD, "short", "password"),
        (PASSWORD, "password12345", "password"),
        (PASSWORD, "x" * 129, "password"),
    ],
)
async def test_a_refused_change_of_password_changes_nothing(
    ada: Person, current: str, new: str, field: str
) -> None:
    token = await attempt()

    with pytest.raises(InvalidInputError) as refused:
        await sign_in.change_password(current, new, by=ada.actor)

    assert [error.field for error in refused.value.errors] == [field]
    assert await sign_in.actor_of_cookie(token)
    assert await actions() == ["signed_in"]


async def test_a_closed_account_is_signed_out_at_once(ada: Person) -> None:
    cookie = await attempt()
    token = await sign_in.issue_token("ada@example.org", days=1, by=SYSTEM)
    await Account.update({Account.is_active: False}).where(Account.id == ada.id)

    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_cookie(cookie)
    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_token(token)


async def test_a_link_lets_somebody_choose_a_password_once(db: None) -> None:
    account_id, link = await directory.add_account("Bo@Example.org", "Bo Lindqvist", by=SYSTEM)
    await sign_in.check_link(link)

    await sign_in.choose_password(link, PASSWORD)

    cookie = await attempt(email="bo@example.org")
    assert (await sign_in.actor_of_cookie(cookie)).account_id == account_id
    with pytest.raises(LinkNotValidError):
        await sign_in.check_link(link)
    with pytest.raises(LinkNotValidError):
        await sign_in.choose_password(link, "lantern gravel oboe")


async def test_a_link_used_twice_at_once_works_once(db: None) -> None:
    _, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)

    results = await asyncio.gather(
        *(sign_in.choose_password(link, PASSWORD) for _ in range(2)), return_exceptions=True
    )

    assert sorted(str(type(result)) for result in results) == sorted(
        [str(type(None)), str(LinkNotValidError)]
    )


async def test_a_link_ends_after_seven_days(db: None, now: FixedClock) -> None:
    _, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)
    now.advance(days=7)

    with pytest.raises(LinkNotValidError):
        await sign_in.choose_password(link, PASSWORD)


async def test_a_link_that_never_was_and_one_of_a_closed_account_are_refused(db: None) -> None:
    account_id, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)
    await Account.update({Account.is_active: False}).where(Account.id == account_id)

    for token in (link, "", "never-made", "é"):
        with pytest.raises(LinkNotValidError):
            await sign_in.check_link(token)


async def test_a_link_s_secret_is_not_in_the_database(db: None) -> None:
    _, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)

    assert link not in str(await PasswordLink.select())


@pytest.mark.parametrize("password", ["lindqvist kettle orbit", "short", "password12345"])
async def test_a_refused_password_leaves_the_link_as_it_was(db: None, password: str) -> None:
    _, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)

    with pytest.raises(InvalidInputError):
        await sign_in.choose_password(link, password)

    await sign_in.choose_password(link, PASSWORD)


async def test_a_token_works_until_it_ends_and_only_its_hash_is_kept(
    ada: Person, now: FixedClock
) -> None:
    token = await sign_in.issue_token(" ADA@example.org", days=30, by=SYSTEM)

    assert await sign_in.actor_of_token(token) == ada.actor
    assert token not in str(await ApiToken.select())
    assert (await actions())[-1] == "token_issued"
    now.advance(days=30)
    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_token(token)


@pytest.mark.parametrize("days", [0, -1, 367])
async def test_a_token_s_life_has_limits(ada: Person, days: int) -> None:
    with pytest.raises(InvalidInputError, match="from 1 to 366"):
        await sign_in.issue_token("ada@example.org", days=days, by=SYSTEM)


async def test_nobody_s_token_is_not_issued(db: None) -> None:
    with pytest.raises(InvalidInputError, match="no account"):
        await sign_in.issue_token("nobody@example.org", days=1, by=SYSTEM)


async def test_an_account_without_a_grant_may_do_nothing(db: None) -> None:
    await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)
    token = await sign_in.issue_token("bo@example.org", days=1, by=SYSTEM)

    assert (await sign_in.actor_of_token(token)).scope.areas == frozenset()


async def test_nothing_personal_stands_in_the_audit(ada: Person) -> None:
    await attempt()
    await sign_in.change_password(PASSWORD, "lantern gravel oboe", by=ada.actor)

    written = str(await database.run("SELECT * FROM audit_events"))
    for personal in ("ada@", ada.actor.name, "lantern", PASSWORD):
        assert personal not in written
