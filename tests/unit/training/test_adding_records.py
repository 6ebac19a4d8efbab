"""Adding a verified record never lowers anybody's standing, nor anybody's figures."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from training.domain.compliance import Figures, Standing, standing_on
from training.domain.holdings import Completion
from training.domain.prerequisites import CourseFacts, Taken, counting
from training.domain.requirements import Covering, Due, Filter, Position, Post, Rule, career
from training.domain.terms import Basis, ComplianceStatus, Sector, StaffGroup

BASIC, PATHWAY, OLD, FOR_GOOD = COURSES = [UUID(int=number) for number in range(1, 5)]
FACTS = {
    BASIC: CourseFacts(id=BASIC, validity_months=12, covered_by=frozenset({OLD, FOR_GOOD})),
    PATHWAY: CourseFacts(id=PATHWAY, validity_months=24, prerequisite=BASIC),
    OLD: CourseFacts(id=OLD, validity_months=36, prerequisite=PATHWAY),
    FOR_GOOD: CourseFacts(id=FOR_GOOD, prerequisite=OLD),
}
"""A chain whose beginning its later courses stand for."""
TODAY = date(2026, 6, 10)
RETIRED = Covering(OLD, 36, retired_on=TODAY + timedelta(days=60))
BY_COURSE = Rule(
    filter=Filter(),
    courses=(Covering(PATHWAY, 24), RETIRED, Covering(FOR_GOOD)),
    due=Due(within_days=90),
    effective_from=date(2020, 1, 1),
)
BY_HOURS = Rule(
    filter=Filter(),
    courses=(Covering(BASIC), Covering(PATHWAY), RETIRED),
    due=Due(within_days=90),
    effective_from=date(2020, 1, 1),
    basis=Basis.HOURS,
    hours=Decimal(6),
    window_months=36,
)
RANKS = {ComplianceStatus.COMPLIANT: 2, ComplianceStatus.EXPIRING_SOON: 1}

Done = tuple[UUID, date]
DONE = st.tuples(st.sampled_from(COURSES), st.dates(min_value=date(2022, 1, 1), max_value=TODAY))


def standing(done: Sequence[Done], rule: Rule, started_on: date) -> Standing:
    taken = [Taken(UUID(int=at), course, on) for at, (course, on) in enumerate(done)]
    completions: dict[UUID, list[Completion]] = {}
    for one in counting(taken, FACTS):
        completions.setdefault(one.course_id, []).append(Completion(one.completed_on, Decimal(3)))
    position = Position(
        organisation_id=BASIC, sector=Sector.HOUSING, staff_group=StaffGroup.FRONT_LINE
    )
    post = Post(id=BASIC, position=position, started_on=started_on)
    return standing_on(
        TODAY, posts=career([post]), rule=rule, completions=completions, is_exempt=False
    )


@settings(max_examples=50)
@given(
    st.lists(st.lists(DONE, max_size=6), min_size=1, max_size=4),
    DONE,
    st.sampled_from([BY_COURSE, BY_HOURS]),
    st.sampled_from([date(2024, 1, 1), date(2026, 6, 1)]),
)
def test_another_record_never_lowers_a_standing_or_a_figure(
    people: list[list[Done]], added: Done, rule: Rule, started_on: date
) -> None:
    before = [standing(done, rule, started_on).status for done in people]
    after = [standing([*people[0], added], rule, started_on).status, *before[1:]]

    assert RANKS.get(after[0], 0) >= RANKS.get(before[0], 0)
    was, now = Figures.of(before), Figures.of(after)
    assert now.required == was.required == len(people)
    assert now.valid - was.valid in {0, 1}
    assert (now.strict or 0) >= (was.strict or 0)
    assert (now.headline or 0) >= (was.headline or 0)


def test_the_chain_is_alive() -> None:
    """So that the property above does not hold of nothing."""
    basic, pathway = (BASIC, date(2026, 1, 5)), (PATHWAY, date(2026, 2, 5))

    assert standing([pathway], BY_COURSE, date(2024, 1, 1)).status is (
        ComplianceStatus.OVERDUE_NEVER
    )
    for rule in (BY_COURSE, BY_HOURS):
        found = standing([basic, pathway], rule, date(2024, 1, 1))
        assert found.status is ComplianceStatus.COMPLIANT
