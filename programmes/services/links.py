"""Records that a perpetrator and a survivor are connected (D2), if no worker is both's (D3)."""

from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import ConflictKind, Relationship
from programmes.errors import AlreadyRecordedError, AlreadySettledError, CannotLinkError
from programmes.queries import links as queries
from programmes.queries.links import FoundPerpetrator, LinkView
from programmes.queries.participants import ParticipantView, participant
from programmes.services import conflicts
from programmes.services.conflicts import Found
from programmes.services.fields import past_fault, refuse, stale_version
from programmes.tables import Link

WORKERS_CHANGE = "links and workers"
"""What recording a link and assigning a worker wait for each other on."""


async def find_perpetrator(reference: str, family_name: str, *, by: Actor) -> FoundPerpetrator:
    """Answer a perpetrator's status and flag to whoever can name them exactly; audited.

    Raises:
        NotFoundError: there is nobody of this reference and family name.
    """
    found = await queries.find_perpetrator(reference, family_name, scope=by.scope)
    async with database.transaction():
        await audit.record(
            "perpetrator_looked_up", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=found.id, side=Side.PERPETRATOR, organisation_id=found.organisation_id,
        )  # fmt: skip
    return found


async def record(
    perpetrator_id: UUID, survivor_id: UUID, relationship: Relationship, *, by: Actor
) -> UUID:
    """Record a link and answer its id; one that ended is taken up again.

    Raises:
        AlreadyRecordedError: the two are linked now.
        CannotLinkError: somebody works with both (D3).
        NotFoundError: one of them is not there, or not visible.
    """
    survivor = await _survivor(survivor_id, by)
    perpetrator = await queries.linkable_perpetrator(perpetrator_id, scope=by.scope)
    async with conflicts.noting(by), database.transaction():
        await database.serialise(WORKERS_CHANGE)
        if await conflicts.shared_workers(perpetrator.id, survivor.id):
            raise CannotLinkError(
                found=[Found(ConflictKind.WORKER_OF_BOTH, survivor.id, perpetrator.id)]
            )
        link_id = await _write(perpetrator.id, survivor.id, relationship, by)
        await audit.record(
            "link_recorded", by=by, subject_type=audit.Subject.LINK, subject=link_id,
            organisation_id=survivor.organisation_id,
        )  # fmt: skip
        await conflicts.write_down_present([perpetrator.id, survivor.id], by=by)
    return link_id


async def _survivor(survivor_id: UUID, by: Actor) -> ParticipantView:
    found = await participant(survivor_id, scope=by.scope)
    if found.side is not Side.SURVIVOR:
        raise NotFoundError
    by.require(Permission.MANAGE_LINKS, side=found.side, organisation_id=found.organisation_id)
    return found


async def _write(
    perpetrator_id: UUID, survivor_id: UUID, relationship: Relationship, by: Actor
) -> UUID:
    renewed = await (
        Link.update(
            database.assignments(
                {
                    "relationship": relationship.value, "ended_on": None,
                    "recorded_by": by.account_id, "recorded_at": clock.now(),
                }
            )
        )
        .where(
            Link.perpetrator == perpetrator_id,
            Link.survivor == survivor_id,
            Link.ended_on.is_not_null(),
        )
        .returning(Link.id)
    )  # fmt: skip
    if renewed:
        link_id: UUID = renewed[0]["id"]
        await Link.update({Link.version: Link.version + 1}).where(Link.id == link_id)
        return link_id
    row = Link(
        id=new_id(), perpetrator=perpetrator_id, survivor=survivor_id, relationship=relationship,
        recorded_by=by.account_id, recorded_at=clock.now(),
    )  # fmt: skip
    with database.refusing(Link, one_link_per_pair=AlreadyRecordedError()):
        await row.save()
    return row.id


async def end(link_id: UUID, ended_on: date, *, version: int, by: Actor) -> None:
    """Record that a link holds no more; it stays in the record, and keeps nobody apart.

    Raises:
        AlreadySettledError: it has ended.
        StaleVersionError: somebody else changed it in the meantime.
    """
    stored = await queries.link(link_id, scope=by.scope)
    refuse([past_fault("ended_on", ended_on), _early_fault(ended_on, stored)])
    if stored.ended_on is not None:
        raise AlreadySettledError
    async with database.transaction():
        touched = await (
            Link.update(database.assignments({"ended_on": ended_on, "version": version + 1}))
            .where(Link.id == link_id, Link.version == version, Link.ended_on.is_null())
            .returning(Link.id)
        )
        if not touched:
            raise await stale_version(link_id, by=by)
        await audit.record(
            "link_ended", by=by, subject_type=audit.Subject.LINK, subject=link_id,
            organisation_id=stored.organisation_id,
        )  # fmt: skip


def _early_fault(ended_on: date, stored: LinkView) -> FieldError | None:
    if ended_on >= clock.london(stored.recorded_at).date():
        return None
    return FieldError("ended_on", "Enter a day on or after the day on which it was recorded")


async def viewed(link: LinkView, *, by: Actor) -> None:
    """Write that somebody looked at a link (D2, D11)."""
    async with database.transaction():
        await audit.record(
            "link_viewed", by=by, subject_type=audit.Subject.LINK, subject=link.id,
            organisation_id=link.organisation_id,
        )  # fmt: skip
