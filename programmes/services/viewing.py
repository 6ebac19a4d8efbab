"""Notes who looked at whose record: reads of a person are audited as writes are (D11)."""

from enum import StrEnum
from uuid import UUID

from core import audit, database
from core.scope import Actor, Permission, Side


class Listing(StrEnum):
    """The lists that show several people at once."""

    PEOPLE = "people"
    SEARCH = "search"
    REFERRALS = "referrals"
    WAITING = "waiting_list"
    MESSAGES = "messages"
    REPLIES = "replies"
    HOLDS = "legal_holds"
    QUALITY = "data_quality"
    LINKS = "links"
    CASELOAD = "caseload"
    CONFLICTS = "conflicts"
    SHARED_NUMBERS = "shared_numbers"
    REVIEWS = "reviews"
    WELFARE_CHECKS = "welfare_checks"


NOBODY = UUID(int=0)
"""The subject of what the service itself did to no one thing."""


async def viewed(
    subject_type: audit.Subject,
    subject: UUID,
    *,
    side: Side,
    organisation_id: UUID,
    by: Actor,
) -> None:
    """Write that somebody looked at a person's record, a cohort's members or a register."""
    async with database.transaction():
        await audit.record(
            f"{subject_type}_viewed", by=by, subject_type=subject_type, subject=subject,
            side=side, organisation_id=organisation_id,
        )  # fmt: skip


async def listed(
    listing: Listing,
    people: int,
    *,
    by: Actor,
    permission: Permission = Permission.VIEW_CASES,
    side: Side | None = None,
    organisation_id: UUID | None = None,
) -> None:
    """Write that somebody was shown a list of so many people; never what they searched for.

    The event is about the account that looked. Without a side or an organisation it names those
    of the permission, where that is just one.
    """
    areas = by.scope.within(permission)
    sides = {area.side for area in areas}
    organisations = {area.organisation_id for area in areas}
    async with database.transaction():
        await audit.record(
            "people_listed", by=by, subject_type=audit.Subject.ACCOUNT,
            subject=by.account_id or NOBODY,
            side=side or (next(iter(sides)) if len(sides) == 1 else None),
            organisation_id=organisation_id
            or (next(iter(organisations)) if len(organisations) == 1 else None),
            after={"list": listing.value, "people": people},
        )  # fmt: skip
