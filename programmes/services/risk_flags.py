"""Raises and lowers the flag that says: there is something not to disclose (D4). It has no text."""

from uuid import UUID

from core import audit, clock, database
from core.errors import NotFoundError
from core.scope import Actor, Permission, Side
from programmes.queries.links import FoundPerpetrator, is_linked_perpetrator, linkable_perpetrator
from programmes.services import safe_contacts
from programmes.tables import RiskFlag


async def set_flag(perpetrator_id: UUID, *, raised: bool, by: Actor) -> None:
    """Raise or lower a perpetrator's flag; one that stands as asked is left as it is.

    Where it is raised, linked survivors are to be asked anew whether texts are safe (M2).

    Raises:
        NotFoundError: there is no such perpetrator, or the actor sees no link of theirs.
    """
    person = await _within_reach(perpetrator_id, by)
    async with database.transaction():
        changed = await (_raise(person.id, by) if raised else _lower(person.id, by))
        if changed:
            await audit.record(
                "risk_flag_raised" if raised else "risk_flag_lowered", by=by,
                subject_type=audit.Subject.PARTICIPANT, subject=person.id,
                side=Side.PERPETRATOR, organisation_id=person.organisation_id,
            )  # fmt: skip
        if changed and raised:
            await safe_contacts.ask_anew(await _linked_survivors(person.id))


async def _linked_survivors(perpetrator_id: UUID) -> list[UUID]:
    rows = await database.run(
        "SELECT survivor FROM links WHERE perpetrator = {} AND ended_on IS NULL ORDER BY survivor",
        perpetrator_id,
    )
    return [row["survivor"] for row in rows]


async def _within_reach(perpetrator_id: UUID, by: Actor) -> FoundPerpetrator:
    person = await linkable_perpetrator(perpetrator_id, scope=by.scope)
    is_lead = by.scope.covers(
        Permission.KEEP_APART, side=Side.PERPETRATOR, organisation_id=person.organisation_id
    )
    if not (is_lead or await is_linked_perpetrator(perpetrator_id, scope=by.scope)):
        raise NotFoundError
    return person


async def _raise(perpetrator_id: UUID, by: Actor) -> bool:
    """Raise the flag; the index keeps it to one, also side by side."""
    await database.serialise(f"risk flag of {perpetrator_id}")
    stands = RiskFlag.participant == perpetrator_id
    if await RiskFlag.exists().where(stands, RiskFlag.lowered_at.is_null()):
        return False
    await RiskFlag(
        participant=perpetrator_id, raised_by=by.account_id, raised_at=clock.now()
    ).save()
    return True


async def _lower(perpetrator_id: UUID, by: Actor) -> bool:
    touched = await (
        RiskFlag.update({RiskFlag.lowered_at: clock.now(), RiskFlag.lowered_by: by.account_id})
        .where(RiskFlag.participant == perpetrator_id, RiskFlag.lowered_at.is_null())
        .returning(RiskFlag.id)
    )
    return bool(touched)
