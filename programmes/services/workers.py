"""Says who works with a person; nobody works with both parties of a link (D3)."""

from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from core import audit, clock, database
from core.errors import InvalidInputError
from core.scope import Actor, Scope, Side
from programmes.errors import AlreadyRecordedError
from programmes.queries.participants import ParticipantView
from programmes.services import conflicts, reach
from programmes.services.links import WORKERS_CHANGE
from programmes.tables import CaseWorker


async def assign(participant_id: UUID, account_id: UUID, *, by: Actor) -> None:
    """Make somebody a worker of a person.

    Raises:
        AlreadyRecordedError: they are one already.
        CannotAssignError: they work with the other party of a link (D3).
        InvalidInputError: they work with nobody on this side, or not here.
    """
    person = await reach.to_keep_apart(participant_id, by=by)
    if account_id not in dict(await assignable(person, scope=by.scope)):
        raise InvalidInputError.of("account_id", "Choose a worker of this side and organisation")
    async with conflicts.noting(by), database.transaction():
        await database.serialise(WORKERS_CHANGE)
        await conflicts.refuse_as_workers([account_id], person_ids=[participant_id])
        with database.refusing(CaseWorker, worker_once_per_person=AlreadyRecordedError()):
            await CaseWorker(
                participant=participant_id, account=account_id, since=clock.today()
            ).save()
        await _record("worker_assigned", person, account_id, by)


async def remove(participant_id: UUID, account_id: UUID, *, by: Actor) -> None:
    """Make somebody a person's worker no more; nothing happens where they are none."""
    person = await reach.to_keep_apart(participant_id, by=by)
    async with database.transaction():
        gone = await (
            CaseWorker.delete()
            .where(CaseWorker.participant == participant_id, CaseWorker.account == account_id)
            .returning(CaseWorker.id)
        )
        if gone:
            await _record("worker_removed", person, account_id, by)


async def assignable(person: ParticipantView, *, scope: Scope) -> tuple[tuple[UUID, str], ...]:
    """Answer (id, name) of those who may work with a person; link workers with survivors only."""
    side = GrantSide(person.side.value)
    roles = [(Role.FACILITATOR, side), (Role.PROGRAMME_MANAGER, side)]
    if person.side is Side.SURVIVOR:
        roles.append((Role.PARTNER_LINK_WORKER, GrantSide.BOTH))
    found = {
        one: None
        for role, held in roles
        for one in await colleagues(role, held, person.organisation_id, scope=scope)
    }
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))


async def _record(action: str, person: ParticipantView, account_id: UUID, by: Actor) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.PARTICIPANT, subject=person.id,
        side=person.side, organisation_id=person.organisation_id, after={"account": account_id},
    )  # fmt: skip
