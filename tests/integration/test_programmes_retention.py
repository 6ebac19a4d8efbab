"""D13: who is due, what goes, what stays, and what a legal hold keeps."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from piccolo.table import Table

from accounts.domain.roles import GrantSide, Role
from core import clock, database
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.pagination import Cursor
from core.reports import Question
from core.scope import SYSTEM, Side
from core.tables import AuditEvent, Upload
from jobs import retention
from messaging.domain.terms import MessageState
from messaging.tables import InboundMessage, Message, MessagingPause, NumberBlock
from programmes.domain.retention import KEPT
from programmes.domain.terms import EnrolmentStatus, ExitReason, ReferralStatus
from programmes.errors import AlreadyRecordedError
from programmes.queries.counters import wrong_counters
from programmes.queries.participants import participant
from programmes.queries.retention import due_cases, hold, holds, people_on_hold
from programmes.reports.completion import completion
from programmes.services import holds as services
from programmes.tables import LegalHold, Participant, Session
from tests.conftest import SETTINGS
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
    make_referral,
)
from tests.factories_rights import (
    WholePerson,
    make_whole_person,
    reachable,
    restrict_to,
    tie,
)
from tests.factories_texts import make_text
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

TEXTS = (Message, InboundMessage, NumberBlock, MessagingPause)
"""Tables of another room, which know a person by their id or by their number alone."""


async def old_group() -> MadeCohort:
    return await make_cohort(starts_on=date(2018, 12, 5))


async def apply() -> int:
    return await retention.apply(SETTINGS, progress=lambda *_: None)


async def due() -> list[UUID]:
    return [case.participant_id for case in await due_cases(scope=SYSTEM.scope, years=7)]


async def lead(organisation_id: UUID | None = None) -> Person:
    return await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id)


async def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by table."""
    tables = [*reachable(), *TEXTS, AuditEvent]
    return {table._meta.tablename: await table.select() for table in tables}


async def two_people() -> tuple[WholePerson, WholePerson]:
    """Two people of one old group, tied to one another in every way; the second is open."""
    cohort = await old_group()
    worker = await lead(cohort.organisation_id)
    one = await make_whole_person("zebra", cohort)
    other = await make_whole_person(
        "quagga", cohort, number="+447700900222", born_on=date(1991, 4, 23)
    )
    await tie(one, other, account_id=worker.id)
    await restrict_to(one, worker.id)
    await make_referral(participant_id=other.id, programme_id=cohort.programme.id)
    return one, other


async def test_d13_a_person_is_due_seven_years_after_their_last_case_closed() -> None:
    cohort = await old_group()
    person = await make_participant(organisation_id=cohort.organisation_id)
    await make_enrolment(
        cohort_id=cohort.id, participant_id=person, status=EnrolmentStatus.COMPLETED,
        ended_on=date(2019, 6, 10),
    )  # fmt: skip
    assert await due() == [person]

    await make_referral(
        participant_id=person, programme_id=cohort.programme.id, received_on=date(2020, 1, 1),
        status=ReferralStatus.WITHDRAWN,
    )  # fmt: skip
    assert await due() == []


@pytest.mark.parametrize("ended_on", [date(2019, 6, 11), date(2026, 6, 1)])
async def test_d13_a_day_too_soon_is_not_due(ended_on: date) -> None:
    cohort = await old_group()
    await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED, ended_on=ended_on,
        participant_id=await make_participant(organisation_id=cohort.organisation_id),
    )  # fmt: skip

    assert await due() == []


async def test_d13_who_was_never_referred_is_kept_from_the_day_they_were_added() -> None:
    person = await make_participant()
    await make_participant()
    await Participant.update({Participant.created_at: datetime(2019, 6, 9, tzinfo=UTC)}).where(
        Participant.id == person
    )

    assert await due() == [person]


async def test_d13_an_open_case_is_never_due() -> None:
    cohort = await old_group()
    person = await make_participant(organisation_id=cohort.organisation_id)
    await make_enrolment(cohort_id=cohort.id, participant_id=person, joined_on=date(2018, 12, 5))
    await Participant.update({Participant.created_at: datetime(2010, 1, 1, tzinfo=UTC)}).where(
        Participant.id == person
    )

    assert await due() == []
    assert await apply() == 0


async def test_the_dry_run_counts_and_changes_nothing() -> None:
    one, _ = await two_people()
    before = await everything()

    cases, _, uploads = await retention.dry_run(SETTINGS, scope=SYSTEM.scope)

    assert (cases.due, cases.on_hold, cases.oldest_on) == (1, 0, date(2026, 3, 14))
    assert (uploads.due, uploads.oldest_on) == (0, None)
    assert await everything() == before
    assert await due() == [one.id]


async def test_d13_after_closing_out_no_personal_column_holds_what_was_put_in() -> None:
    """Every table that leads to a person is filled; what is not removed is named in ``KEPT``."""
    one, other = await two_people()
    filled = {name for name, _ in one.words}
    personal = {table for table in [*reachable(), *TEXTS] if personal_of(table)}
    assert {table._meta.tablename for table in personal} <= filled
    columns = {(table._meta.tablename, name) for table in personal for name in personal_of(table)}
    unsaid = {("participant_needs", "availability"), ("participant_needs", "venues_to_avoid"),
              ("safe_contacts", "windows")}  # fmt: skip
    assert columns - set(one.words) == unsaid

    assert await apply() == 1

    kept = {(table, column) for table, found in KEPT.items() for column in found}
    gone = {word for place, word in one.words.items() if place not in kept}
    left = json.dumps(await everything(), default=str)
    assert [word for word in sorted(gone) if word in left and word not in CODES] == []
    assert await rows_of("safe_contacts", "participant", one.id) == []
    assert await rows_of("participant_needs", "participant", one.id) == []
    assert await rows_of("equality_profiles", "participant", one.id) == []
    for place, word in other.words.items():
        if place not in {("links", "relationship"), ("conflicts", "note")}:
            assert word in left, place


CODES = {
    "holiday", "religious", "ex_partner", "+447700900222", "prefer_not_to_say", "white_roma",
    "different_from_registered", "bisexual", "sikh", "limited_a_lot", "widowed_or_surviving",
    "birth_in_last_26_weeks",
}  # fmt: skip
"""Codes that the rows of somebody else hold too; the rows are looked at one by one below."""


async def rows_of(table: str, column: str, value: UUID) -> list[dict[str, Any]]:
    return await database.run(f"SELECT * FROM {table} WHERE {column} = {{}}", value)


def personal_of(table: type[Table]) -> frozenset[str]:
    found: frozenset[str] = vars(table).get("PERSONAL", frozenset())
    return found


async def test_d13_what_ties_a_person_to_others_goes_on_both_sides() -> None:
    one, other = await two_people()
    await apply()

    for table in ("links", "non_associations", "conflicts", "restrictions", "risk_flags",
                  "restriction_readers"):  # fmt: skip
        rows = await database.run(f"SELECT * FROM {table}")
        assert str(one.id) not in json.dumps(rows, default=str), table
    assert len(await rows_of("case_workers", "participant", other.id)) == 1
    assert await rows_of("case_workers", "participant", one.id) == []
    (change,) = await database.run(
        "SELECT m.absence_reason FROM mark_changes m JOIN attendances a ON a.id = m.attendance"
        " JOIN enrolments e ON e.id = a.enrolment WHERE e.participant = {}", one.id,
    )  # fmt: skip
    assert change["absence_reason"] is None
    assert await database.run(
        "SELECT 1 FROM planned_absences a JOIN enrolments e ON e.id = a.enrolment"
        " WHERE e.participant = {}", one.id,
    ) == []  # fmt: skip


async def test_d13_a_person_who_was_closed_out_is_found_by_nobody() -> None:
    one, _ = await two_people()
    await apply()

    with pytest.raises(NotFoundError):
        await participant(one.id, scope=SYSTEM.scope)
    assert await apply() == 0
    events = await AuditEvent.select().where(AuditEvent.action == "participant_closed_out")
    assert [(event["subject"], event["actor"]) for event in events] == [(one.id, None)]
    assert json.loads(events[0]["after"]) == {"due_on": "2026-03-14"}


async def test_what_a_group_wrote_goes_with_its_last_person() -> None:
    cohort = await old_group()
    for number in (1, 2):
        await Session.update({Session.covered: "what the group said"}).where(
            Session.id == cohort.session_ids[number]
        )
    await make_whole_person("zebra", cohort)
    last = await make_whole_person("quagga", cohort)
    await services.place(last.id, reason="A review", by=SYSTEM)

    await apply()
    assert "what the group said" in json.dumps(await Session.select(), default=str)

    await services.lift(last.id, by=SYSTEM)
    await apply()
    assert "what the group said" not in json.dumps(await Session.select(), default=str)


async def test_d13_reports_and_counters_of_past_years_do_not_change() -> None:
    """Completions, neutral and other exits, never started, still waiting: some due, some not."""
    cohort = await old_group()
    other = await make_cohort(organisation_id=cohort.organisation_id, programme=cohort.programme,
                              starts_on=date(2025, 1, 8))  # fmt: skip
    for place, into in enumerate((cohort, other) * 9):
        person = await make_participant(organisation_id=cohort.organisation_id)
        referral = await make_referral(
            participant_id=person, programme_id=cohort.programme.id,
            received_on=date(2018, 11, 1),
            status=list(ReferralStatus)[place] if place % 2 else ReferralStatus.PROGRAMME_COMPLETE,
        )  # fmt: skip
        status = (EnrolmentStatus.COMPLETED, EnrolmentStatus.EXITED)[place % 3 == 0]
        if place % 5:
            await make_enrolment(
                cohort_id=into.id, participant_id=person, referral_id=referral, status=status,
                ended_on=date(2019, 3, 1) if into is cohort else date(2025, 4, 1),
                exit_reason=list(ExitReason)[place] if place % 3 == 0 else None,
            )  # fmt: skip
    before = await figures()

    closed = await apply()

    assert closed > 5
    assert await figures() == before


async def figures() -> tuple[object, ...]:
    """Counters, rows and totals; faults that nobody can put right any more are listed no longer."""
    reports = [
        await completion(Question(group_by=(group,)), scope=SYSTEM.scope)
        for group in ("programme", "cohort")
    ]
    counters = await wrong_counters(scope=SYSTEM.scope)
    return (counters, [(item.rows, item.totals) for item in reports])


async def test_d13_a_hold_keeps_the_record_and_the_dry_run_says_so() -> None:
    one, _ = await two_people()
    by = (await lead(one.cohort.organisation_id)).actor
    await Participant.raw("DELETE FROM restriction_readers")
    await Participant.raw("DELETE FROM restrictions")
    await services.place(one.id, reason="Review of 2026", by=by)

    cases, *_ = await retention.dry_run(SETTINGS, scope=SYSTEM.scope)
    assert (cases.due, cases.on_hold) == (0, 1)
    assert await apply() == 0
    assert (await participant(one.id, scope=SYSTEM.scope)).given_name

    await services.lift(one.id, by=by)
    assert await apply() == 1


async def test_a_hold_is_placed_once_and_lifting_twice_changes_nothing() -> None:
    by = (await lead()).actor
    organisation_id = next(iter(by.scope.areas)).organisation_id
    person = await make_participant(organisation_id=organisation_id)
    await services.place(person, reason=" Review ", by=by)

    with pytest.raises(AlreadyRecordedError):
        await services.place(person, reason="Again", by=by)
    found = await hold(person, scope=by.scope)
    assert found is not None
    assert (found.reason, found.placed_by) == ("Review", by.account_id)
    listed = await holds(scope=by.scope, cursor=Cursor())
    assert [item.participant_id for item in listed.items] == [person]

    await services.lift(person, by=by)
    await services.lift(person, by=by)
    assert await hold(person, scope=by.scope) is None
    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [event["action"] for event in events] == ["legal_hold_placed", "legal_hold_lifted"]
    assert "Review" not in json.dumps(events, default=str)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\x00b"])
async def test_a_hold_needs_a_reason_that_can_be_kept(reason: str) -> None:
    person = await make_participant()

    with pytest.raises(InvalidInputError) as caught:
        await services.place(person, reason=reason, by=SYSTEM)

    assert [error.field for error in caught.value.errors] == ["reason"]
    assert await LegalHold.count() == 0


async def test_a_manager_sees_a_hold_and_places_none() -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    person = await make_participant(organisation_id=manager.organisation_id)
    theirs = await make_participant(organisation_id=manager.organisation_id, side=Side.PERPETRATOR)
    await services.place(person, reason="Review", by=SYSTEM)
    await services.place(theirs, reason="Review", by=SYSTEM)

    with pytest.raises(ForbiddenError):
        await services.lift(person, by=manager.actor)
    with pytest.raises(NotFoundError):
        await services.lift(theirs, by=manager.actor)
    found = await holds(scope=manager.actor.scope, cursor=Cursor(limit=1))
    assert ([item.participant_id for item in found.items], found.next) == ([person], None)
    assert await hold(theirs, scope=manager.actor.scope) is None


async def test_holds_go_on_where_the_list_ended() -> None:
    people = [await make_participant() for _ in range(3)]
    for person in people:
        await services.place(person, reason="Review", by=SYSTEM)

    first = await holds(scope=SYSTEM.scope, cursor=Cursor(limit=2))
    rest = await holds(scope=SYSTEM.scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.participant_id for item in (*first.items, *rest.items)] == people


async def test_an_administrator_counts_their_own_organisation_and_a_manager_nothing() -> None:
    cohort = await old_group()
    await make_whole_person("zebra", cohort)
    mine = await make_person(Role.ADMINISTRATOR, organisation_id=cohort.organisation_id)
    everywhere = await make_person(Role.ADMINISTRATOR, everywhere=True)
    other = await make_person(Role.ADMINISTRATOR)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )

    found = [
        len(await due_cases(scope=person.actor.scope, years=7))
        for person in (mine, everywhere, other, manager)
    ]

    assert found == [1, 1, 0, 0]


async def test_of_a_hold_and_a_closing_at_once_the_record_is_never_both() -> None:
    for number in range(4):
        cohort = await old_group()
        one = await make_whole_person(f"zebra{number}", cohort)

        await asyncio.gather(
            apply(), services.place(one.id, reason="Review", by=SYSTEM), return_exceptions=True
        )

        row = await Participant.select().where(Participant.id == one.id).first()
        assert row is not None
        held = await LegalHold.exists().where(
            LegalHold.participant == one.id, LegalHold.lifted_at.is_null()
        )
        assert (row["closed_out_at"] is None, row["given_name"] != "") == (held, held)


async def test_uploads_older_than_a_day_go_too() -> None:
    for day in (8, 10):
        await Upload(
            account=UUID(int=1), kind="referrals", rows="[]",
            uploaded_at=datetime(2026, 6, day, 11, tzinfo=UTC),
        ).save()  # fmt: skip

    *_, uploads = await retention.dry_run(SETTINGS, scope=SYSTEM.scope)
    await apply()

    assert (uploads.due, uploads.oldest_on) == (1, date(2026, 6, 8))
    assert await Upload.count() == 1


async def test_d13_texts_past_their_month_are_counted_and_emptied_but_for_a_hold(
    now: FixedClock,
) -> None:
    """M15: a reply or a text of somebody under a legal hold is kept."""
    for state in (MessageState.DELIVERED, MessageState.UNDELIVERED):
        await make_text(state)
    held = await make_participant()
    await Message.update({Message.recipient: held}, force=True).where(
        Message.state == MessageState.DELIVERED
    )
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    await services.place(held, reason="A review", by=lead.actor)
    assert await people_on_hold(scope=SYSTEM.scope) == {held}
    assert await people_on_hold(scope=lead.actor.scope) == frozenset()
    since = clock.now()
    now.advance(days=31)
    _, texts, _ = await retention.dry_run(SETTINGS, scope=SYSTEM.scope)

    await apply()

    rows = await Message.select().order_by(Message.id)
    assert (texts.due, texts.on_hold, texts.oldest_on) == (1, 1, clock.london(since).date())
    assert [row["number"] is None for row in rows] == [False, True]
    _, texts, _ = await retention.dry_run(SETTINGS, scope=SYSTEM.scope)
    assert (texts.due, texts.on_hold, texts.oldest_on) == (0, 1, None)
