"""M1, M2, M7, M9, M10, G1, G4: what a safe contact does to texts, as it is saved."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from api import safe_contacts
from core import clock
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.pagination import Cursor
from core.scope import SYSTEM, Actor, Side
from core.sms_settings import CONSENT_DAYS
from core.tables import AuditEvent
from jobs import reminders
from messaging.domain.terms import BlockCause, MessageState
from messaging.services import blocks
from messaging.tables import Message, NumberBlock
from programmes.domain.case_terms import ConflictKind, PartnerOfferOutcome
from programmes.domain.terms import SmsSafety
from programmes.queries.confirmations import ending_confirmations
from programmes.queries.conflicts import conflicts
from programmes.queries.participants import safe_contact
from programmes.services.offers import Offer, record_offer
from programmes.services.risk_flags import set_flag
from programmes.services.safe_contacts import ContactDetails
from programmes.tables import Conflict, Enrolment, FormerNumber, Link, SafeContact
from tests.conftest import SETTINGS
from tests.factories import make_person
from tests.factories_messaging import (
    Group,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    states_of,
)
from tests.factories_replies import hash_of, make_text
from tests.factories_safety import make_link

pytestmark = pytest.mark.usefixtures("listening")

OURS, THEIRS = drama_number(811), drama_number(812)


async def save(participant_id: UUID, by: Actor = SYSTEM, **given: Any) -> None:
    stored = await safe_contact(participant_id, scope=by.scope)
    wanted = {
        "number": OURS, "sms": SmsSafety.SAFE, "confirmed_on": clock.today(),
        "confirmed_with": "the person", "windows": (), "language": "en", **given,
    }  # fmt: skip
    await safe_contacts.save(
        participant_id, ContactDetails(**wanted), version=stored.version, settings=SETTINGS, by=by
    )


async def again(participant_id: UUID, who: str = "the person", by: Actor = SYSTEM) -> None:
    stored = await safe_contact(participant_id, scope=by.scope)
    await safe_contacts.texts_again(
        participant_id, who, version=stored.version, settings=SETTINGS, by=by
    )


async def is_off(participant_id: UUID) -> bool:
    stands = await safe_contacts.number_stands(participant_id, settings=SETTINGS, by=SYSTEM)
    return stands.is_off


async def in_force() -> set[str]:
    return {row["cause"] for row in await NumberBlock.select() if row["lifted_at"] is None}


async def a_planned_text(side: Side = Side.SURVIVOR, **member: Any) -> tuple[Group, UUID]:
    """A person with a session in two days, whose reminder is planned if texts are safe."""
    group = await make_group(side)
    await make_rule(group)
    await make_meeting(group, clock.instant_of(clock.today() + timedelta(days=2), "18:30"))
    person, _ = await make_member(group, **{"number": OURS, **member})
    await reminders.plan(SETTINGS)
    return group, person


async def test_m1_nobody_is_texted_until_somebody_confirmed_it() -> None:
    group, person = await a_planned_text(sms=None)
    assert await states_of(group) in ([], [("held", "no_safe_contact")])

    await save(person)

    assert await states_of(group) == [("planned", "")]
    (row,) = await SafeContact.select()
    assert (row["confirmed_with"], row["confirmed_on"]) == ("the person", clock.today())


@pytest.mark.parametrize(("side", "days"), [(Side.SURVIVOR, 28), (Side.PERPETRATOR, 180)])
async def test_m2_a_text_is_held_once_the_confirmation_is_over(side: Side, days: int) -> None:
    """The session is in two days: the confirmation must still count when the text is due."""
    over = clock.today() - timedelta(days=days)

    group, person = await a_planned_text(side, confirmed_on=over)

    assert [reason for _, reason in await states_of(group)] == ["contact_expired"]
    await save(person)
    assert await states_of(group) == [("planned", "")]


@pytest.mark.parametrize(
    ("days_ago", "expected"), [(20, None), (21, 7), (28, 0), (29, -1), (60, -32)]
)
async def test_m2_a_week_before_it_ends_the_worker_is_told_to_ask(
    days_ago: int, expected: int | None
) -> None:
    today = clock.today()
    _, person = await a_planned_text(confirmed_on=today - timedelta(days=days_ago))

    found = await ending_confirmations(scope=SYSTEM.scope, lasting_days=CONSENT_DAYS, limit=9)

    ends = [] if expected is None else [(person, today + timedelta(days=expected))]
    assert [(one.participant_id, one.last_on) for one in found] == ends
    assert all(one.name == "Rowan H." for one in found)


async def test_m2_nobody_is_asked_about_who_has_no_session_to_come() -> None:
    await a_planned_text(confirmed_on=date(2026, 5, 1))
    group = await make_group()
    await make_member(group, confirmed_on=date(2026, 5, 1))

    found = await ending_confirmations(scope=SYSTEM.scope, lasting_days=CONSENT_DAYS, limit=9)

    assert len(found) == 1


async def test_m2_the_other_side_and_other_organisations_are_told_of_nobody() -> None:
    group, _ = await a_planned_text(confirmed_on=date(2026, 5, 1))
    for side, organisation in ((GrantSide.PERPETRATOR, group.organisation_id),
                               (GrantSide.SURVIVOR, None)):  # fmt: skip
        stranger = await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation)
        scope = stranger.actor.scope
        assert await ending_confirmations(scope=scope, lasting_days=CONSENT_DAYS, limit=9) == ()


async def test_m2_m10_a_raised_flag_asks_linked_survivors_anew_and_tells_nobody_why() -> None:
    group, survivor = await a_planned_text()
    perpetrators = await make_group(Side.PERPETRATOR)
    perpetrator, _ = await make_member(perpetrators)
    await make_link(survivor_id=survivor, perpetrator_id=perpetrator)
    ended, _ = await make_member(group)
    link = await make_link(survivor_id=ended, perpetrator_id=perpetrator)
    await Link.update({Link.ended_on: clock.today()}).where(Link.id == link)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=perpetrators.organisation_id
    )

    for raised in (True, True, False, True):
        await set_flag(perpetrator, raised=raised, by=lead.actor)

    assert await states_of(group) == [("held", "no_safe_contact")]
    (asked,) = await ending_confirmations(scope=SYSTEM.scope, lasting_days=CONSENT_DAYS, limit=9)
    assert (asked.participant_id, asked.last_on) == (survivor, None)
    rows = {row["participant"]: row["sms"] for row in await SafeContact.select()}
    assert (rows[survivor], rows[ended], rows[perpetrator]) == ("unknown", "safe", "safe")
    events = await AuditEvent.select().where(AuditEvent.action == "safe_contact_expired")
    assert [(event["subject"], event["actor"], event["side"]) for event in events] == [
        (survivor, None, "survivor")
    ]
    assert await Message.select().where(Message.recipient == perpetrator) == []


async def test_m10_a_link_an_offer_and_a_flag_make_no_text() -> None:
    group, person = await a_planned_text(Side.PERPETRATOR)
    survivor, _ = await make_member(await make_group())
    (enrolment,) = await Enrolment.select().where(Enrolment.participant == person)
    before = await Message.select()
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=group.organisation_id
    )

    await make_link(survivor_id=survivor, perpetrator_id=person)
    offer = Offer(PartnerOfferOutcome.ACCEPTED, clock.today(), basic_information_given=True)
    await record_offer(enrolment["id"], offer, version=0, by=lead.actor)
    await set_flag(person, raised=True, by=lead.actor)
    await reminders.plan(SETTINGS)

    assert await Message.select() == before
    assert len(before) == 1


@pytest.mark.parametrize(
    "state", [MessageState.PLANNED, MessageState.HELD, MessageState.QUEUED, MessageState.CLAIMED]
)
async def test_g1_withdrawing_consent_ends_what_waits_in_the_same_transaction(
    state: MessageState,
) -> None:
    group, person = await a_planned_text()
    await Message.update({Message.state: state.value}).where(Message.recipient == person)

    await save(person, sms=SmsSafety.NOT_SAFE)

    expected = [("suppressed", "not_safe")]
    if state is MessageState.CLAIMED:  # the dispatcher asks again before it leaves
        expected = [*expected, ("claimed", "")]
    assert (await states_of(group))[0] in expected


@pytest.mark.parametrize(("side", "other"), [(a, b) for a in Side for b in Side])
async def test_m9_g4_a_number_of_two_people_holds_both_and_tells_the_lead_alone(
    side: Side, other: Side
) -> None:
    one, first = await a_planned_text(side)
    two, second = await a_planned_text(other, number=THEIRS)
    worker = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(other.value), organisation_id=two.organisation_id
    )

    for _ in range(2):
        await save(second, by=worker.actor)

    assert [await is_off(person) for person in (first, second)] == [True, True]
    assert {state for state, _ in (*await states_of(one), *await states_of(two))} == {"held"}
    (row,) = await Conflict.select()
    assert (row["kind"], {row["participant"], row["other"]}) == (
        ConflictKind.SHARED_NUMBER, {first, second},
    )  # fmt: skip
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=two.organisation_id)
    assert len((await conflicts(scope=lead.actor.scope, cursor=Cursor())).items) == 1
    await save(second, number=drama_number(813))
    freed = side is other  # what the other side had before is never texted (G4)
    assert await states_of(one) == [("planned", "") if freed else ("held", "shared_number")]
    assert (await conflicts(scope=worker.actor.scope, cursor=Cursor())).items == ()


async def test_m9_a_settled_conflict_is_written_again_when_it_happens_again() -> None:
    _, first = await a_planned_text()
    _, second = await a_planned_text(Side.PERPETRATOR, number=THEIRS)
    await save(second)
    await Conflict.update({Conflict.settled_at: clock.now()}, force=True)

    await save(second, language="cy")

    assert len(await Conflict.select()) == 2
    assert first != second


async def test_g4_a_number_that_was_the_other_side_s_before_is_held_too() -> None:
    _, first = await a_planned_text()
    await save(first, number=THEIRS)
    _, second = await a_planned_text(Side.PERPETRATOR, number=None, sms=SmsSafety.UNKNOWN)

    await save(second, number=OURS)

    assert await is_off(second)
    assert len(await Conflict.select()) == 1
    (row,) = await FormerNumber.select()
    assert (row["participant"], row["number"]) == (first, OURS)


async def test_m9_two_who_save_the_same_number_at_once_are_both_found() -> None:
    people = []
    for side in Side:
        person, _ = await make_member(await make_group(side), number=None, sms="unknown")
        people.append(person)

    await asyncio.gather(*(save(person) for person in people))

    assert len(await Conflict.select()) == 1


async def test_g5_only_a_number_that_takes_another_s_place_is_new() -> None:
    person, _ = await make_member(await make_group(), sms=None)
    await save(person)
    assert not await is_off(person)

    await save(person, number=THEIRS)

    assert await is_off(person)
    (row,) = await SafeContact.select()
    assert (row["number_version"], row["number_changed_at"]) == (2, clock.now())


async def test_m7_a_worker_s_opt_out_stops_everybody_on_the_number_at_once() -> None:
    group, person = await a_planned_text()
    other_group, other = await a_planned_text(Side.PERPETRATOR)
    await make_text(group, person)

    await safe_contacts.stop_texts(person, settings=SETTINGS, by=SYSTEM)
    await safe_contacts.stop_texts(person, settings=SETTINGS, by=SYSTEM)

    for found in (*await states_of(group), *await states_of(other_group)):
        assert found in {("held", "opted_out"), ("held", "shared_number")}
    assert await in_force() == {"worker"}
    events = await AuditEvent.select().where(AuditEvent.action == "texts_stopped")
    assert {event["subject"] for event in events} == {person}
    assert other != person


@pytest.mark.parametrize("cause", [BlockCause.STOP, BlockCause.WORKER, BlockCause.PROVIDER_OPT_OUT])
async def test_m7_texts_go_again_only_after_a_new_recorded_confirmation(cause: BlockCause) -> None:
    group, person = await a_planned_text()
    await blocks.block(hash_of(OURS), cause)
    await save(person, confirmed_on=clock.today() - timedelta(days=1))
    assert (await is_off(person), await in_force()) == (True, {cause.value})

    with pytest.raises(InvalidInputError):
        await again(person, " ")
    await again(person, "Rowan himself")

    assert (await is_off(person), await in_force()) == (False, set())
    stored = await safe_contact(person, scope=SYSTEM.scope)
    assert (stored.confirmed_on, stored.confirmed_with, stored.sms) == (
        clock.today(), "Rowan himself", SmsSafety.SAFE,
    )  # fmt: skip
    (event,) = await AuditEvent.select().where(AuditEvent.action == "texts_asked_for_again")
    assert "Rowan himself" not in str(event)
    assert group.organisation_id == event["organisation"]


async def test_m9_of_a_shared_number_nobody_lifts_the_other_s_opt_out() -> None:
    _, first = await a_planned_text()
    _, second = await a_planned_text(Side.PERPETRATOR)
    await safe_contacts.stop_texts(first, settings=SETTINGS, by=SYSTEM)

    await again(second)

    assert (await is_off(second), await in_force()) == (True, {"worker"})


async def test_m12_a_bad_number_may_be_tried_again_once_it_is_confirmed_anew() -> None:
    person, _ = await make_member(await make_group(), number=OURS, confirmed_on=date(2026, 6, 1))
    await blocks.block(hash_of(OURS), BlockCause.BAD_NUMBER)
    stands = await safe_contacts.number_stands(person, settings=SETTINGS, by=SYSTEM)
    assert (stands.is_off, stands.is_bad) == (False, True)

    await save(person, confirmed_on=date(2026, 6, 1), language="cy")
    assert await in_force() == {"bad_number"}
    await save(person)

    assert await in_force() == set()


async def test_without_a_number_there_is_nothing_to_stop_or_to_start() -> None:
    person, _ = await make_member(await make_group(), sms=None)

    with pytest.raises(InvalidInputError):
        await safe_contacts.stop_texts(person, settings=SETTINGS, by=SYSTEM)
    with pytest.raises(InvalidInputError):
        await again(person)
    assert not await is_off(person)


async def test_of_two_who_confirm_at_once_one_is_told() -> None:
    person, _ = await make_member(await make_group(), number=OURS)
    with pytest.raises(StaleVersionError):
        await safe_contacts.texts_again(
            person, "the person", version=7, settings=SETTINGS, by=SYSTEM
        )


async def test_nobody_of_the_other_side_or_elsewhere_stops_or_starts_texts() -> None:
    group = await make_group()
    person, _ = await make_member(group, number=OURS)
    strangers: Mapping[GrantSide, UUID | None] = {
        GrantSide.PERPETRATOR: group.organisation_id, GrantSide.SURVIVOR: None,
    }  # fmt: skip
    for side, organisation in strangers.items():
        stranger = await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation)
        for attempt in (
            safe_contacts.stop_texts(person, settings=SETTINGS, by=stranger.actor),
            safe_contacts.texts_again(
                person, "me", version=1, settings=SETTINGS, by=stranger.actor
            ),
        ):
            with pytest.raises(NotFoundError):
                await attempt
    assert (await in_force(), await AuditEvent.count()) == (set(), 0)
