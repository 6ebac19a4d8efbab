"""What staff hold on a day: their latest verified completions, and their exemptions."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.scope import Scope
from training.queries.areas import of_staff_in_scope


@dataclass(frozen=True, slots=True)
class Held:
    """What staff hold of one requirement."""

    completions: Mapping[str, date]
    exempt: frozenset[UUID]

    def completed_on(self, staff_id: UUID) -> date | None:
        """Answer the day of somebody's latest verified completion."""
        return self.completions.get(str(staff_id))

    def exempts(self, staff_id: UUID) -> bool:
        """Tell whether somebody is exempt from the requirement."""
        return staff_id in self.exempt


@dataclass(frozen=True, slots=True)
class Holdings:
    """Latest verified completions by course, and those exempt by requirement."""

    completions: Mapping[str, Mapping[str, date]]
    exemptions: Mapping[UUID | None, frozenset[UUID]]

    def of(self, requirement_id: UUID, course_id: UUID) -> Held:
        """Answer what staff hold of a requirement; who is exempt from all is from this one."""
        nobody: frozenset[UUID] = frozenset()
        return Held(
            completions=self.completions.get(str(course_id), {}),
            exempt=self.exemptions.get(requirement_id, nobody) | self.exemptions.get(None, nobody),
        )


async def holdings(as_of: date, *, scope: Scope, staff_id: UUID | None = None) -> Holdings:
    """Answer what the scope's staff, or one of them, hold on a day: two statements."""
    whose = of_staff_in_scope(scope=scope)
    if staff_id:
        whose = QueryString('{} AND "staff" = {}', whose, staff_id)
    # Ids as text: making tens of thousands of UUIDs would take longer than all the rest.
    completions = await database.run(
        'SELECT CAST("staff" AS TEXT) AS "staff_id", CAST("course" AS TEXT) AS "course_id", '
        'MAX("completed_on") AS "completed_on" FROM "training_records" '
        'WHERE "verified" = {} AND "completed_on" <= {} AND {} GROUP BY "course", "staff"',
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
    return Holdings(completions=_by_course(completions), exemptions=_by_requirement(exemptions))


def _by_course(rows: Iterable[Row]) -> dict[str, dict[str, date]]:
    found: defaultdict[str, dict[str, date]] = defaultdict(dict)
    for row in rows:
        found[row["course_id"]][row["staff_id"]] = _day(row["completed_on"])
    return found


def _by_requirement(rows: Iterable[Row]) -> dict[UUID | None, frozenset[UUID]]:
    found: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row["requirement"]].add(row["staff"])
    return {requirement_id: frozenset(staff) for requirement_id, staff in found.items()}


@functools.lru_cache(maxsize=4096)  # thousands of staff share the same few days
def _day(value: date | str) -> date:
    """Answer a day that SQLite, which forgets the type of ``MAX(…)``, answers as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
