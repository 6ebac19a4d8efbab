"""Each person's sessions, with what they credited: on a page the first, in a file all (C12)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import NotFoundError, ReleaseRefusedError
from core.publishing import published
from core.reports import Basis, Question, Report
from core.scope import SYSTEM, Scope, Side
from jobs import reports
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import EnrolmentStatus
from programmes.queries import batches
from programmes.queries.progress import enrolment
from programmes.reports import by_person
from programmes.reports.register_matrix import matrix_pages, register_matrix
from programmes.tables import Enrolment
from tests.factories import make_person
from tests.factories_programmes import make_cohort, make_mark
from tests.factories_registers import make_golden_register, make_place
from tests.factories_safety import restrict
from tests.fakes import FixedClock

EVERYTHING = Question(basis=Basis.FLOW)


async def matrix(scope: Scope = SYSTEM.scope, **asked: Any) -> list[dict[str, Any]]:
    return rows(await register_matrix(replace(EVERYTHING, **asked), scope=scope))


def rows(found: Report) -> list[dict[str, Any]]:
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, row, strict=True)) for row in found.rows]


async def test_the_golden_register_adds_up_to_each_persons_hours(db: None, now: FixedClock) -> None:
    """C5: A 24, B 22 with a catch-up for unit 6, C 18, D 4; 38 expected and one catch-up."""
    golden = await make_golden_register(now)

    found = await matrix()
    hours = {
        name: sum(row["hours"] for row in found if row["person"].startswith(name))
        for name in "ABCD"
    }

    assert hours == {"A": 24, "B": 22, "C": 18, "D": 4}
    assert len(found) == 39
    made_up = [row for row in found if row["catch_up"] == "yes"]
    assert made_up == [
        {
            "cohort": "Monday", "person": "B E.", "enrolment": str(golden.places["B"]), "unit": 6,
            "title": "Unit 6", "held_on": date(2026, 2, 12), "held_by": "Monday",
            "outcome": "attended", "minutes": 120, "catch_up": "yes", "credited": "yes",
            "hours": Decimal("2.00"), "carried_over": "no",
        }
    ]  # fmt: skip


async def test_what_nobody_marked_is_not_recorded_and_what_is_to_come_has_no_row(db: None) -> None:
    cohort = await make_cohort(units=8)
    place = await make_place(cohort, "Only")
    await make_mark(
        session_id=cohort.session_ids[1], enrolment_id=place, outcome=Outcome.LEFT_EARLY,
        minutes_attended=80,
    )  # fmt: skip

    found = await matrix(since=date(2026, 5, 1), until=date(2026, 5, 19))

    assert [(row["unit"], row["outcome"], row["minutes"], row["credited"]) for row in found] == [
        (1, "left_early", 80, "no"), (2, "not_recorded", None, "no"),
    ]  # fmt: skip
    assert len(await matrix()) == 6


async def test_units_carried_over_name_the_group_that_held_them(db: None) -> None:
    """HMPPS dosage: the code of the group where each unit was attended; C13, a transfer."""
    before = await make_cohort(code="Before", units=3)
    after = await make_cohort(programme=before.programme, code="After")
    first = await make_place(before, "Moved")
    for unit in (1, 2):
        await make_mark(session_id=before.session_ids[unit], enrolment_id=first)
    today = date(2026, 6, 10)
    await Enrolment.update(
        {
            Enrolment.status: EnrolmentStatus.TRANSFERRED,
            Enrolment.ended_on: today - timedelta(days=22),
        }
    ).where(Enrolment.id == first)
    second = await make_place(after, "Moved", joined_on=today - timedelta(days=21))
    await Enrolment.update({Enrolment.continues: first}).where(Enrolment.id == second)
    await make_mark(session_id=after.session_ids[3], enrolment_id=second)

    found = await matrix(cohort_id=after.id)
    view = await enrolment(second, scope=SYSTEM.scope)

    assert [(row["held_by"], row["unit"], row["carried_over"]) for row in found] == [
        ("Before", 1, "yes"), ("Before", 2, "yes"), ("After", 3, "no"),
    ]  # fmt: skip
    assert sum(row["hours"] for row in found) == view.member.progress.dosage_hours == 6
    assert {row["carried_over"] for row in await matrix(cohort_id=before.id)} == {"no"}


async def test_hidden_people_other_groups_and_the_other_side_have_no_rows(
    db: None, now: FixedClock
) -> None:
    """D1, D7: a facilitator reads own groups."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    organisation = manager.organisation_id
    taker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation)
    own = await make_cohort(
        organisation_id=organisation, facilitator_ids=[taker.id], code="Own", enrolled=2
    )
    other = await make_cohort(programme=own.programme, code="Theirs", enrolled=1)
    unseen = await make_cohort(
        organisation_id=organisation, side=Side.PERPETRATOR, code="Unseen", enrolled=1
    )
    await restrict(own.participant_ids[0], manager.id)

    def groups(found: list[dict[str, Any]]) -> dict[str, int]:
        return {
            code: sum(row["cohort"] == code for row in found)
            for code in ("Own", "Theirs", "Unseen")
        }

    assert groups(await matrix(manager.actor.scope)) == {"Own": 12, "Theirs": 6, "Unseen": 0}
    assert groups(await matrix(taker.actor.scope)) == {"Own": 6, "Theirs": 0, "Unseen": 0}
    for cohort_id, scope in (
        (other.id, taker.actor.scope), (unseen.id, manager.actor.scope), (uuid4(), SYSTEM.scope)
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            await matrix(scope, cohort_id=cohort_id)
    with pytest.raises(NotFoundError):
        await matrix(manager.actor.scope, programme_id=unseen.programme.id)


async def test_a_report_has_the_first_rows_and_a_file_all_of_them(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sections, each read a few groups at a time."""
    monkeypatch.setattr(by_person, "MOST_SHOWN", 20)
    monkeypatch.setattr(batches, "_PLACES_AT_ONCE", 3)
    for code in ("A", "B"):
        await make_cohort(code=code, enrolled=2)
    await make_cohort(side=Side.PERPETRATOR, code="P", enrolled=1)

    found = await register_matrix(EVERYTHING, scope=SYSTEM.scope)
    pages = [page async for page in matrix_pages(EVERYTHING, scope=SYSTEM.scope)]
    table = reports.whole(found, scope=SYSTEM.scope)
    written = [row async for page in table.rows for row in page]

    assert (found.cut, len(found.rows)) == (True, 20)
    assert [(section.side, len(section.rows)) for section in found.sections] == [
        ("perpetrator", 6), ("survivor", 14),
    ]  # fmt: skip
    assert [len(page) for page in pages] == [6, 12, 12]
    assert written == [row for page in pages for row in page]
    assert [column.key for column in table.columns][:2] == ["section", "cohort"]
    assert [row[1:] for row in written[:20]] == list(found.rows)
    nobody = reports.whole(replace(found, cut=False), scope=SYSTEM.scope)
    assert len([row async for page in nobody.rows for row in page]) == 20


async def test_people_are_never_published(db: None) -> None:
    with pytest.raises(ReleaseRefusedError):
        published(await register_matrix(EVERYTHING, scope=SYSTEM.scope), threshold=5)
