"""Group size and continuity of facilitators (C12, 2.1)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import NotFoundError
from core.publishing import published
from core.reports import Basis, Marker, Question, Rate, Report
from core.scope import SYSTEM, Side
from programmes.domain.case_terms import FacilitatorRole
from programmes.domain.terms import EnrolmentStatus, ExitReason, SessionStatus
from programmes.reports.continuity import continuity
from programmes.reports.group_size import group_size
from programmes.tables import Pause, ProgrammeVersion, Session, SessionFacilitator
from tests.factories import at, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_session,
)
from tests.fakes import FixedClock

FLOW = Question(basis=Basis.FLOW)


def cells(found: Report) -> list[dict[str, Any]]:
    keys = [column.key for column in found.columns]
    (section,) = found.sections
    assert section.totals is not None
    return [dict(zip(keys, row, strict=True)) for row in (*section.rows, section.totals)]


async def hold(cohort: MadeCohort, *units: int) -> None:
    await Session.update({Session.status: SessionStatus.HELD}).where(
        Session.id.is_in([cohort.session_ids[unit] for unit in units])
    )


async def test_members_are_counted_on_the_day_of_each_session_that_was_held(db: None) -> None:
    """From 6 May: one leaves after unit 2, one joins then and is away in unit 3."""
    cohort = await make_cohort(code="Wednesday", enrolled=2)
    await ProgrammeVersion.update({ProgrammeVersion.capacity_min: 3}).where(
        ProgrammeVersion.id == cohort.programme.version_id
    )
    await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.EXITED, ended_on=date(2026, 5, 13),
        exit_reason=ExitReason.HEALTH,
    )  # fmt: skip
    late = await make_enrolment(cohort_id=cohort.id, joined_on=date(2026, 5, 13))
    await Pause(
        enrolment=late, from_on=date(2026, 5, 20), to_on=date(2026, 5, 20),
        recorded_at=at("2026-05-19 10:00"),
    ).save()  # fmt: skip
    await hold(cohort, 1, 2, 3, 4)
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[3], catch_up_for=late,
        starts_at=at("2026-05-22 10:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=late)
    small = await make_cohort(programme=cohort.programme, code="Small", enrolled=1)
    await hold(small, 1)

    found = await group_size(FLOW, scope=SYSTEM.scope)
    first, second, total = cells(found)

    assert first["cohort"] == "Small"
    assert second == {
        "programme": second["programme"], "cohort": "Wednesday", "sessions": 4, "under": 1,
        "smallest": 2, "median": Decimal("3.0"), "largest": 4, "capacity_min": 3,
        "capacity_max": 40,
    }  # fmt: skip
    assert [total[key] for key in ("sessions", "under", "smallest", "median", "largest")] == [
        5, 2, 1, Decimal("3.0"), 4,
    ]  # fmt: skip
    one_day = Question(date(2026, 5, 20), date(2026, 5, 20), Basis.FLOW, cohort_id=cohort.id)
    assert cells(await group_size(one_day, scope=SYSTEM.scope))[0]["smallest"] == 2


async def test_whoever_leaves_and_comes_back_on_one_day_is_one_member(db: None) -> None:
    """C12: active members are people; somebody's two places of one day are of one person."""
    cohort = await make_cohort(enrolled=2)
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    await make_enrolment(
        cohort_id=cohort.id, participant_id=person, status=EnrolmentStatus.EXITED,
        ended_on=date(2026, 5, 13), exit_reason=ExitReason.HEALTH,
    )  # fmt: skip
    await make_enrolment(cohort_id=cohort.id, participant_id=person, joined_on=date(2026, 5, 13))
    await hold(cohort, 1, 2, 3)

    row, _ = cells(await group_size(FLOW, scope=SYSTEM.scope))

    assert (row["smallest"], row["median"], row["largest"]) == (3, Decimal("3.0"), 3)


async def test_a_group_of_four_is_published_without_its_sizes(db: None) -> None:
    """C13: everything of it is suppressed."""
    cohort = await make_cohort(enrolled=4)
    await hold(cohort, 1, 2, 3)

    found = published(await group_size(FLOW, scope=SYSTEM.scope), threshold=5)
    row = cells(found)[0]

    assert {row[key] for key in ("sessions", "smallest", "median", "largest")} == {
        Marker.SUPPRESSED
    }


async def test_cover_somebody_alone_and_a_catch_up_are_told_apart(db: None) -> None:
    organisation = (
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    ).organisation_id
    ann, ben, cover = [
        (
            await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=organisation)
        ).id
        for _ in range(3)
    ]
    cohort = await make_cohort(
        organisation_id=organisation, side=Side.PERPETRATOR, code="Men", facilitator_ids=[ann, ben],
        enrolled=1,
    )  # fmt: skip
    await hold(cohort, 1, 2, 3)
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1],
        catch_up_for=cohort.enrolment_ids[0], starts_at=at("2026-05-22 10:00"),
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=cohort.enrolment_ids[0])
    for session, takers in (
        (cohort.session_ids[2], [ann, cover]), (cohort.session_ids[3], [ben]), (catch_up, [ann])
    ):  # fmt: skip
        await SessionFacilitator.insert(
            *[
                SessionFacilitator(session=session, account=taker, role=FacilitatorRole.COVER)
                for taker in takers
            ]
        )
    alone = await make_cohort(programme=cohort.programme, code="Nobody")
    await hold(alone, 1)

    men, nobody, total = cells(await continuity(FLOW, scope=SYSTEM.scope))

    assert men == {
        "programme": men["programme"], "cohort": "Men", "sessions": 4, "by_usual": 3,
        "by_usual_rate": Rate(3, 4), "facilitators": 3, "mean": Decimal("1.5"),
        "group_sessions": 3, "under_two": 1,
    }  # fmt: skip
    assert (nobody["by_usual"], nobody["facilitators"], nobody["under_two"]) == (0, 0, 1)
    assert (total["sessions"], total["facilitators"], total["by_usual_rate"]) == (5, 3, Rate(3, 5))


async def test_a_mean_of_facilitators_is_rounded_half_up(db: None) -> None:
    """Section 3: five at four sessions are 1.25 each, which is 1.3."""
    ann, cover = [(await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)).id for _ in range(2)]
    cohort = await make_cohort(facilitator_ids=[ann], enrolled=1)
    await hold(cohort, 1, 2, 3, 4)
    await SessionFacilitator.insert(
        *[
            SessionFacilitator(
                session=cohort.session_ids[4], account=taker, role=FacilitatorRole.COVER
            )
            for taker in (ann, cover)
        ]
    )

    row, total = cells(await continuity(FLOW, scope=SYSTEM.scope))

    assert (row["mean"], total["mean"]) == (Decimal("1.3"), Decimal("1.3"))


async def test_groups_of_the_other_side_and_other_peoples_have_no_row(
    db: None, now: FixedClock
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    organisation = manager.organisation_id
    taker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation)
    own = await make_cohort(
        organisation_id=organisation, facilitator_ids=[taker.id], code="Own", enrolled=1
    )
    namesakes = [
        await make_cohort(organisation_id=organisation, side=side, code="Theirs", enrolled=1)
        for side in Side
    ]
    for cohort in (own, *namesakes):
        await hold(cohort, 1)
    now.instant += timedelta(minutes=1)

    for report in (group_size, continuity):
        mine = [row["cohort"] for row in cells(await report(FLOW, scope=taker.actor.scope))]
        seen = [row["cohort"] for row in cells(await report(FLOW, scope=manager.actor.scope))]
        assert (mine, sorted(seen)) == (["Own", ""], ["", "Own", "Theirs"])
        with pytest.raises(NotFoundError):
            await report(Question(cohort_id=namesakes[0].id), scope=manager.actor.scope)
        with pytest.raises(NotFoundError):
            await report(
                Question(programme_id=namesakes[0].programme.id), scope=manager.actor.scope
            )
