"""Whose training runs out when, and where they agreed to be reminded: what texts need (C8).

Names and courses are not among it: what is not handed over cannot leak into a text.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Scope
from training.domain.terms import ComplianceStatus
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.dossiers import Dossier, dossiers

_STAFF = (
    "SELECT staff.id, staff.organisation, staff.number, staff.texts_agreed_on FROM staff"
    " WHERE {} AND {} ORDER BY staff.id"
)
_VALID = frozenset({ComplianceStatus.COMPLIANT, ComplianceStatus.EXPIRING_SOON})


@dataclass(frozen=True, slots=True)
class ExpiryFact:
    """Somebody's latest completion of a course that they must hold, and its last valid day.

    Of several requirements that it serves, the one that runs out first, while they are in post.
    """

    staff_id: UUID
    record_id: UUID
    organisation_id: UUID
    expires_on: date
    number: str | None
    agreed_on: date | None


async def expiring(
    *, until: date, scope: Scope, staff_ids: Collection[UUID] | None = None
) -> tuple[ExpiryFact, ...]:
    """Answer what runs out up to a day, of those who agreed to texts, in nine statements at most.

    With ``staff_ids``, of these people alone, and whether or not they agreed.
    """
    wanted = (
        QueryString("staff.texts_agreed_on IS NOT NULL")
        if staff_ids is None
        else QueryString("staff.id IN {}", database.in_list(sorted(staff_ids)))
    )
    staff = await database.run(_STAFF, wanted, staff_in_scope(scope=scope))
    if not staff:
        return ()
    today = clock.today()
    asked = await every_requirement(scope=scope)
    people = await dossiers(wanted, on=today, asked=asked, scope=scope)
    records = await _records(wanted, scope=scope)
    return tuple(
        fact
        for row in staff
        if row["id"] in people
        for fact in _facts(row, people[row["id"]], records, asked, today)
        if fact.expires_on <= until
    )


async def _records(whose: QueryString, *, scope: Scope) -> Mapping[tuple[UUID, UUID], UUID]:
    rows = await database.run(
        "SELECT id, staff, course FROM current_records WHERE staff IN"
        " (SELECT staff.id FROM staff WHERE {} AND {})",
        whose,
        staff_in_scope(scope=scope),
    )
    return {(row["staff"], row["course"]): row["id"] for row in rows}


def _facts(
    row: database.Row,
    dossier: Dossier,
    records: Mapping[tuple[UUID, UUID], UUID],
    asked: Sequence[RequirementView],
    today: date,
) -> Iterator[ExpiryFact]:
    """Answer for each record that a requirement rests on the first day that it runs out."""
    found: dict[UUID, date] = {}
    for requirement in asked:
        standing = dossier.standing(requirement, today)
        held, last = standing.held, standing.expires_on
        if held is None or last is None or standing.status not in _VALID:
            continue
        if requirement.rule.asked_of(dossier.posts, last):
            record_id = records[row["id"], held.course_id]
            found[record_id] = min(last, found.get(record_id, last))
    for record_id, last in found.items():
        yield ExpiryFact(
            row["id"], record_id, row["organisation"], last, row["number"], row["texts_agreed_on"]
        )
