"""Whatever is saved in whatever order, the kept counts are what ``progress`` tells of the marks."""

import contextlib
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import AppError
from core.scope import SYSTEM, Side
from programmes.domain.attendance import CREDITABLE, Mark
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.completion import (
    END_REVIEW,
    REPORT_SENT,
    CompletionRule,
    CurriculumUnit,
    Meeting,
    Progress,
    progress,
)
from programmes.domain.session_changes import Cancel, PutBack, Reschedule
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, ExitReason, SessionStatus
from programmes.queries.cohorts import CohortView, SessionView, sessions_of
from programmes.queries.counters import wrong_counters
from programmes.queries.marks import earlier_meetings, marks_of
from programmes.queries.pauses import pauses_of
from programmes.queries.programmes import units_of
from programmes.queries.progress import enrolment, is_expected_at
from programmes.queries.registers import register
from programmes.services import not_held, pauses, sessions
from programmes.services.catch_ups import NewCatchUp, arrange
from programmes.services.endings import Ending, complete, leave
from programmes.services.enrolments import enrol
from programmes.services.registers import Submission, save
from programmes.services.revoking import revoke
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Enrolment, EnrolmentCounts, Session
from tests.conftest import NOW
from tests.factories_programmes import entry, make_cohort, make_programme
from tests.fakes import FixedClock
from tests.integration.places import make_member, row_of, second_cohort

SCOPE = SYSTEM.scope
STEPS = 14
ACTIONS = (
    "save", "save", "save", "save", "cancel", "put_back", "move", "not_held", "leave", "complete",
    "revoke", "come_back", "transfer", "pause", "resume", "catch_up", "wait",
)  # fmt: skip
RULES = (
    CompletionRule(min_units=2),
    CompletionRule(min_percent=50, min_hours=5),
    CompletionRule(min_units=1, needs_end_review=True),
)


@dataclass(frozen=True, slots=True)
class World:
    """Two groups of one programme."""

    cohort_ids: tuple[UUID, UUID]
    chance: random.Random

    async def a_session(self) -> UUID:
        mine = Session.cohort.is_in(list(self.cohort_ids))
        rows = await Session.select(Session.id).where(mine).order_by(Session.id)
        found: UUID = self.chance.choice(rows)["id"]
        return found

    async def places(self) -> list[dict[str, Any]]:
        mine = Enrolment.cohort.is_in(list(self.cohort_ids))
        return [dict(row) for row in await Enrolment.select().where(mine).order_by(Enrolment.id)]

    async def act(self, action: str, now: FixedClock) -> None:
        """Do one thing that somebody might do on a page."""
        today, chance = clock.today(), self.chance
        place = chance.choice(await self.places())
        day = today - timedelta(days=chance.choice([0, 0, 7, 14, 20]))
        changes: dict[str, Any] = {
            "cancel": Cancel("No heating", cascade=chance.random() < 0.3),
            "put_back": PutBack(),
            "move": Reschedule(clock.now() + timedelta(hours=chance.choice([5, 30, 700]))),
        }
        if action in changes:
            await sessions.change(await self.a_session(), changes[action], by=SYSTEM)
        elif action == "wait":
            now.advance(hours=chance.choice([20, 24 * 7]))
        elif action == "pause":
            until = chance.choice([None, day + timedelta(days=chance.randint(0, 20))])
            await pauses.pause(place["id"], pauses.NewPause(day, until, "Away"), by=SYSTEM)
        elif action == "resume":
            await pauses.resume(place["id"], on=day, by=SYSTEM)
        else:
            await getattr(self, f"_{action}")(place, day)

    async def _save(self, _place: dict[str, Any], _day: Any) -> None:
        await self._mark(await self.a_session())

    async def _mark(self, session_id: UUID) -> None:
        stored = await register(session_id, scope=SCOPE)
        rows = [row for row in stored.rows if self.chance.random() < 0.8]
        entries = tuple(self._entry(row.enrolment_id, stored.session.side) for row in rows)
        await save(
            session_id, Submission(stored.version, entries, "It was another line"), by=SYSTEM
        )

    def _entry(self, enrolment_id: UUID, side: Side) -> Any:
        outcome = self.chance.choice([AttendanceOutcome.ATTENDED] * 4 + list(AttendanceOutcome))
        absent = outcome.value.startswith("absent")
        judged = side is Side.PERPETRATOR
        return entry(
            enrolment_id,
            outcome,
            minutes_attended=(
                None if absent else self.chance.choice([None, None, 60, 89, 90, 120, 150])
            ),
            absence_reason=(
                self.chance.choice([None, AbsenceReason.STOOD_DOWN, AbsenceReason.MEDICAL])
                if absent
                else None
            ),
            acceptable=self.chance.choice([None, True, False]) if judged and absent else None,
            engaged=self.chance.choice([None, True, False]) if judged and not absent else None,
        )

    async def _not_held(self, _place: dict[str, Any], _day: Any) -> None:
        how = not_held.NotHeld(self.chance.choice(list(NotHeldBecauseOf)), "Nobody had the key", 0)
        await not_held.save(await self.a_session(), how, by=SYSTEM)

    async def _leave(self, place: dict[str, Any], day: Any) -> None:
        await leave(
            place["id"], Ending(day, place["version"]), ExitReason.HEALTH, keep_open=True,
            by=SYSTEM,
        )  # fmt: skip

    async def _complete(self, place: dict[str, Any], day: Any) -> None:
        await complete(place["id"], Ending(day, place["version"], day), by=SYSTEM)

    async def _revoke(self, place: dict[str, Any], _day: Any) -> None:
        await revoke(place["id"], reason="By mistake", version=place["version"], by=SYSTEM)

    async def _come_back(self, place: dict[str, Any], day: Any) -> None:
        into = self.chance.choice(self.cohort_ids)
        await enrol(into, place["participant"], joined_on=day, by=SYSTEM)

    async def _transfer(self, place: dict[str, Any], day: Any) -> None:
        into = self.cohort_ids[place["cohort"] == self.cohort_ids[0]]
        await transfer(place["id"], Transfer(into, place["version"], day), by=SYSTEM)

    async def _catch_up(self, place: dict[str, Any], _day: Any) -> None:
        at = clock.now() - timedelta(hours=self.chance.choice([2, 50, 200, -40]))
        new = NewCatchUp(place["id"], self.chance.randint(1, 4), at)
        await self._mark(await arrange(place["cohort"], new, by=SYSTEM))


async def told_by_marks(enrolment_id: UUID) -> dict[str, Any]:
    """What ``progress`` tells of one place, were the sessions without a register not there."""
    view = await enrolment(enrolment_id, scope=SCOPE)
    member, cohort = view.member, view.cohort
    marks = (await marks_of([enrolment_id], scope=SCOPE)).get(enrolment_id, {})
    held = [
        one for one in await sessions_of(cohort.id, scope=SCOPE) if one.status is SessionStatus.HELD
    ]
    place = await row_of(enrolment_id)
    paused = [
        one.days for one in (await pauses_of([enrolment_id], scope=SCOPE)).get(place["id"], ())
    ]
    own = [_met(one, marks, paused) for one in held if is_expected_at(one, place)]
    earlier = (await earlier_meetings([enrolment_id], scope=SCOPE)).get(enrolment_id, [])
    units = await units_of([cohort.version_id], scope=SCOPE)
    curriculum = [unit.for_progress for unit in units[cohort.version_id]]
    stand = _stand([*own, *earlier], curriculum, cohort)
    by_group = _stand([one for one in [*own, *earlier] if not one.catch_up], curriculum, cohort)
    came = [one for one in own if _stand([one], curriculum, cohort).attended]
    until_last = own[: own.index(came[-1]) + 1] if came else []
    days = [
        clock.london(one.starts_at).date()
        for one in held
        if one.id in marks and marks[one.id].outcome in CREDITABLE
    ]
    return {
        "enrolment": enrolment_id,
        "expected": stand.expected,
        "marked": stand.marked,
        "attended": stand.attended,
        "compliant": stand.compliant,
        "sessions_attended": stand.sessions_attended,
        "units_credited": len(stand.units_credited),
        "units_by_group": len(by_group.units_credited),
        "units_missed": len(stand.units_missed),
        "units_made_up": stand.units_made_up,
        "minutes_credited": stand.minutes,
        "enough_units": not set(stand.missing) - {END_REVIEW, REPORT_SENT},
        "complete_without_catch_up": not set(by_group.missing) - {END_REVIEW, REPORT_SENT},
        "last_attended": _stand(until_last, curriculum, cohort).expected,
        "attended_before": sum(day < member.joined_on for day in days),
        "attended_after": sum(
            member.ended_on is not None and day > member.ended_on for day in days
        ),
    }


def _met(one: SessionView, marks: dict[UUID, Mark], paused: Any) -> Meeting:
    day = clock.london(one.starts_at).date()
    away = any(days.covers(day) for days in paused)
    return Meeting(
        one.unit_number, past=True, catch_up=one.is_catch_up, mark=marks.get(one.id), pause=away
    )


def _stand(met: list[Meeting], units: list[CurriculumUnit], cohort: CohortView) -> Progress:
    return progress(met, units=units, rule=cohort.rule)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
async def test_c5_the_counts_are_those_of_the_marks_after_any_history(
    db: None, now: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    now.instant = NOW
    side = chance.choice(list(Side))
    programme = await make_programme(
        side=side, units=4, mandatory=(2,), one_to_one=(4,), rule=chance.choice(RULES)
    )
    first = await make_cohort(programme=programme, starts_on=clock.today() - timedelta(weeks=3))
    second = await second_cohort(first, starts_on=clock.today() - timedelta(weeks=2), at="11:00")
    people = [await make_member(first) for _ in range(2)] + [await make_member(second)]
    world = World((first.id, second.id), chance)

    for _ in range(STEPS):
        now.advance(minutes=1)
        with contextlib.suppress(AppError):
            await world.act(chance.choice(ACTIONS), now)

    kept = {row["enrolment"]: dict(row) for row in await EnrolmentCounts.select()}
    places = [row["id"] for row in await world.places()]
    assert len(places) >= len(people)
    assert {place: kept[place] for place in places} == {
        place: await told_by_marks(place) for place in places
    }
    assert await wrong_counters(scope=SCOPE) == ()
