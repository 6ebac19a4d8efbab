"""What somebody else saves between the reading and the writing of a change stands.

The tests of two at once leave the order to the machine; here it is always the same.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from accounts.errors import LinkNotValidError
from accounts.services import directory, sign_in
from accounts.tables import Account
from core.errors import NotFoundError, StaleVersionError
from core.scope import SYSTEM
from core.tables import AuditEvent
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus, SmsSafety
from programmes.errors import StaleRegisterError
from programmes.queries.amendments import amendments_of
from programmes.queries.participants import safe_contact
from programmes.queries.referrals import referral
from programmes.services import holds
from programmes.services.outcomes import Answer, Sitting, record
from programmes.services.referrals import add_referral, amend
from programmes.services.registers import Submission, save
from programmes.services.retention import close_out
from programmes.services.safe_contacts import ContactDetails, save_safe_contact
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Attendance, Enrolment, LegalHold, OutcomeValue, Participant
from tests.factories import make_person
from tests.factories_outcomes import make_taken_measure
from tests.factories_programmes import (
    entry,
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
)
from tests.factories_training import make_staff
from tests.integration.places import (
    TODAY,
    make_member,
    manager_of,
    places_taken,
    row_of,
    second_cohort,
)
from tests.integration.test_programmes_referrals import FULL
from tests.interleaving import slip_in
from training.queries.people import staff_member
from training.services import staff
from training.services.staff import StaffDetails

pytestmark = pytest.mark.usefixtures("db")


async def actions() -> list[str]:
    rows = await AuditEvent.select(AuditEvent.action).order_by(AuditEvent.id)
    return [row["action"] for row in rows]


async def make_closed_person() -> UUID:
    """Somebody whose time in the records is over (D13)."""
    cohort = await make_cohort(starts_on=date(2018, 12, 5))
    person = await make_participant(organisation_id=cohort.organisation_id)
    await make_enrolment(
        cohort_id=cohort.id, participant_id=person, status=EnrolmentStatus.COMPLETED,
        ended_on=date(2019, 6, 10),
    )  # fmt: skip
    return person


async def nobody_else(*_: object) -> None:
    """Another room has nothing of the person."""


async def test_of_a_link_used_twice_the_second_password_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account_id, link = await directory.add_account("bo@example.org", "Bo Lindqvist", by=SYSTEM)
    slip_in(
        monkeypatch, "accounts.services.sign_in._account_of_link",
        lambda: sign_in.choose_password(link, "kettle orbit violin"),
    )  # fmt: skip

    with pytest.raises(LinkNotValidError):
        await sign_in.choose_password(link, "lantern gravel oboe")

    (row,) = await Account.select().where(Account.id == account_id)
    assert await sign_in.sign_in(
        row["email"], "kettle orbit violin", address="192.0.2.1", key=b"k" * 32
    )


async def test_a_hold_that_comes_after_the_closing_is_not_placed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = await make_closed_person()
    slip_in(
        monkeypatch, "programmes.services.holds.participant",
        lambda: close_out(person, years=7, also=nobody_else, by=SYSTEM),
    )  # fmt: skip

    with pytest.raises(NotFoundError):
        await holds.place(person, reason="Review", by=SYSTEM)

    (row,) = await Participant.select().where(Participant.id == person)
    assert row["closed_out_at"] is not None
    assert await LegalHold.count().where(LegalHold.lifted_at.is_null()) == 0
    assert "legal_hold_placed" not in await actions()


async def test_a_closing_that_comes_after_a_hold_leaves_the_record() -> None:
    person = await make_closed_person()
    await holds.place(person, reason="Review", by=SYSTEM)

    assert not await close_out(person, years=7, also=nobody_else, by=SYSTEM)

    (row,) = await Participant.select().where(Participant.id == person)
    assert (row["closed_out_at"], row["given_name"] != "") == (None, True)


async def test_a_report_that_somebody_changed_meanwhile_is_not_changed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cohort = await make_cohort(enrolled=1)
    (person,) = cohort.enrolment_ids
    by = await manager_of(cohort)
    await Enrolment.update(
        {Enrolment.started_on: date(2026, 5, 6), Enrolment.status: EnrolmentStatus.ACTIVE}
    ).where(Enrolment.id == person)
    await make_taken_measure(cohort)

    def sitting(value: int, version: int | None) -> Sitting:
        return Sitting(
            Timepoint.START, OutcomeSource.SELF, TODAY, (Answer("ladder", value, version),)
        )

    await record(person, sitting(4, None), by=by)
    slip_in(
        monkeypatch, "programmes.services.outcomes.outcomes",
        lambda: record(person, sitting(5, 1), by=by),
    )  # fmt: skip

    with pytest.raises(StaleVersionError):
        await record(person, sitting(6, 1), by=by)

    rows = await OutcomeValue.select()
    assert [(row["value"], row["version"]) for row in rows] == [(5, 2)]
    assert (await actions()).count("outcome_changed") == 1


@pytest.mark.parametrize("saved_before", [0, 1])
async def test_a_safe_contact_that_somebody_saved_meanwhile_stands(
    monkeypatch: pytest.MonkeyPatch, saved_before: int
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    anna = await make_participant(organisation_id=manager.organisation_id)

    async def confirm(sms: SmsSafety, version: int) -> None:
        details = ContactDetails("07700 900123", sms, TODAY, "Anna herself", (), "en")
        await save_safe_contact(
            anna, details, version=version, drama_numbers=True, by=manager.actor
        )

    for version in range(saved_before):
        await confirm(SmsSafety.SAFE, version)
    slip_in(
        monkeypatch, "programmes.services.safe_contacts.safe_contact",
        lambda: confirm(SmsSafety.NOT_SAFE, saved_before),
    )  # fmt: skip

    with pytest.raises(StaleVersionError):
        await confirm(SmsSafety.SAFE, saved_before)

    found = await safe_contact(anna, scope=manager.actor.scope)
    assert (found.sms, found.version) == (SmsSafety.NOT_SAFE, saved_before + 1)
    assert (await actions()).count("safe_contact_saved") == saved_before + 1


async def test_a_referral_that_somebody_amended_meanwhile_is_not_amended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    programme = await make_programme(organisation_id=manager.organisation_id)
    anna = await make_participant(organisation_id=manager.organisation_id)
    made = await add_referral(anna, programme.id, FULL, by=manager.actor)

    async def call(referrer: str) -> None:
        details = replace(FULL, referrer_name=referrer)
        await amend(made, details, version=1, why="Misheard", by=manager.actor)

    slip_in(
        monkeypatch, "programmes.services.referrals.referral_to_change",
        lambda: call("Robin Dale"),
    )  # fmt: skip

    with pytest.raises(StaleVersionError):
        await call("Ashley Brook")

    assert (await referral(made, scope=SYSTEM.scope)).referrer_name == "Robin Dale"
    kept = await amendments_of(made, scope=SYSTEM.scope)
    assert [item.new_value for item in kept] == ["Robin Dale"]


async def test_a_register_that_somebody_saved_meanwhile_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager_of(cohort)
    session_id, (person,) = cohort.session_ids[1], cohort.enrolment_ids

    async def mark(outcome: AttendanceOutcome) -> int:
        return await save(session_id, Submission(0, (entry(person, outcome),)), by=by)

    slip_in(
        monkeypatch, "programmes.services.registers.register",
        lambda: mark(AttendanceOutcome.LATE),
    )  # fmt: skip

    with pytest.raises(StaleRegisterError):
        await mark(AttendanceOutcome.ATTENDED)

    assert [row["outcome"] for row in await Attendance.select()] == ["late"]
    assert (await actions()).count("register_saved") == 1


async def test_a_member_of_staff_whom_somebody_changed_meanwhile_is_not_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    details = StaffDetails.of(await staff_member(staff_id, scope=lead.actor.scope))

    async def change(team: str) -> None:
        await staff.update(staff_id, replace(details, team=team), version=1, by=lead.actor)

    slip_in(monkeypatch, "training.services.careers.staff_member", lambda: change("One"))

    with pytest.raises(StaleVersionError):
        await change("Two")

    found = StaffDetails.of(await staff_member(staff_id, scope=lead.actor.scope))
    assert found.team == "One"
    assert (await actions()).count("staff_changed") == 1


@pytest.mark.parametrize("to_the_earlier", [False, True])
async def test_both_groups_are_counted_whichever_was_made_first(*, to_the_earlier: bool) -> None:
    """Whoever changes groups locks the two in the same order, so that nobody waits in a circle."""
    made = await make_cohort()
    groups = sorted((made, await second_cohort(made)), key=lambda group: group.id)
    left, into = groups[::-1] if to_the_earlier else groups
    person, _ = await make_member(left)

    await transfer(person, Transfer(into.id, 1), by=await manager_of(left))

    assert (await row_of(person))["status"] == "transferred"
    assert (await places_taken(left.id), await places_taken(into.id)) == (0, 1)
