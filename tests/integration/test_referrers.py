"""Which referrers are still to be told: five working days after news (S16, standards 27, 28)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from programmes.domain.terms import ReferralSource, ReferralStatus
from programmes.queries.referrers import untold
from programmes.tables import Referral
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant, make_programme, make_referral
from tests.factories_referrals import make_move, make_told
from tests.statements import counted

DUE = date(2026, 6, 3)
"""A Wednesday: five working days later it is Wednesday 10 June, today."""


async def make_manager(side: Side = Side.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))


async def make_assessed(person: Person, side: Side = Side.SURVIVOR, **given: Any) -> UUID:
    """A referral by a social worker that was assessed on 3 June."""
    programme = await make_programme(organisation_id=person.organisation_id, side=side)
    anna = await make_participant(
        organisation_id=person.organisation_id, side=side, given_name="Anna"
    )
    made = await make_referral(
        participant_id=anna, programme_id=programme.id, received_on=date(2025, 5, 1),
        status=ReferralStatus.AWAITING_ALLOCATION,
    )  # fmt: skip
    wanted = {"source": ReferralSource.CHILDRENS_SOCIAL_CARE.value, "assessed_on": DUE, **given}
    await Referral.update(wanted).where(Referral.id == made)
    return made


async def found(person: Person) -> list[UUID]:
    return [item.referral_id for item in await untold(scope=person.actor.scope)]


async def test_an_outcome_five_working_days_old_is_to_be_told(db: None) -> None:
    person = await make_manager()
    made = await make_assessed(person)

    (item,) = await untold(scope=person.actor.scope)

    assert (item.referral_id, item.news_on, item.due_on) == (made, DUE, date(2026, 6, 10))
    assert item.name == "Anna E."


@pytest.mark.parametrize(
    "given",
    [
        {"assessed_on": date(2026, 6, 4)},
        {"assessed_on": date(2025, 6, 9)},
        {"assessed_on": None},
        {"source": ReferralSource.SELF.value},
        {"source": ReferralSource.FAMILY_OR_FRIEND.value},
    ],
    ids=["too new", "history", "no news", "knows already", "a relative"],
)
async def test_who_is_not_to_be_told(db: None, given: dict[str, Any]) -> None:
    person = await make_manager()
    await make_assessed(person, **given)

    assert await found(person) == []


async def test_a_weekend_and_a_bank_holiday_put_it_off(db: None) -> None:
    """21 May to 28 May 2026: a weekend and the spring bank holiday lie between."""
    person = await make_manager()
    await make_assessed(person, assessed_on=date(2026, 5, 21))

    (item,) = await untold(scope=person.actor.scope)

    assert item.due_on == date(2026, 5, 29)


async def test_who_was_told_since_is_not_told_again(db: None) -> None:
    person = await make_manager()
    before, after = await make_assessed(person), await make_assessed(person)
    await make_told(referral_id=before, on=date(2026, 6, 2))
    await make_told(referral_id=after, on=DUE)

    assert await found(person) == [before]


async def test_an_end_is_news_of_its_own(db: None) -> None:
    person = await make_manager()
    made = await make_assessed(person, assessed_on=date(2026, 4, 1))
    await make_told(referral_id=made, on=date(2026, 4, 2))
    await make_move(referral_id=made, to=ReferralStatus.ON_HOLD, on=date(2026, 5, 1))
    assert await found(person) == []

    await make_move(referral_id=made, to=ReferralStatus.PROGRAMME_COMPLETE, on=date(2026, 6, 1))

    assert await found(person) == [made]


async def test_an_outcome_after_an_end_is_the_newer_news(db: None) -> None:
    person = await make_manager()
    made = await make_assessed(person)
    await make_move(referral_id=made, to=ReferralStatus.BREACH_NON_ATTENDANCE, on=date(2026, 5, 1))

    (item,) = await untold(scope=person.actor.scope)

    assert item.news_on == DUE


async def test_d1_nobody_of_elsewhere_is_asked_to_tell(db: None) -> None:
    person = await make_manager()
    await make_assessed(person)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    others = [await make_manager(), await make_manager(Side.PERPETRATOR), lead]

    assert [await found(other) for other in others] == [[], [], []]


async def test_it_takes_one_statement_however_many_there_are(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()
    for _ in range(3):
        await make_assessed(person)

    with counted(monkeypatch) as sent:
        items = await untold(scope=person.actor.scope)

    assert (len(items), len(sent)) == (3, 1)
