"""Attendance of people's places, and of the sessions of a period (C5, C13)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError, NotFoundError
from core.publishing import published
from core.reports import Basis, Kind, Marker, Question, Rate, Report
from core.scope import SYSTEM, Scope, Side
from programmes.domain.terms import AbsenceReason
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.queries.groupings import GROUPINGS
from programmes.reports.attendance import KNOWN, attendance
from programmes.services.counts import keep_counts
from programmes.services.registers import Submission, save
from programmes.tables import Attendance, Pause, Session
from tests.factories import at, make_person
from tests.factories_programmes import (
    MadeCohort,
    entry,
    make_cohort,
    make_enrolment,
    make_mark,
    make_session,
)
from tests.factories_registers import REFERRED_ON, make_golden_register, make_place
from tests.fakes import FixedClock

FLOW = Question(basis=Basis.FLOW)
QUARTER = Question(date(2026, 4, 1), date(2026, 6, 30), Basis.FLOW)


def cells(found: Report) -> list[dict[str, Any]]:
    """Each row of the only section by its columns."""
    (section,) = found.sections
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, row, strict=True)) for row in section.rows]


def totals(found: Report) -> dict[str, Any]:
    assert found.totals is not None
    return dict(zip([column.key for column in found.columns], found.totals, strict=True))


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[key] for key in ("expected", "marked", "attended", "compliant", "unmarked"))


@pytest.mark.parametrize("basis", list(Basis))
async def test_the_golden_register_pools_33_of_38(db: None, now: FixedClock, basis: Basis) -> None:
    """C5: 86.8 %, and 68 hours; compliant are those who came and one who told us."""
    await make_golden_register(now)

    found = await attendance(Question(basis=basis), scope=SYSTEM.scope)
    (row,) = cells(found)

    assert (row["places"], *counts(row)) == (4, 38, 38, 33, 34, 0)
    assert row["attendance_rate"] == Rate(33, 38)
    assert (row["attendance_rate"].percent, row["hours"]) == ("86.8", Decimal("68.0"))
    assert totals(found) | {"programme": row["programme"]} == row


@pytest.mark.parametrize("basis", list(Basis))
async def test_hours_are_rounded_half_up(db: None, now: FixedClock, basis: Basis) -> None:
    """Section 3: 99 of 120 minutes are 1.65 hours, which is 1.7; D, who came twice, has 3.65."""
    golden = await make_golden_register(now)
    mark = Attendance.enrolment == golden.places["D"]
    first = await Attendance.select(Attendance.id).where(mark).order_by(Attendance.id).first()
    await Attendance.update({Attendance.minutes_attended: 99}).where(Attendance.id == first["id"])
    await keep_counts([golden.places["D"]])

    found = await attendance(Question(basis=basis), scope=SYSTEM.scope)

    assert cells(found)[0]["hours"] == Decimal("67.7")


async def test_a_week_in_which_nothing_was_held_has_a_row_of_noughts(
    db: None, now: FixedClock
) -> None:
    await make_golden_register(now)

    found = await attendance(replace(FLOW, group_by=("week",)), scope=SYSTEM.scope)
    rows = {row["week"]: row for row in cells(found)}

    assert found.columns[0].kind is Kind.DAY
    assert (min(rows), max(rows), len(rows)) == (date(2026, 1, 5), date(2026, 3, 30), 13)
    assert counts(rows[date(2026, 2, 16)]) == (0, 0, 0, 0, 0)
    assert rows[date(2026, 2, 16)]["attendance_rate"].percent == "[z]"
    assert counts(rows[date(2026, 1, 26)]) == (4, 4, 3, 3, 0)
    assert (rows[date(2026, 2, 9)]["hours"], rows[date(2026, 2, 9)]["places"]) == (6, 3)
    assert sum(row["places"] for row in rows.values()) == 38
    assert (totals(found)["places"], totals(found)["hours"]) == (4, Decimal("68.0"))
    assert any("once in the total" in sentence for sentence in found.definitions)


async def test_weeks_need_the_basis_flow(db: None) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await attendance(Question(group_by=("week",)), scope=SYSTEM.scope)

    assert [error.field for error in refused.value.errors] == ["group_by"]


async def test_the_cohort_basis_counts_whoever_was_referred_and_the_flow_basis_what_was_held(
    db: None, now: FixedClock
) -> None:
    await make_golden_register(now)
    year = Question(date(2026, 1, 1), date(2026, 1, 31))

    nobody = await attendance(year, scope=SYSTEM.scope)
    everybody = await attendance(
        Question(REFERRED_ON, REFERRED_ON, group_by=("self_or_agency", "quarter")),
        scope=SYSTEM.scope,
    )
    in_january = await attendance(replace(year, basis=Basis.FLOW), scope=SYSTEM.scope)

    assert nobody.sections == ()
    assert [
        (row["self_or_agency"], row["quarter"], row["expected"]) for row in cells(everybody)
    ] == [("self", "Q3 2025/26", 38)]
    assert counts(cells(in_january)[0]) == (13, 13, 10, 10, 0)


@pytest.mark.parametrize("basis", list(Basis))
async def test_every_grouping_parts_the_same_sessions(
    db: None, now: FixedClock, basis: Basis
) -> None:
    """Whoever came without a referral is in the flow of sessions, and in no cohort."""
    golden = await make_golden_register(now)
    walk_in = await make_enrolment(cohort_id=golden.cohort.id, joined_on=date(2026, 3, 30))

    for grouping in KNOWN if basis is Basis.FLOW else GROUPINGS:
        asked = Question(basis=basis, group_by=(grouping,))
        found = await attendance(asked, scope=SYSTEM.scope)
        assert totals(found)["expected"] == (39 if basis is Basis.FLOW else 38), grouping
        assert sum(row["expected"] for row in cells(found)) == totals(found)["expected"]
    await make_mark(session_id=golden.cohort.session_ids[12], enrolment_id=walk_in)
    of_source = await attendance(Question(basis=basis, group_by=("source",)), scope=SYSTEM.scope)
    parts = {row["source"]: row["attended"] for row in cells(of_source)}
    assert parts == {"self": 33} | ({"not_recorded": 1} if basis is Basis.FLOW else {})


async def test_of_a_group_of_four_nothing_is_published(db: None, now: FixedClock) -> None:
    """C13: its 38 sessions were those of four people."""
    await make_golden_register(now)
    found = await attendance(Question(basis=Basis.FLOW, group_by=("week",)), scope=SYSTEM.scope)

    printed = published(found, threshold=5)
    kinds = [column.kind for column in found.columns]
    figures = {
        value
        for row in (*cells(printed), totals(printed))
        for kind, value in zip(kinds, row.values(), strict=True)
        if kind in {Kind.COUNT, Kind.NUMBER}
    }
    rates = {row["attendance_rate"] for row in cells(printed)}
    assert figures == {0, Marker.SUPPRESSED}
    assert rates == {Rate(0, 0), Marker.SUPPRESSED}


async def make_group(*names: str) -> tuple[MadeCohort, list[Any]]:
    """A group in its sixth week, whose last two registers nobody saved."""
    cohort = await make_cohort(units=8)
    return cohort, [await make_place(cohort, name) for name in names]


@pytest.mark.parametrize("basis", list(Basis))
async def test_a_session_without_a_register_and_a_person_without_a_mark_are_unmarked_not_absent(
    db: None, basis: Basis
) -> None:
    cohort, (first, second) = await make_group("First", "Second")
    for unit in (1, 2, 3):
        await make_mark(session_id=cohort.session_ids[unit], enrolment_id=first)
    await make_mark(
        session_id=cohort.session_ids[1], enrolment_id=second, outcome=Outcome.ABSENT_NOT_NOTIFIED
    )

    (row,) = cells(await attendance(Question(basis=basis), scope=SYSTEM.scope))

    assert counts(row) == (12, 4, 3, 3, 8)
    assert row["attendance_rate"] == Rate(3, 4)


@pytest.mark.parametrize("basis", list(Basis))
async def test_what_does_not_count_is_in_no_column(db: None, basis: Basis) -> None:
    """Catch-ups, pauses, and marks without weight (2.3); the first week's session is absent."""
    cohort, (place,) = await make_group("Only")
    sessions = cohort.session_ids
    await Pause(
        enrolment=place,
        from_on=date(2026, 6, 3),
        to_on=date(2026, 6, 3),
        recorded_at=at("2026-06-01 10:00"),
    ).save()
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], catch_up_for=place,
        starts_at=at("2026-05-08 10:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=place)
    for unit, outcome, reason in (
        (1, Outcome.ABSENT_NOTIFIED, None),
        (2, Outcome.ABSENT_NOTIFIED, AbsenceReason.STOOD_DOWN),
        (3, Outcome.NOT_REQUIRED, None),
        (4, Outcome.SENT_HOME_SERVICE, None),
        (5, Outcome.ATTENDED, None),
    ):
        await make_mark(
            session_id=sessions[unit], enrolment_id=place, outcome=outcome, absence_reason=reason
        )

    (row,) = cells(await attendance(Question(basis=basis), scope=SYSTEM.scope))

    assert counts(row) == (2, 1, 0, 1, 1), "today's session is not marked"
    assert row["hours"] == 4, "the catch-up, and the week of the pause, in which they came"


async def test_a_register_saved_after_the_quarter_restates_it(db: None, now: FixedClock) -> None:
    """C13: in between it was unmarked, never absent."""
    cohort, (place,) = await make_group("Late")
    now.instant = at("2026-07-20 12:00")

    before = cells(await attendance(QUARTER, scope=SYSTEM.scope))
    await save(cohort.session_ids[8], Submission(0, (entry(place),)), by=SYSTEM)
    after = cells(await attendance(QUARTER, scope=SYSTEM.scope))

    assert [counts(row) for row in (*before, *after)] == [(8, 0, 0, 0, 8), (8, 1, 1, 1, 7)]


@pytest.mark.parametrize(
    ("moved_to", "quarter", "week"),
    [
        ("2026-06-30 23:30", "Q1 2026/27", date(2026, 6, 29)),  # 22:30 in UTC
        ("2026-07-01 00:30", "Q2 2026/27", date(2026, 6, 29)),  # still 30 June in UTC
        ("2026-03-29 00:30", "Q4 2025/26", date(2026, 3, 23)),  # the hour before the clocks change
        ("2026-03-30 00:30", "Q4 2025/26", date(2026, 3, 30)),  # 29 March in UTC
    ],
)
async def test_a_session_moved_across_midnight_counts_on_its_day_in_london(
    db: None, now: FixedClock, moved_to: str, quarter: str, week: date
) -> None:
    """C13: the clocks change on 29 March and 25 October 2026."""
    now.instant = at("2026-08-01 12:00")
    cohort = await make_cohort(units=1, starts_on=date(2026, 6, 1))
    place = await make_place(cohort, "Moved", joined_on=date(2026, 3, 1))
    await Session.update({Session.starts_at: at(moved_to)}).where(
        Session.id == cohort.session_ids[1]
    )
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=place)

    found = await attendance(replace(FLOW, group_by=("quarter", "week")), scope=SYSTEM.scope)

    assert [(row["quarter"], row["week"], row["attended"]) for row in cells(found)] == [
        (quarter, week, 1)
    ]


async def test_the_other_side_and_other_groups_are_in_no_figure(db: None, now: FixedClock) -> None:
    """D1; a facilitator is told of own groups only, and of one that is asked for."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    organisation = manager.organisation_id
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation
    )
    own = await make_cohort(organisation_id=organisation, facilitator_ids=[facilitator.id])
    await make_place(own, "Own")

    async def expected(scope: Scope, **asked: Any) -> list[int]:
        found = await attendance(replace(FLOW, **asked), scope=scope)
        return [row["expected"] for row in cells(found)] if found.sections else []

    before = await expected(manager.actor.scope)
    other = await make_golden_register(now, side=Side.PERPETRATOR, organisation_id=organisation)
    now.instant = at("2026-06-10 12:00")

    assert before == await expected(manager.actor.scope) == [6]
    mine = await make_cohort(programme=own.programme)
    await make_place(mine, "Somebody else's")
    assert await expected(manager.actor.scope) == [12]
    assert await expected(facilitator.actor.scope) == [6]
    assert await expected(manager.actor.scope, cohort_id=own.id) == [6]
    for unseen in (other.cohort.id, own.programme.id):
        with pytest.raises(NotFoundError):
            await attendance(Question(cohort_id=unseen), scope=manager.actor.scope)
