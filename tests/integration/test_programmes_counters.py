"""What ``tracker doctor`` says of counters that do not fit their rows."""

import pytest

from core import clock
from core.scope import SYSTEM
from programmes.queries.counters import wrong_counters
from programmes.tables import Cohort, Enrolment, EnrolmentCounts
from tests.factories_programmes import make_cohort, make_mark


async def test_counters_that_fit_are_no_fault(db: None) -> None:
    cohort = await make_cohort(enrolled=2)
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0])
    await Enrolment.update({Enrolment.started_on: clock.today()}).where(
        Enrolment.id == cohort.enrolment_ids[0]
    )

    assert await wrong_counters(scope=SYSTEM.scope) == ()


async def test_counters_that_do_not_fit_are_told(db: None) -> None:
    cohort = await make_cohort(enrolled=2)
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0])
    await Cohort.update({Cohort.places_taken: 1}).where(Cohort.id == cohort.id)

    assert await wrong_counters(scope=SYSTEM.scope) == (
        "The places taken of 1 cohorts differ from their enrolments",
        "The start of 1 enrolments differs from their marks",
    )


@pytest.mark.parametrize("column", ["compliant", "units_credited", "minutes_credited"])
async def test_counts_that_differ_from_their_marks_are_told(db: None, column: str) -> None:
    cohort = await make_cohort(enrolled=2)
    await EnrolmentCounts.update({column: 1}).where(
        EnrolmentCounts.enrolment == cohort.enrolment_ids[0]
    )

    assert await wrong_counters(scope=SYSTEM.scope) == (
        "The counts of 1 enrolments differ from their marks",
    )


async def test_counts_that_nobody_keeps_are_told(db: None) -> None:
    cohort = await make_cohort(enrolled=2)
    await EnrolmentCounts.delete().where(EnrolmentCounts.enrolment == cohort.enrolment_ids[1])

    assert await wrong_counters(scope=SYSTEM.scope) == (
        "The counts of 1 enrolments differ from their marks",
    )
