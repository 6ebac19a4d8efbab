"""Signing in: passwords, lock-out, how long a sign-in lasts, links and tokens."""

import asyncio
from typing import Any

import pytest

from accounts.domain.roles import Role
from accounts.errors import (
    LinkNotValidError,
    NotSignedInError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from accounts.services import directory, hashing, sign_in
from accounts.tables import Account, ApiToken, PasswordLink, SignIn, SignInFailure
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


async def test_the_right_password_signs_in_and_is_audited(ada: Person) -> None:
    token = await attempt(email=" ADA@Example.org ")

    assert (await sign_in.actor_of_cookie(token)) == ada.actor
    assert await actions() == ["signed_in"]
    assert await SignInFailure.count() == 0


async def test_the_cookie_s_secret_is_not_in_the_database(ada: Person) -> None:
    token = await attempt()

    stored = await SignIn.select(SignIn.token_hash)
    assert token not in str(stored)
    assert hashing.token_hash(token) in str(stored)


async def test_wrong_unknown_and_closed_get_the_same_answer_and_cost_the_same_work(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def verify(stored: str, password: str) -> bool:
        verified.append(stored)
        return bool(hashing._HASHER.verify(stored, password)) if password == PASSWORD else False

    monkeypatch.setattr(hashing, "_verify", verify)
    await make_person(Role.AUDITOR, email="nopassword@example.org")
    closed = await make_person(
        Role.AUDITOR,
        email="closed@example.org",
        password_hash=await hashing.hash_password(PASSWORD),
    )
    await Account.update({Account.is_active: False}).where(Account.id == closed.id)

    refusals = []
    for number, (email, password) in enumerate(
        [
            ("ada@example.org", "wrong"),
            ("nobody@example.org", "wrong"),
            ("nopassword@example.org", "wrong"),
            ("closed@example.org", "wrong"),
        ]
    ):
        with pytest.raises(SignInRefusedError) as refused:
            await attempt(password, email=email, address=f"192.0.2.{number}")
        refusals.append(str(refused.value))

    assert len(set(refusals)) == 1
    assert len(verified) == 4
    parameters = {stored.rsplit("$", 2)[0] for stored in verified}
    assert parameters == {"$argon2id$v=19$m=19456,t=2,p=1"}


async def test_a_closed_account_s_right_password_is_refused_as_a_wrong_one(ada: Person) -> None:
    await Account.update({Account.is_active: False}).where(Account.id == ada.id)

    with pytest.raises(SignInRefusedError):
        await attempt()


async def test_a_hash_that_is_none_matches_nothing(ada: Person) -> None:
    await Account.update({Account.password_hash: "not a hash"}).where(Account.id == ada.id)

    with pytest.raises(SignInRefusedError):
        await attempt("not a hash")


async def test_five_failures_lock_the_account_from_everywhere_then_it_opens_again(
    ada: Person, now: FixedClock
) -> None:
    await fail(5)

    with pytest.raises(TooManyAttemptsError):
        await attempt(address="198.51.100.7")
    now.advance(minutes=14, seconds=59)
    with pytest.raises(TooManyAttemptsError):
        await attempt(address="198.51.100.7")
    now.advance(seconds=1)
    assert await attempt(address="198.51.100.7")


async def test_five_failures_lock_the_address_for_every_account_and_no_other_address(
    ada: Person, now: FixedClock
) -> None:
    for number in range(5):
        await fail(1, email=f"guess{number}@example.org")

    with pytest.raises(TooManyAttemptsError):
        await attempt()
    assert await attempt(address="198.51.100.7")
    now.advance(minutes=15)
    assert await attempt()


async def test_four_failures_lock_nothing_and_success_is_not_held_against_anybody(
    ada: Person,
) -> None:
    await fail(4)
    assert await attempt()
    assert await SignInFailure.count() == 8


async def test_failures_spread_over_more_than_a_window_lock_nothing(
    ada: Person, now: FixedClock
) -> None:
    for _ in range(6):
        await fail(1)
        now.advance(minutes=4)

    assert await attempt()


async def test_guesses_side_by_side_are_counted_like_guesses_in_a_row(ada: Person) -> None:
    results = await asyncio.gather(
        *(attempt("wrong", address=f"198.51.100.{number}") for number in range(12)),
        return_exceptions=True,
    )

    refused = [type(result) for result in results]
    assert refused.count(SignInRefusedError) == 5
    assert refused.count(TooManyAttemptsError) == 7


async def test_addresses_and_accounts_are_kept_as_keyed_hashes(ada: Person) -> None:
    await fail(1)

    rows = await SignInFailure.select()
    assert len(rows) == 2
    assert "ada@" not in str(rows)
    assert HOME not in str(rows)


async def test_old_failures_are_forgotten(ada: Person, now: FixedClock) -> None:
    await fail(1)
    now.advance(minutes=31)
    await attempt()

    assert await SignInFailure.count() == 0


async def test_a_sign_in_ends_after_thirty_minutes_without_use(
    ada: Person, now: FixedClock
) -> None:
    token = await attempt()
    now.advance(minutes=29)
    await sign_in.actor_of_cookie(token)
    now.advance(minutes=29)
    await sign_in.actor_of_cookie(token)
    now.advance(minutes=30)

    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_cookie(token)


async def test_a_sign_in_in_use_ends_after_twelve_hours(ada: Person, now: FixedClock) -> None:
    token = await attempt()
    for _ in range(35):
        now.advance(minutes=20)
        await sign_in.actor_of_cookie(token)
    now.advance(minutes=20)

    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_cookie(token)


async def test_last_use_is_written_at_most_once_a_minute(ada: Person, now: FixedClock) -> None:
    token = await attempt()
    begun = now.now()
    now.advance(seconds=59)
    await sign_in.actor_of_cookie(token)
    assert await seen_at(token) == begun
    now.advance(seconds=1)
    await sign_in.actor_of_cookie(token)
    assert await seen_at(token) == now.now()


async def seen_at(token: str) -> Any:
    rows = await SignIn.select(SignIn.seen_at).where(SignIn.token_hash == hashing.token_hash(token))
    return rows[0]["seen_at"]


async def test_sign_ins_that_ended_are_cleared_away(ada: Person, now: FixedClock) -> None:
    old = await attempt()
    now.advance(hours=13)
    await attempt()

    assert not await SignIn.exists().where(SignIn.token_hash == hashing.token_hash(old))


async def test_signing_out_ends_this_sign_in_alone(ada: Person) -> None:
    here, elsewhere = await attempt(), await attempt()

    await sign_in.sign_out(here, by=ada.actor)

    with pytest.raises(NotSignedInError):
        await sign_in.actor_of_cookie(here)
    assert await sign_in.actor_of_cookie(elsewhere) == ada.actor
    assert (await actions())[-1] == "signed_out"


async def test_signing_out_by_nobody_in_particular_leaves_no_event(ada: Person) -> None:
    token = await attempt()

    await sign_in.sign_out(token, by=SYSTEM)

    assert await actions() == ["signed_in"]


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
