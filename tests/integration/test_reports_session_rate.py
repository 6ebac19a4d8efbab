"""Each person's weeks, with rows of noughts for those without a session (C12)."""

from datetime import date
from typing import Any

from accounts.domain.roles import GrantSide, Role
from core.reports import Basis, Question
from core.scope import SYSTEM, Side
from programmes.reports.session_rate import rate_pages, session_rate
from tests.factories import make_person
from tests.factories_programmes import make_cohort
from tests.factories_registers import make_golden_register
from tests.factories_safety import restrict
from tests.fakes import FixedClock

FLOW = Question(basis=Basis.FLOW)


async def weeks(name: str = "", **asked: Any) -> dict[date, tuple[object, ...]]:
    found = await session_rate(Question(basis=Basis.FLOW, **asked), scope=SYSTEM.scope)
    return {row[3]: row[4:] for row in found.rows if str(row[1]).startswith(name)}  # type: ignore[misc]


async def test_each_person_of_the_golden_register_has_every_week_of_theirs(
    db: None, now: FixedClock
) -> None:
    """Week 7 was cancelled; in week 6 B told us, and came to a catch-up."""
    await make_golden_register(now)

    of_b = await weeks("B")
    of_d = await weeks("D")

    assert (min(of_b), max(of_b), len(of_b)) == (date(2026, 1, 5), date(2026, 3, 30), 13)
    assert of_b[date(2026, 2, 16)] == (0, 0, 0, 0, 0)
    assert of_b[date(2026, 2, 9)] == (1, 0, 1, 0, 1)
    assert of_b[date(2026, 3, 30)] == (1, 1, 0, 0, 0)
    assert [row[:3] for row in of_d.values()] == [(1, 1, 0), (1, 1, 0), *[(1, 0, 1)] * 3]
    assert min(await weeks("C")) == date(2026, 1, 26)


async def test_the_period_is_of_sessions(db: None, now: FixedClock) -> None:
    await make_golden_register(now)

    found = await weeks("A", since=date(2026, 2, 9), until=date(2026, 2, 23))

    assert list(found) == [date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]


async def test_hidden_people_and_the_other_side_have_no_weeks(db: None) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    own = await make_cohort(organisation_id=person.organisation_id, code="Own", enrolled=2)
    await make_cohort(organisation_id=person.organisation_id, side=Side.PERPETRATOR, enrolled=1)
    other = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    await restrict(own.participant_ids[0], other.id)

    found = await session_rate(FLOW, scope=person.actor.scope)
    pages = [page async for page in rate_pages(FLOW, scope=person.actor.scope)]

    assert {row[0] for row in found.rows} == {"Own"}
    assert len(found.rows) == 6
    assert [row[7] for row in found.rows] == [1] * 6, "unmarked, and not absent"
    assert [row[1:] for page in pages for row in page] == list(found.rows)
    assert not found.publishable
