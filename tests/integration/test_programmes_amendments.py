"""Amendments of a referral: what each field was, what it is, and why (feature 12)."""

import asyncio
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from api.pages import amendment_words
from core.errors import InvalidInputError, StaleVersionError
from core.scope import SYSTEM
from programmes.domain.case_terms import Consent
from programmes.domain.terms import ReferralSource
from programmes.queries.amendments import AmendmentView, amendments_of
from programmes.queries.referrals import referral
from programmes.services.referrals import ReferralDetails, add_referral, amend
from programmes.tables import Referral, ReferralAmendment
from tests.factories import Person
from tests.factories_programmes import make_participant, make_programme
from tests.fakes import FixedClock
from tests.integration.test_imports_referrals import a_group, bring, line
from tests.integration.test_programmes_referrals import FULL, make_manager

pytestmark = pytest.mark.usefixtures("db")


async def referred(details: ReferralDetails = FULL) -> tuple[Person, UUID]:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    return person, await add_referral(anna, programme.id, details, by=person.actor)


async def kept(referral_id: UUID) -> list[tuple[str, str, str, str]]:
    found = await amendments_of(referral_id, scope=SYSTEM.scope)
    return sorted((item.field, item.old_value, item.new_value, item.reason) for item in found)


async def test_each_changed_field_is_kept_with_both_values_and_the_reason() -> None:
    person, made = await referred()
    changed = replace(FULL, referrer_name="Ashley Brook", received_on=date(2026, 5, 31))

    await amend(made, changed, version=1, why=" Read out wrongly ", by=person.actor)

    assert await kept(made) == [
        ("received_on", "2026-06-01", "2026-05-31", "Read out wrongly"),
        ("referrer_name", FULL.referrer_name, "Ashley Brook", "Read out wrongly"),
    ]
    (first, *_) = await amendments_of(made, scope=person.actor.scope)
    assert first.by == person.id


async def test_what_was_recorded_changes_only_with_a_reason() -> None:
    person, made = await referred()

    with pytest.raises(InvalidInputError) as caught:
        await amend(made, replace(FULL, reason=""), version=1, why="  ", by=person.actor)

    assert [error.field for error in caught.value.errors] == ["amendment_reason"]
    assert await kept(made) == []
    assert (await referral(made, scope=SYSTEM.scope)).reason == FULL.reason


@pytest.mark.parametrize("why", ["y" * 201, "two\nlines"])
async def test_a_reason_is_one_line(why: str) -> None:
    person, made = await referred()

    with pytest.raises(InvalidInputError) as caught:
        await amend(made, replace(FULL, reason="Other"), version=1, why=why, by=person.actor)

    assert [error.field for error in caught.value.errors] == ["amendment_reason"]


async def test_what_was_left_open_is_filled_in_without_a_reason() -> None:
    empty = replace(
        FULL, source=ReferralSource.NOT_RECORDED, consent=Consent.NOT_RECORDED, consent_on=None,
        referrer_name="",
    )  # fmt: skip
    person, made = await referred(empty)
    filled = replace(empty, source=ReferralSource.COURT, consent=Consent.GIVEN,
                     referrer_name="Morgan Vale")  # fmt: skip

    await amend(made, filled, version=1, by=person.actor)

    assert await kept(made) == [
        ("consent", "not_recorded", "given", ""),
        ("referrer_name", "", "Morgan Vale", ""),
        ("source", "not_recorded", ReferralSource.COURT.value, ""),
    ]


async def test_saving_what_is_there_already_keeps_nothing() -> None:
    person, made = await referred()

    await amend(made, FULL, version=1, by=person.actor)

    assert await kept(made) == []


async def test_what_a_spreadsheet_changes_is_kept_like_any_amendment() -> None:
    person, _ = await a_group()
    await bring(person, line(source="GP"))
    (made,) = await Referral.select(Referral.id)

    await bring(person, line(source="Police", received_on="2026-04-02", assessed_on="2026-04-14",
                             assessment_outcome="Suitable"))  # fmt: skip

    why = "Imported from a spreadsheet"
    assert await kept(made["id"]) == [
        ("received_on", "2026-04-01", "2026-04-02", why), ("source", "health", "police", why),
    ]  # fmt: skip


async def test_amendments_are_told_newest_first(now: FixedClock) -> None:
    person, made = await referred()
    for version, name in enumerate(("Ashley Brook", "Robin Dale"), start=1):
        now.advance(minutes=5)
        await amend(
            made, replace(FULL, referrer_name=name), version=version, why="Wrong", by=person.actor
        )

    found = await amendments_of(made, scope=person.actor.scope)

    assert [item.new_value for item in found] == ["Robin Dale", "Ashley Brook"]


async def test_of_two_amendments_at_once_one_is_kept() -> None:
    person, made = await referred()
    names = ("Ashley Brook", "Robin Dale")

    results = await asyncio.gather(
        *(
            amend(made, replace(FULL, referrer_name=name), version=1, why="x", by=person.actor)
            for name in names
        ),
        return_exceptions=True,
    )

    refused = [result for result in results if result is not None]
    assert [type(result) for result in refused] == [StaleVersionError]
    stored = (await referral(made, scope=SYSTEM.scope)).referrer_name
    assert [line[2] for line in await kept(made)] == [stored]


async def test_a_stale_amendment_is_told_before_a_missing_reason() -> None:
    person, made = await referred()
    await amend(made, FULL, version=1, by=person.actor)

    with pytest.raises(StaleVersionError):
        await amend(made, replace(FULL, reason="Other"), version=1, by=person.actor)


async def test_d1_amendments_of_elsewhere_are_not_told() -> None:
    person, made = await referred()
    await amend(made, replace(FULL, reason="Other"), version=1, why="x", by=person.actor)
    other = await make_manager()

    assert await amendments_of(made, scope=other.actor.scope) == ()
    assert await ReferralAmendment.count() == 1


def test_every_field_that_can_be_amended_has_its_words(now: FixedClock) -> None:
    values = {
        "source": "police", "mandate": "licence", "consent": "given", "received_on": "2026-06-01",
        "mandate_ends_on": "2026-06-01", "consent_on": "2026-06-01",
    }  # fmt: skip
    for field in fields_of(ReferralDetails):
        value = values.get(field.name, "Words")
        line = AmendmentView(field.name, "", value, "", None, now.instant)
        said = amendment_words.said(line, {})
        assert (said["before"], said["who"]) == ("Nothing", "The service itself")
        assert "_" not in said["what"] + said["after"]
