"""Signing in: the right and the wrong password, lock-out, how long a sign-in lasts."""

import asyncio
from typing import Any

import pytest

from accounts.domain.roles import Role
from accounts.errors import (
    NotSignedInError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from accounts.services import hashing, sign_in
from accounts.tables import Account, SignIn, SignInFailure
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
