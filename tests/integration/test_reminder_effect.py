"""The share who did not attend by what became of their texts (C10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.ids import new_id
from core.publishing import published
from core.report_documents import from_document, to_document
from core.reports import Marker, Question, Rate, Report, Section
from core.scope import SYSTEM, Scope, Side
from jobs.reminder_effect import reminder_effect
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState as S
from messaging.tables import Message, MessageEvent
from programmes.domain.terms import AbsenceReason
from programmes.domain.terms import AttendanceOutcome as A
from programmes.tables import Pause
from tests.factories import at, make_person
from tests.factories_messaging import Group, make_group, make_meeting, make_member, make_rule
from tests.factories_programmes import make_mark
from tests.factories_safety import restrict

FRIDAY = at("2026-06-05 18:30")
JOINED = date(2026, 6, 1)
DELIVERED = (S.DELIVERED, None)
EXPIRED = (S.EXPIRED, Reason.PAST)


async def make_text(
    group: Group,
    session: UUID,
    person: UUID,
    rule: UUID,
    state: tuple[S, Reason | None],
    **moved: Any,
) -> None:
    """A text about the session as it stands; ``moved`` are its moves, reasons by new state."""
    text = Message(
        organisation=group.organisation_id, side=group.side, recipient=person, subject=session,
        cohort=group.cohort_id, programme=group.programme_id, rule=rule, revision=1,
        number_version=0, state=state[0], state_reason=state[1] or "", send_after=FRIDAY,
        expires_at=FRIDAY, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    await text.save()
    before = None
    for after, why in moved.items():
        await MessageEvent(
            id=new_id(), message=text.id, at=clock.now(), old_state=before, new_state=after,
            reason=why,
        ).save()  # fmt: skip
        before = after


async def make_expected(
    group: Group, session: UUID, outcome: A = A.ATTENDED, **mark: Any
) -> tuple[UUID, UUID]:
    """Somebody expected at the session, and marked."""
    person, place = await make_member(group, joined_on=JOINED)
    await make_mark(session_id=session, enrolment_id=place, outcome=outcome, **mark)
    return person, place


def rows(report: Report) -> list[tuple[object, ...]]:
    return [row[1:] for row in report.rows]


async def ask(scope: Scope = SYSTEM.scope, **question: Any) -> Report:
    return await reminder_effect(Question(**question), scope=scope)


async def test_c10_each_arm_is_set_beside_no_text(db: None) -> None:
    group = await make_group(Side.PERPETRATOR)
    session = await make_meeting(group, FRIDAY)
    rule = await make_rule(group)
    for state, reason, outcomes in (
        (S.DELIVERED, None, [*[A.ATTENDED] * 8, A.LATE, A.ABSENT_NOT_NOTIFIED]),
        (S.SENT, None, [A.ATTENDED]),
        (S.FAILED, Reason.UNREACHABLE, [A.ABSENT_NOTIFIED]),
        (S.REJECTED, None, [A.ATTENDED]),
        (S.HELD, Reason.NO_SAFE_CONTACT, [A.ABSENT_NOT_NOTIFIED]),
        (S.CANCELLED, Reason.RULE_OFF, [A.ABSENT_NOT_NOTIFIED]),
        (
            None,
            None,
            [*[A.ATTENDED] * 8, A.ABSENT_NOT_NOTIFIED, A.SENT_HOME_SERVICE, A.NOT_REQUIRED],
        ),
    ):
        for outcome in outcomes:
            person, _ = await make_expected(group, session, outcome)
            if state:
                await make_text(group, session, person, rule, (state, reason))

    report = await ask()

    by, few, none = "The day before", Marker.LOW_RELIABILITY, Marker.NOT_APPLICABLE
    assert rows(report) == [
        ("delivered", by, "", 10, 9, 0, 1, Rate(9, 10), Rate(1, 10), Decimal("-50.0")),
        ("not_known", by, "", 1, 1, 0, 0, Rate(1, 1), Rate(0, 1), few),
        ("not_delivered", by, "No reason is recorded", 1, 1, 0, 0, Rate(1, 1), Rate(0, 1), few),
        ("not_delivered", by, "The phone was off or out of reach",
         1, 0, 1, 0, Rate(0, 1), Rate(0, 1), few),
        ("not_sent", by, "M1, G1: Nobody has confirmed that texts are safe",
         1, 0, 0, 1, Rate(0, 1), Rate(1, 1), few),
        ("no_text", "", "", 10, 8, 0, 2, Rate(8, 10), Rate(2, 10), none),
    ]  # fmt: skip
    assert report.totals == (
        "All", "", "", "", 24, 19, 1, 4, Rate(19, 24), Rate(4, 24), none,
    )  # fmt: skip
    assert report.sections[0].heading.startswith("Perpetrators: ")
    assert "association" in report.definitions[0]
    assert from_document(to_document(report)) == report
    large = ("Freedom", "delivered", by, "", 100, 80, 10, 10)
    row = (*large, Rate(80, 100), Rate(10, 100), Decimal("-50.0"))
    shown = published(replace(report, sections=(Section("", (row,)),)), threshold=5)
    assert shown.rows == ((*row[:-1], Marker.SUPPRESSED),), "the change tells of another row"


async def test_the_last_of_the_texts_that_got_furthest_counts(db: None) -> None:
    group = await make_group()
    session = await make_meeting(group, FRIDAY)
    early, late = [await make_rule(group, name=name) for name in ("Early", "Late")]
    both, _ = await make_expected(group, session)
    for rule in (early, late):
        await make_text(group, session, both, rule, DELIVERED)
    one, _ = await make_expected(group, session)
    await make_text(group, session, one, early, DELIVERED)
    await make_text(group, session, one, late, EXPIRED)

    report = await ask(group_by=("rule",))

    assert [(row[:3]) for row in report.rows] == [
        ("delivered", "Early", 1),
        ("delivered", "Late", 1),
    ]


async def test_a_text_held_until_too_late_was_kept_back_by_what_held_it(db: None) -> None:
    group = await make_group()
    session = await make_meeting(group, FRIDAY)
    rule = await make_rule(group)
    for moved in (
        {"held": Reason.NO_NUMBER, "expired": Reason.PAST},
        {"held": Reason.NO_NUMBER, "queued": "", "expired": Reason.PAST},
    ):
        person, _ = await make_expected(group, session)
        await make_text(group, session, person, rule, EXPIRED, **moved)

    report = await ask(group_by=("reason",))

    assert [row[1] for row in report.rows] == [
        "G10: Its time went by before it could go out", "G3: There is no number",
    ]  # fmt: skip


async def test_only_who_was_expected_within_the_days_counts(db: None) -> None:
    group = await make_group()
    session = await make_meeting(group, FRIDAY)
    await make_expected(group, session)
    await make_expected(group, session, A.ABSENT_NOTIFIED, absence_reason=AbsenceReason.STOOD_DOWN)
    _, paused = await make_expected(group, session)
    await Pause(
        enrolment=paused, from_on=JOINED, to_on=FRIDAY.date(), recorded_at=clock.now()
    ).save()
    _, joined_late = await make_member(group, joined_on=date(2026, 6, 6))
    await make_mark(session_id=session, enrolment_id=joined_late)
    catch_up = await make_meeting(group, at("2026-06-06 10:00"), catch_up_for=joined_late)
    await make_mark(session_id=catch_up, enrolment_id=joined_late)

    def expected(report: Report) -> list[object]:
        return [section.totals[2] for section in report.sections if section.totals]

    one: dict[str, Any] = {"group_by": ("programme",)}
    assert expected(await ask(**one)) == [1]
    assert expected(await ask(since=FRIDAY.date(), until=FRIDAY.date(), **one)) == [1]
    assert expected(await ask(since=date(2026, 6, 6), **one)) == []
    assert expected(await ask(until=date(2026, 6, 4), **one)) == []
    assert expected(await ask(programme_id=group.programme_id, **one)) == [1]
    assert expected(await ask(cohort_id=group.cohort_id, **one)) == [1]
    assert expected(await ask(organisation_id=new_id(), **one)) == []
    assert (await ask(until=date(1, 1, 1))).question.since == date(1, 1, 1)
    assert (await ask()).question.since == date(2025, 6, 11)


async def test_sides_organisations_and_hidden_people_are_kept_apart(db: None) -> None:
    survivors = await make_group(Side.SURVIVOR)
    perpetrators = await make_group(Side.PERPETRATOR, organisation_id=survivors.organisation_id)
    for group in (survivors, perpetrators):
        session = await make_meeting(group, FRIDAY)
        person, _ = await make_expected(group, session)
        await make_text(group, session, person, await make_rule(group), DELIVERED)
        hidden, _ = await make_expected(group, session)
        await restrict(hidden)

    async def seen(role: Role, side: GrantSide, **where: Any) -> list[tuple[str, object]]:
        scope = (await make_person(role, side, **where)).actor.scope
        return [(one.side, one.totals[4]) for one in (await ask(scope)).sections if one.totals]

    here: dict[str, Any] = {"organisation_id": survivors.organisation_id}
    assert await seen(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, **here) == [("survivor", 1)]
    assert await seen(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, **here) == [("perpetrator", 1)]
    assert await seen(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR) == []
    assert await seen(Role.FACILITATOR, GrantSide.SURVIVOR, **here) == []
    assert await seen(Role.WORKFORCE_LEAD, GrantSide.NONE) == []
