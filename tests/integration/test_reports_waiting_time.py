"""Waits in the database: medians, who still waits, and what counts once (C5, C13)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.reports import Basis, Marker, Question
from core.scope import SYSTEM
from programmes.domain.terms import EnrolmentStatus, ExitReason, ReferralStatus
from programmes.reports.foi_return import foi_return
from programmes.reports.waiting_time import waiting_time
from programmes.services.endings import Ending, leave
from programmes.services.enrolments import enrol
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Referral
from tests.factories_programmes import make_cohort, make_referral
from tests.integration.places import TODAY, attend, make_member, manager_of, row_of, second_cohort
from tests.integration.report_cases import Case, cells, make_cases, some, totals

STARTS = "starts starts_lower starts_median starts_upper"
ASSESSMENTS = "assessments assessments_lower assessments_median assessments_upper"
WAITING = "waiting waiting_lower waiting_median waiting_upper"


def started(received_on: date, days: int, **more: Any) -> Case:
    day = received_on + timedelta(days)
    return Case(received_on, status=EnrolmentStatus.ACTIVE, started_on=day, **more)


async def test_medians_and_quartiles_are_exact_and_totals_are_of_all_cases(db: None) -> None:
    """C5: 3, 12, 13 and 40 days; 10 and 20 to the assessment; 30, 33 and 63 days until today."""
    first = await make_cohort(code="A")
    second = await second_cohort(first, code="B")
    day = date(2026, 4, 8)
    assessed = [replace(started(day, 40), assessed_on=day + timedelta(20)), started(day, 3)]
    waiting = Case(TODAY - timedelta(33), referral=ReferralStatus.AWAITING_ALLOCATION)
    await make_cases(first, [*assessed, started(day, 12)])
    await make_cases(second, [started(day, 13, assessed_on=day + timedelta(10))])
    await make_cases(
        first,
        [
            waiting,
            replace(waiting, received_on=TODAY - timedelta(30)),
            replace(waiting, received_on=TODAY - timedelta(63), referral=ReferralStatus.ON_HOLD),
            replace(waiting, referral=ReferralStatus.WITHDRAWN),
        ],
    )

    found = await waiting_time(Question(group_by=("cohort",)), scope=SYSTEM.scope)
    a, b, none = cells(found)

    assert some(a, STARTS) == (3, Decimal("7.5"), Decimal("12.0"), Decimal("26.0"))
    assert some(b, STARTS) == (1, 13, 13, 13)
    assert some(b, WAITING) == (0, *[Marker.NOT_APPLICABLE] * 3)
    assert some(none, WAITING) == (3, Decimal("31.5"), Decimal("33.0"), Decimal("48.0"))
    assert some(totals(found), STARTS) == (4, Decimal("9.8"), Decimal("12.5"), Decimal("19.8"))
    assert some(totals(found), ASSESSMENTS) == (2, Decimal("12.5"), 15, Decimal("17.5"))
    assert any("27 weeks" in sentence for sentence in found.definitions)


async def test_a_cohort_is_of_starts_and_flow_of_each_event_while_who_waits_is_carried_over(
    db: None,
) -> None:
    """C2: assessed in quarter 4 and started in quarter 1; a case from before the period waits."""
    cohort = await make_cohort()
    across = started(date(2026, 2, 2), 100, assessed_on=date(2026, 2, 9))
    waiting = Case(date(2026, 1, 5), referral=ReferralStatus.RECEIVED)
    dated_before = started(date(2026, 5, 4), -3)
    await make_cases(
        cohort, [across, waiting, dated_before, replace(waiting, received_on=date(2026, 7, 1))]
    )
    quarter = Question(date(2026, 4, 1), date(2026, 6, 30))

    by_start = await waiting_time(quarter, scope=SYSTEM.scope)
    flow = await waiting_time(replace(quarter, basis=Basis.FLOW), scope=SYSTEM.scope)

    counts = "starts assessments waiting"
    assert some(totals(by_start), counts) == (2, 1, 1)
    assert some(totals(flow), counts) == (2, 0, 1)
    assert totals(by_start)["starts_lower"] == Decimal("25.0")
    asked = replace(quarter, basis=Basis.FLOW, group_by=("sex",))
    return_of_it = totals(await foi_return(asked, scope=SYSTEM.scope))
    assert return_of_it["wait"] == totals(flow)["starts_median"] == Decimal("50.0")
    assert by_start.basis.startswith("cohort by start")


async def test_a_transfer_and_a_return_count_once_and_a_new_referral_has_its_own_wait(
    db: None,
) -> None:
    """C13: one start, one wait; re-referral after exit."""
    cohort = await make_cohort()
    by = await manager_of(cohort)
    moved, _ = await make_member(cohort, attended=(1, 2))
    left, _ = await make_member(cohort, attended=(2,))
    await Referral.update({Referral.received_on: date(2026, 4, 29)}, force=True)
    new = await second_cohort(cohort, starts_on=TODAY)
    await attend(new, await transfer(moved, Transfer(new.id, 1, TODAY), by=by), 1)
    await leave(left, Ending(date(2026, 5, 20), 1), ExitReason.HEALTH, by=by)
    person = (await row_of(left))["participant"]
    await make_referral(
        participant_id=person, programme_id=cohort.programme.id, received_on=date(2026, 6, 3)
    )
    before = totals(await waiting_time(Question(), scope=SYSTEM.scope))
    await enrol(new.id, person, by=by)

    row = totals(await waiting_time(Question(), scope=SYSTEM.scope))

    assert some(before, "starts waiting") == some(row, "starts waiting") == (2, 1)
    assert some(row, STARTS)[1:] == (Decimal("8.8"), Decimal("10.5"), Decimal("12.3"))
    assert row["waiting_median"] == 7
