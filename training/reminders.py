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
from training.domain.compliance import standing_on
from training.domain.terms import ComplianceStatus
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.posts import post_of

_STAFF = (
    "SELECT staff.id, staff.organisation, staff.sector, staff.staff_group,"
    " staff.is_people_manager, staff.started_on, staff.ended_on, staff.number,"
    " staff.texts_agreed_on FROM staff WHERE {} AND {} ORDER BY staff.id"
)
_LATEST = (
    "SELECT r.id, r.staff, r.course, r.completed_on FROM training_records r"
    " WHERE r.verified = {} AND r.staff IN {} AND r.completed_on <= {}"
    " ORDER BY r.completed_on, r.id"
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


@dataclass(frozen=True, slots=True)
class _Latest:
    record_id: UUID
    completed_on: date


async def expiring(
    *, until: date, scope: Scope, staff_ids: Collection[UUID] | None = None
) -> tuple[ExpiryFact, ...]:
    """Answer what runs out up to a day, of those who agreed to texts: four statements.

    With ``staff_ids``, of these people alone, and whether or not they agreed.
    """
    wanted = (
        QueryString("texts_agreed_on IS NOT NULL")
        if staff_ids is None
        else QueryString("staff.id IN {}", database.in_list(sorted(staff_ids)))
    )
    staff = await database.run(_STAFF, wanted, staff_in_scope(scope=scope))
    if not staff:
        return ()
    today = clock.today()
    latest = await _latest([row["id"] for row in staff], today)
    asked = await every_requirement(scope=scope)
    exempt = await _exempt([row["id"] for row in staff], today)
    return tuple(
        fact
        for row in staff
        for fact in _facts(row, latest, asked, exempt, today)
        if fact.expires_on <= until
    )


async def _latest(staff_ids: Sequence[UUID], today: date) -> dict[tuple[UUID, UUID], _Latest]:
    rows = await database.run(
        _LATEST,
        True,  # noqa: FBT003 - the value of a column
        database.in_list(staff_ids),
        today,
    )
    return {(row["staff"], row["course"]): _Latest(row["id"], row["completed_on"]) for row in rows}


async def _exempt(staff_ids: Sequence[UUID], today: date) -> frozenset[tuple[UUID, UUID | None]]:
    rows = await database.run(
        "SELECT staff, requirement FROM exemptions WHERE from_on <= {} AND to_on >= {}"
        " AND staff IN {}",
        today,
        today,
        database.in_list(staff_ids),
    )
    return frozenset((row["staff"], row["requirement"]) for row in rows)


def _facts(
    row: database.Row,
    latest: Mapping[tuple[UUID, UUID], _Latest],
    asked: Sequence[RequirementView],
    exempt: Collection[tuple[UUID, UUID | None]],
    today: date,
) -> Iterator[ExpiryFact]:
    """Answer for each record that a requirement rests on the first day that it runs out."""
    post = post_of(row)
    found: dict[UUID, date] = {}
    for requirement in asked:
        held = latest.get((row["id"], requirement.course_id))
        if held is None:
            continue
        standing = standing_on(
            today, post=post, rule=requirement.rule, completed_on=held.completed_on,
            is_exempt=bool({(row["id"], None), (row["id"], requirement.id)} & set(exempt)),
        )  # fmt: skip
        last = standing.expires_on
        if standing.status in _VALID and last is not None and post.is_held_on(last):
            found[held.record_id] = min(last, found.get(held.record_id, last))
    for record_id, last in found.items():
        yield ExpiryFact(
            row["id"], record_id, row["organisation"], last, row["number"], row["texts_agreed_on"]
        )
