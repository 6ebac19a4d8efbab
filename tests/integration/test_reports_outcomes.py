"""C11: what changed, by measure and source; who is told of whose reports (D4), both engines."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.domain.roles import GrantSide, Role
from core.reports import Marker, Question, Rate
from core.scope import SYSTEM, Scope, Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.outcomes import paired_change
from programmes.domain.terms import EnrolmentStatus
from programmes.queries.outcome_changes import outcome_changes
from programmes.reports.outcomes import outcomes
from programmes.tables import CohortFacilitator, Enrolment, Measure
from tests.factories import make_person
from tests.factories_outcomes import make_report, make_taken_measure, take
from tests.factories_programmes import MadeCohort, make_cohort, make_enrolment

pytestmark = pytest.mark.usefixtures("db")

STARTED = date(2026, 5, 6)
SELF, PARTNER, AGENCY = OutcomeSource.SELF, OutcomeSource.PARTNER, OutcomeSource.AGENCY
Pair = tuple[int | None, int | None]
Cells = dict[str, object]


async def group_of(
    count: int, side: Side = Side.SURVIVOR, organisation_id: Any = None
) -> MadeCohort:
    cohort = await make_cohort(organisation_id=organisation_id, side=side, enrolled=count)
    await Enrolment.update({Enrolment.started_on: STARTED}).where(Enrolment.cohort == cohort.id)
    return cohort


async def say(
    cohort: MadeCohort, measure: Any, pairs: Sequence[Pair], source: OutcomeSource = SELF
) -> None:
    for enrolment_id, pair in zip(cohort.enrolment_ids, pairs, strict=False):
        for timepoint, value in zip((Timepoint.START, Timepoint.END), pair, strict=True):
            if value is not None:
                await make_report(
                    enrolment_id=enrolment_id, measure_id=measure, value=value,
                    timepoint=timepoint, source=source,
                )  # fmt: skip


async def rows_of(question: Question = Question(), scope: Scope = SYSTEM.scope) -> list[Cells]:  # noqa: B008 - frozen
    report = await outcomes(question, scope=scope)
    keys = [column.key for column in report.columns]
    return [dict(zip(keys, row, strict=True)) for row in report.rows]


def figures(row: Cells, *keys: str) -> tuple[object, ...]:
    return tuple(row[key] for key in keys)


async def test_c11_the_worked_example() -> None:
    """5 before, 4 after, 3 both times: 1 improved, 1 the same, 1 worse; 6 started."""
    cohort = await group_of(6)
    ladder = await make_taken_measure(cohort)
    await say(cohort, ladder, [(3, 7), (5, 5), (6, 2), (4, None), (4, None), (None, 8)])

    (row,) = await rows_of()

    assert figures(row, "indicator", "source", "started", "n_pre", "n_post", "n_paired") == (
        "Ladder", "self", 6, 5, 4, 3,
    )  # fmt: skip
    assert figures(row, "improved", "same", "worse") == (1, 1, 1)
    assert figures(row, "response", "improved_rate") == (Rate(3, 6), Rate(1, 3))
    assert not {"pre_yes", "movers"} & row.keys()


async def test_c11_movers_of_a_yes_or_no_and_a_measure_without_a_start() -> None:
    """Depression 4 before, 1 after: 3 movers; whoever did not answer both times is not counted."""
    cohort = await group_of(7)
    depression = await make_taken_measure(
        cohort, "depression", direction=Direction.LOWER_IS_BETTER, scale=MeasureScale.YES_NO
    )
    safer = await make_taken_measure(cohort, "safer", scale=MeasureScale.YES_NO)
    goal = await make_taken_measure(cohort, "goal", timepoints=(Timepoint.END,))
    await say(cohort, depression, [(1, 0), (1, 0), (1, 0), (1, 1), (0, 0), (1, None)])
    await say(cohort, safer, [(0, 1), (1, 1)])
    await say(cohort, goal, [(None, 2)])

    bad, once, good = await rows_of()

    kept = ("improved", "same", "worse", "pre_yes", "post_yes", "movers", "still_yes", "kept_yes")
    assert figures(bad, *kept) == (3, 2, 0, 4, 1, 3, 1, Marker.NOT_APPLICABLE)
    assert figures(good, *kept) == (1, 1, 0, 1, 2, -1, Marker.NOT_APPLICABLE, 1)
    assert figures(once, "n_pre", "n_post", "response") == (
        Marker.NOT_APPLICABLE, 1, Marker.NOT_APPLICABLE,
    )  # fmt: skip


async def test_only_those_who_started_in_the_period_count_and_a_transfer_once() -> None:
    """The latest report after the start counts, also of the place that a transfer continues."""
    cohort = await group_of(2)
    ladder = await make_taken_measure(cohort)
    first, second = cohort.enrolment_ids
    await say(cohort, ladder, [(3, 4)])
    moved = await make_enrolment(
        cohort_id=cohort.id, participant_id=cohort.participant_ids[0], started_on=STARTED,
        status=EnrolmentStatus.COMPLETED,
    )  # fmt: skip
    await Enrolment.update({Enrolment.continues: first}).where(Enrolment.id == moved)
    await Enrolment.update({Enrolment.status: EnrolmentStatus.TRANSFERRED}).where(
        Enrolment.id == first
    )
    for timepoint, value in ((Timepoint.MIDDLE, 9), (Timepoint.END, 2)):
        await make_report(enrolment_id=moved, measure_id=ladder, timepoint=timepoint, value=value)
    await Enrolment.update({Enrolment.started_on: date(2026, 4, 30)}).where(Enrolment.id == second)

    (row,) = await rows_of(Question(since=date(2026, 5, 1)))
    earlier = await rows_of(Question(until=date(2026, 4, 30), group_by=("quarter",)))

    assert figures(row, "started", "n_paired", "worse") == (1, 1, 1)
    assert [figures(one, "quarter", "started", "n_pre") for one in earlier] == [
        ("Q1 2026/27", 1, 0)
    ]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pairs=st.lists(
        st.tuples(*[st.none() | st.integers(0, 1)] * 2), min_size=1, max_size=4
    ),
    direction=st.sampled_from(Direction),
)  # fmt: skip
async def test_the_statement_counts_as_the_rule_does(
    pairs: list[Pair], direction: Direction
) -> None:
    cohort = await group_of(len(pairs))
    code = f"m{cohort.id.hex[-12:]}"
    measure = await make_taken_measure(cohort, code, direction=direction, scale=MeasureScale.YES_NO)
    await say(cohort, measure, pairs)

    (group,) = await outcome_changes(
        Question(programme_id=cohort.programme.id), group_by=(), scope=SYSTEM.scope
    )

    pre = {place: one for place, (one, _) in enumerate(pairs) if one is not None}
    post = {place: one for place, (_, one) in enumerate(pairs) if one is not None}
    (changes,) = group.changes
    assert changes.paired == paired_change(pre, post, direction=direction)
    assert changes.both_yes == pairs.count((1, 1))


async def perpetrators(count: int, organisation_id: Any, after: int = 2) -> MadeCohort:
    """A group of whom each said that he improved, and each of their partners that he did not."""
    cohort = await group_of(count, Side.PERPETRATOR, organisation_id)
    made = await Measure.select().where(Measure.organisation == organisation_id)
    if made:
        measure = made[0]["id"]
        await take(cohort, measure)
    else:
        measure = await make_taken_measure(cohort, "respect", sources=(SELF, PARTNER, AGENCY))
    await say(cohort, measure, [(2, 4)] * count)
    await say(cohort, measure, [(2, after)] * count, PARTNER)
    return cohort


def verdicts(rows: list[Cells]) -> dict[object, tuple[object, ...]]:
    return {row["source"]: figures(row, "n_paired", "improved", "same") for row in rows}


HIDDEN = (Marker.SUPPRESSED,) * 3
UNSAID = Marker.UNAVAILABLE
NO_AGENCY = {"agency": (0, 0, 0)}


async def test_d4_partners_reports_are_counted_for_those_who_may_read_them() -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    await perpetrators(2, lead.organisation_id)

    rows = await rows_of(scope=lead.actor.scope)

    assert verdicts(rows) == {"self": (2, 2, 0), "partner": (2, 0, 2), **NO_AGENCY}


async def test_d4_others_are_told_of_many_partners_only_and_of_himself_never_alone() -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    scope = manager.actor.scope
    few = await perpetrators(4, manager.organisation_id)
    assert verdicts(await rows_of(scope=scope)) == {
        "self": (4, UNSAID, UNSAID), "partner": HIDDEN, **NO_AGENCY,
    }  # fmt: skip

    await perpetrators(1, manager.organisation_id)
    assert verdicts(await rows_of(scope=scope)) == {
        "self": (5, UNSAID, UNSAID), "partner": (5, *HIDDEN[1:]), **NO_AGENCY,
    }  # fmt: skip

    await perpetrators(5, manager.organisation_id, after=1)
    many = {"self": (10, 10, 0), "partner": (10, 0, 5), **NO_AGENCY}
    assert verdicts(await rows_of(scope=scope)) == many
    quarter = Question(date(2026, 4, 1), date(2026, 6, 30))
    assert verdicts(await rows_of(quarter, scope)) == many
    for narrow in (
        Question(date(2026, 4, 2), date(2026, 6, 30)), Question(until=date(2026, 6, 29)),
        Question(group_by=("cohort",), programme_id=few.programme.id),
        Question(cohort_id=few.id),
    ):  # fmt: skip
        assert verdicts(await rows_of(narrow, scope))["partner"] == HIDDEN


async def test_d4_whoever_runs_a_group_is_never_told_of_its_partners_but_of_agencies() -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR)
    cohort = await perpetrators(6, facilitator.organisation_id)
    other = await perpetrators(6, facilitator.organisation_id)
    await CohortFacilitator(cohort=cohort.id, account=facilitator.id).save()
    (row,) = [one for one in await rows_of(scope=facilitator.actor.scope)
              if one["source"] == "partner"]  # fmt: skip
    assert (row["started"], figures(row, "n_pre", "improved")) == (6, HIDDEN[:2])

    measure = await make_taken_measure(cohort, "seen", sources=(SELF, AGENCY))
    await say(cohort, measure, [(2, 4)])
    await say(cohort, measure, [(2, 3)], AGENCY)
    rows = await rows_of(scope=facilitator.actor.scope)

    assert verdicts([row for row in rows if row["indicator"] == "Seen"]) == {
        "self": (1, 1, 0), "agency": (1, 1, 0),
    }  # fmt: skip
    assert other.id != cohort.id


async def test_d1_the_other_side_and_other_organisations_are_not_counted() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await perpetrators(5, person.organisation_id)
    elsewhere = await group_of(3)
    await make_taken_measure(elsewhere)

    assert await rows_of(scope=person.actor.scope) == []
