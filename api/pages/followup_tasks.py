"""What attendance asks of a person on Today: calls, registers to mark, absences to review."""

from functools import partial

from api.pages.rendering import short_day
from api.pages.reviews import why
from api.pages.todo import Task, TaskGroup
from core import clock
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.working_days import working_day_after
from programmes.queries.registers import UnmarkedView, unmarked
from programmes.queries.reviews import reviews
from programmes.queries.welfare import welfare_checks

_MOST = 50
_CHASED_AFTER_WORKING_DAYS = 1


async def welfare_tasks(actor: Actor) -> TaskGroup:
    """Answer whom this person is to call (M14)."""
    found = await welfare_checks(scope=actor.scope, cursor=Cursor(limit=_MOST))
    today = clock.today()
    return TaskGroup(
        "Welfare checks",
        tuple(
            Task(
                f"{view.name} missed {view.cohort_code} on {short_day(view.missed_at)}",
                f"/welfare-checks/{view.id}",
                due="Call today" if view.due_on == today else f"Due {short_day(view.due_on)}",
                overdue=view.due_on < today,
            )
            for view in found.items
        ),
    )


async def register_tasks(actor: Actor) -> TaskGroup:
    """Answer the registers of earlier days that nobody has marked."""
    if not actor.scope.has(Permission.MARK_REGISTERS):
        return TaskGroup("Registers not marked yet", ())
    found = await unmarked(scope=actor.scope)
    return TaskGroup("Registers not marked yet", tuple(_register_task(view) for view in found))


def _register_task(view: UnmarkedView) -> Task:
    day = clock.london(view.starts_at).date()
    last = working_day_after(
        day, _CHASED_AFTER_WORKING_DAYS, is_holiday=partial(is_bank_holiday, nation=view.nation)
    )
    what = ", one person’s session" if view.is_own else ""
    return Task(
        f"{view.cohort_code}, {short_day(view.starts_at)}{what}",
        f"/sessions/{view.session_id}/register",
        overdue=clock.today() > last,
    )


async def review_tasks(actor: Actor) -> TaskGroup:
    """Answer the absences to review in the groups of those who close reviews."""
    if not actor.scope.has(Permission.MANAGE_PEOPLE):
        return TaskGroup("Absences to review", ())
    found = await reviews(scope=actor.scope, cursor=Cursor(limit=_MOST))
    today = clock.today()
    return TaskGroup(
        "Absences to review",
        tuple(
            Task(
                f"{view.name}, {view.cohort_code}: {why(view)}",
                f"/reviews/{view.id}",
                due=f"To be closed by {short_day(view.due_on)}",
                overdue=view.due_on < today,
            )
            for view in found.items
        ),
    )
