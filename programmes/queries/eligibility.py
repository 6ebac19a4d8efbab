"""What of a programme's criteria holds of the person of a referral."""

import json
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.domain.eligibility import Applicant, Criteria, Finding, findings
from programmes.domain.terms import EnrolmentStatus, Mandate
from programmes.queries import visibility


async def eligibility_of(referral_id: UUID, *, scope: Scope) -> tuple[Finding, ...]:
    """Answer what holds today of each criterion of the programme's newest version.

    Nothing for a referral that is not visible.
    """
    rows = await database.run(
        "SELECT p.born_on, p.area, r.mandate, f.name AS follows_name, v.min_age,"
        " v.areas AS served_areas, v.mandates,"
        " EXISTS (SELECT 1 FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN programme_versions w ON w.id = c.programme_version WHERE"
        " e.participant = p.id AND e.status = {} AND w.programme = g.follows) AS completed_before"
        " FROM referrals r JOIN participants p ON p.id = r.participant"
        " JOIN programmes g ON g.id = r.programme JOIN programme_versions v ON v.programme = g.id"
        " LEFT JOIN programmes f ON f.id = g.follows"
        " WHERE r.id = {} AND {} ORDER BY v.number DESC LIMIT 1",
        EnrolmentStatus.COMPLETED.value,
        referral_id,
        visibility.participants(scope),
    )
    if not rows:
        return ()
    row = rows[0]
    applicant = Applicant(
        row["born_on"], row["area"], Mandate(row["mandate"]), bool(row["completed_before"])
    )
    return findings(
        criteria_of(row), applicant, follows=row["follows_name"] or "", on=clock.today()
    )


def criteria_of(row: database.Row) -> Criteria:
    """Answer the criteria out of a version's columns."""
    return Criteria(
        min_age=row["min_age"],
        areas=tuple(json.loads(row["served_areas"])),
        mandates=tuple(Mandate(code) for code in json.loads(row["mandates"])),
    )
