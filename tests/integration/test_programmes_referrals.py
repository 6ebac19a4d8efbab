"""Referrals, and the waiting list that they make."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import Consent, ToldReferrer
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    Mandate,
    ReferralSource,
    ReferralStatus,
)
from programmes.errors import ReferenceTakenError, ReferralOpenError
from programmes.queries.referrals import (
    ReferralView,
    moves_of,
    open_referral_of,
    referrals,
    told_of,
)
from programmes.queries.referrals import referral as stored_referral
from programmes.queries.waiting import waiting
from programmes.services.referrals import (
    ReferralDetails,
    Told,
    add_referral,
    amend,
    details_of,
    tell_referrer,
)
from programmes.tables import Referral
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)

TODAY = date(2026, 6, 10)


async def make_manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def refer(participant_id: UUID, programme: MadeProgramme, *, by: Actor, **given: Any) -> UUID:
    wanted = {"source": ReferralSource.POLICE, "mandate": Mandate.VOLUNTARY, "received_on": TODAY}
    details = ReferralDetails(**{**wanted, **given})
    return await add_referral(participant_id, programme.id, details, by=by)


async def on_list(
    programme_id: UUID, person: Person
) -> tuple[list[ReferralView], list[ReferralView]]:
    """Who is ready for a place, and who waits for something else."""
    found = await waiting(programme_id, scope=person.actor.scope)
    return [item.referral for item in found.ready], [item.referral for item in found.not_ready]


async def test_a_referral_puts_a_person_on_the_waiting_list(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id, name="Freedom")
    anna = await make_participant(organisation_id=person.organisation_id, preferred_name="Annie")

    made = await refer(anna, programme, by=person.actor)

    ((found,), _) = await on_list(programme.id, person)
    assert (found.id, found.participant_name, found.programme_name) == (
        made, "Annie Example", "Freedom",
    )  # fmt: skip
    assert (found.source, found.status, found.received_on) == (
        ReferralSource.POLICE, ReferralStatus.RECEIVED, TODAY,
    )  # fmt: skip


async def test_the_longest_wait_comes_first_and_ends_with_a_place(db: None) -> None:
    person = await make_manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    people = [await make_participant(organisation_id=person.organisation_id) for _ in range(4)]
    for anyone, day in zip(people, (3, 1, 2, 4), strict=True):
        await make_referral(
            participant_id=anyone, programme_id=cohort.programme.id, received_on=date(2026, 6, day)
        )
    await Referral.update({Referral.status: ReferralStatus.WITHDRAWN}).where(
        Referral.participant == people[3]
    )
    await make_referral(participant_id=cohort.participant_ids[0], programme_id=cohort.programme.id)

    found, _ = await on_list(cohort.programme.id, person)

    assert [item.participant_id for item in found] == [people[1], people[2], people[0]]


async def test_a_second_open_referral_to_the_same_programme_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    other = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await refer(anna, programme, by=person.actor)

    with pytest.raises(ReferralOpenError):
        await refer(anna, programme, by=person.actor)
    await refer(anna, other, by=person.actor)

    assert (await Referral.count(), await AuditEvent.count()) == (2, 2)


@pytest.mark.parametrize("status", sorted(CLOSED_REFERRALS))
async def test_after_a_closed_referral_there_may_be_another(
    db: None, status: ReferralStatus
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await make_referral(participant_id=anna, programme_id=programme.id, status=status)

    await refer(anna, programme, by=person.actor)

    assert await Referral.count() == 2


async def test_a_referral_received_tomorrow_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await refer(anna, programme, received_on=date(2026, 6, 11), by=person.actor)

    assert fields(caught) == ["received_on"]


async def test_referrals_are_listed_by_status_person_and_page(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    people = [await make_participant(organisation_id=person.organisation_id) for _ in range(3)]
    made = [
        await make_referral(
            participant_id=anyone, programme_id=programme.id,
            status=ReferralStatus.ON_HOLD if number else ReferralStatus.RECEIVED,
        )
        for number, anyone in enumerate(people)
    ]  # fmt: skip
    scope = person.actor.scope

    held = await referrals(scope=scope, cursor=Cursor(), status=ReferralStatus.ON_HOLD)
    own = await referrals(scope=scope, cursor=Cursor(), participant_id=people[0])
    first = await referrals(scope=scope, cursor=Cursor(limit=2))
    rest = await referrals(scope=scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.id for item in held.items] == made[1:]
    assert [item.id for item in own.items] == made[:1]
    assert [item.id for item in (*first.items, *rest.items)] == made
    assert rest.next is None


async def test_a_programme_of_the_other_side_takes_no_referral_even_from_who_sees_both(
    db: None,
) -> None:
    person = await make_manager()
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=person.organisation_id
    )
    scope = type(person.actor.scope)(person.id, person.actor.scope.areas | other.actor.scope.areas)
    both = Actor(person.id, "both", scope)
    anna = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    with pytest.raises(NotFoundError):
        await refer(anna, programme, by=both)

    assert await Referral.count() == 0


FULL = ReferralDetails(
    source=ReferralSource.PROBATION, mandate=Mandate.LICENCE, received_on=date(2026, 6, 1),
    mandate_ends_on=date(2027, 6, 1), reference="R-17", referrer_name="Morgan Vale",
    referrer_agency="Probation, Larch Vale", referrer_contact="morgan@example.org",
    consent=Consent.GIVEN, consent_on=date(2026, 5, 30), reason="Asked for help\nto change",
)  # fmt: skip


async def test_a_referral_keeps_all_that_was_written_down_and_begins_its_history(
    db: None,
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)

    made = await add_referral(anna, programme.id, FULL, by=person.actor)

    view = await stored_referral(made, scope=person.actor.scope)
    (move,) = await moves_of(scope=person.actor.scope, referral_id=made)
    assert details_of(view) == FULL
    assert (view.status, view.version) == (ReferralStatus.RECEIVED, 1)
    assert (move.before, move.after, move.on) == (None, ReferralStatus.RECEIVED, date(2026, 6, 1))


async def test_amending_says_in_the_audit_what_changed_and_no_personal_value(db: None) -> None:
    """D13: only the names of the fields; their values are amendments, which retention empties."""
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)
    amended = replace(FULL, source=ReferralSource.COURT, referrer_name="Ashley Brook")

    await amend(made, amended, version=1, why="Read out wrongly", by=person.actor)

    view = await stored_referral(made, scope=person.actor.scope)
    event = (await AuditEvent.select().order_by(AuditEvent.id))[-1]
    assert (details_of(view), view.version) == (amended, 2)
    assert (event["action"], event["before"]) == ("referral_changed", None)
    assert json.loads(event["after"]) == {"changed": ["referrer_name", "source"]}
    assert "Read out" not in str(event)


async def test_a_stale_amendment_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)
    await amend(made, FULL, version=1, by=person.actor)

    with pytest.raises(StaleVersionError):
        await amend(made, replace(FULL, reference="R-18"), version=1, by=person.actor)

    assert (await stored_referral(made, scope=person.actor.scope)).reference == "R-17"


async def test_a_reference_is_one_referrals_to_a_programme(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    first, second = [
        await make_participant(organisation_id=person.organisation_id) for _ in range(2)
    ]
    await add_referral(first, programme.id, FULL, by=person.actor)
    other = await add_referral(second, programme.id, replace(FULL, reference=""), by=person.actor)
    third = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(ReferenceTakenError) as caught:
        await add_referral(third, programme.id, FULL, by=person.actor)
    with pytest.raises(ReferenceTakenError):
        await amend(other, FULL, version=1, by=person.actor)

    assert [error.field for error in caught.value.errors] == ["reference"]
    assert await Referral.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"consent_on": date(2026, 6, 11)}, "consent_on"),
        ({"consent": Consent.NOT_RECORDED}, "consent"),
        ({"mandate": Mandate.VOLUNTARY}, "mandate_ends_on"),
        ({"mandate_ends_on": date(2026, 5, 31)}, "mandate_ends_on"),
        ({"referrer_name": "n" * 121}, "referrer_name"),
        ({"reference": "two\nlines"}, "reference"),
        ({"reason": "r" * 4001}, "reason"),
    ],
)
async def test_a_wrong_amendment_names_the_field(
    db: None, changed: dict[str, Any], field: str
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)

    with pytest.raises(InvalidInputError) as caught:
        await amend(made, replace(FULL, **changed), version=1, why="Wrong", by=person.actor)

    assert fields(caught) == [field]


async def test_s16_what_the_referrer_was_told_is_kept_newest_first(db: None) -> None:
    """S16, standards 27 and 28."""
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)

    for told, on in ((ToldReferrer.RECEIVED, 2), (ToldReferrer.ACCEPTED, 9)):
        await tell_referrer(made, Told(told, date(2026, 6, on), " Morgan Vale "), by=person.actor)

    found = await told_of(made, scope=person.actor.scope)
    event = (await AuditEvent.select().order_by(AuditEvent.id))[-1]
    assert [item.told for item in found] == [ToldReferrer.ACCEPTED, ToldReferrer.RECEIVED]
    assert (found[0].whom, found[0].by) == ("Morgan Vale", person.id)
    assert (event["action"], "Morgan" in event["after"]) == ("referrer_told", False)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(ToldReferrer.STARTED, date(2026, 6, 11)), "told_on"),
        (Told(ToldReferrer.STARTED, date(2026, 5, 31)), "told_on"),
        (Told(ToldReferrer.STARTED, TODAY, "w" * 121), "told_whom"),
    ],
)
async def test_a_wrong_line_of_what_was_told_names_the_field(
    db: None, told: Told, field: str
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)

    with pytest.raises(InvalidInputError) as caught:
        await tell_referrer(made, told, by=person.actor)

    assert fields(caught) == [field]


async def test_the_open_referral_of_a_person_to_a_programme_is_found(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    other = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    closed, opened = [
        await make_referral(participant_id=anna, programme_id=programme.id, status=status)
        for status in (ReferralStatus.WITHDRAWN, ReferralStatus.ON_HOLD)
    ]
    scope = person.actor.scope

    found = await open_referral_of(anna, programme.id, scope=scope)

    assert found is not None
    assert (found.id, closed != opened) == (opened, True)
    assert await open_referral_of(anna, other.id, scope=scope) is None


async def test_who_may_only_look_amends_nothing_and_tells_nobody(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=person.actor)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    refusals = []
    for by in (lead.actor, (await make_manager()).actor):
        for attempt in (
            amend(made, FULL, version=1, by=by),
            tell_referrer(made, Told(ToldReferrer.STARTED, TODAY), by=by),
        ):
            with pytest.raises((ForbiddenError, NotFoundError)) as caught:
                await attempt
            refusals.append(caught.type)

    assert refusals == [ForbiddenError] * 2 + [NotFoundError] * 2
