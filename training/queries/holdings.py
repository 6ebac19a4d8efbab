"""What staff hold on a day: their latest verified completions, and their exemptions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.scope import Scope
from training.queries.areas import of_staff_in_scope


@dataclass(frozen=True, slots=True)
class Holdings:
    """Completions by (staff, course), and the (staff, requirement) that are exempt."""

    completions: dict[tuple[UUID, UUID], date]
    exemptions: frozenset[tuple[UUID, UUID | None]]

    def completed_on(self, staff_id: UUID, course_id: UUID) -> date | None:
        """Answer the day of the latest verified completion."""
        return self.completions.get((staff_id, course_id))

    def is_exempt(self, staff_id: UUID, requirement_id: UUID) -> bool:
        """Tell whether the person is exempt from the requirement, or from all."""
        return (staff_id, requirement_id) in self.exemptions or (
            staff_id,
            None,
        ) in self.exemptions


async def holdings(as_of: date, *, scope: Scope, staff_id: UUID | None = None) -> Holdings:
    """Answer what the scope's staff, or one of them, hold on a day: two statements."""
    whose = of_staff_in_scope(scope=scope)
    if staff_id:
        whose = QueryString('{} AND "staff" = {}', whose, staff_id)
    completions = await database.run(
        'SELECT "staff", "course", MAX("completed_on") AS "completed_on" FROM "training_records" '
        'WHERE "verified" = {} AND "completed_on" <= {} AND {} GROUP BY "staff", "course"',
        True,  # noqa: FBT003 - the value of a column
        as_of,
        whose,
    )
    exemptions = await database.run(
        'SELECT "staff", "requirement" FROM "exemptions" '
        'WHERE "from_on" <= {} AND "to_on" >= {} AND {}',
        as_of,
        as_of,
        whose,
    )
    return Holdings(
        completions={
            (row["staff"], row["course"]): _day(row["completed_on"]) for row in completions
        },
        exemptions=frozenset((row["staff"], row["requirement"]) for row in exemptions),
    )


def _day(value: date | str) -> date:
    """Answer a day that SQLite, which forgets the type of ``MAX(…)``, answers as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
