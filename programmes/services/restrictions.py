"""Hides a person's record from all but those named, such as a colleague's own case (D7)."""

from collections.abc import Collection
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from core import audit, clock, database
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Scope
from programmes.errors import AlreadyRecordedError
from programmes.queries.participants import ParticipantView, participant
from programmes.queries.restrictions import RestrictionView, restriction
from programmes.services.fields import refuse, text_fault
from programmes.services.workers import assignable
from programmes.tables import Restriction, RestrictionReader


async def restrict(
    participant_id: UUID, reason: str, reader_ids: Collection[UUID], *, by: Actor
) -> None:
    """Hide a person from all but the readers; whoever restricts is one of them.

    Raises:
        AlreadyRecordedError: the record is restricted.
        InvalidInputError: a reader does not work on this side or in this organisation.
        NotFoundError: the person is not there, or not visible.
    """
    person = await to_restrict(participant_id, by=by)
    refuse([text_fault("reason", reason, longest=200)])
    await _refuse_strangers(person, reader_ids, by)
    row = Restriction(
        id=new_id(), participant=participant_id, reason=reason.strip(),
        restricted_by=by.account_id, restricted_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(Restriction, participant=AlreadyRecordedError()):
            await row.save()
        readers = {*reader_ids, *([by.account_id] if by.account_id else [])}
        for reader_id in sorted(readers):
            await RestrictionReader(restriction=row.id, account=reader_id).save()
        await _record("record_restricted", person, by, readers=sorted(readers))


async def add_reader(participant_id: UUID, account_id: UUID, *, by: Actor) -> None:
    """Name somebody who sees a restricted record; nothing happens where they are named."""
    person, stored = await _restricted(participant_id, by)
    await _refuse_strangers(person, [account_id], by)
    if account_id in stored.reader_ids:
        return
    async with database.transaction():
        with database.refusing(RestrictionReader, reader_once=AlreadyRecordedError()):
            await RestrictionReader(restriction=stored.id, account=account_id).save()
        await _record("reader_named", person, by, readers=[account_id])


async def remove_reader(participant_id: UUID, account_id: UUID, *, by: Actor) -> None:
    """Hide a restricted record from somebody who was named.

    Raises:
        InvalidInputError: no safety lead would be left who could lift the restriction.
    """
    person, stored = await _restricted(participant_id, by)
    leads = {id for id, _ in await _leads(person, by.scope)}
    async with database.transaction():
        await database.serialise(f"readers of {stored.id}")
        rows = await RestrictionReader.select(RestrictionReader.account).where(
            RestrictionReader.restriction == stored.id
        )
        left = {row["account"] for row in rows} - {account_id}
        if not left & leads:
            raise InvalidInputError.of(
                "account_id", "Name another safety lead first, who can lift the restriction"
            )
        if len(left) == len(rows):
            return
        await RestrictionReader.delete().where(
            RestrictionReader.restriction == stored.id, RestrictionReader.account == account_id
        )
        await _record("reader_removed", person, by, readers=[account_id])


async def lift(participant_id: UUID, *, by: Actor) -> None:
    """Show a record again to everybody whose work it is."""
    person, stored = await _restricted(participant_id, by)
    async with database.transaction():
        await Restriction.delete().where(Restriction.id == stored.id)
        await _record("restriction_lifted", person, by, readers=[])


async def to_restrict(participant_id: UUID, *, by: Actor) -> ParticipantView:
    """Answer a person whose record the actor may restrict.

    Raises:
        ForbiddenError: the actor may only look.
        NotFoundError: they are not there, or not visible.
    """
    person = await participant(participant_id, scope=by.scope)
    by.require(Permission.KEEP_APART, side=person.side, organisation_id=person.organisation_id)
    return person


async def possible_readers(
    person: ParticipantView, *, scope: Scope
) -> tuple[tuple[UUID, str], ...]:
    """Answer (id, name) of those who could be named: workers of the side, and safety leads."""
    found = {*await assignable(person, scope=scope), *await _leads(person, scope)}
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))


async def _leads(person: ParticipantView, scope: Scope) -> tuple[tuple[UUID, str], ...]:
    return await colleagues(Role.SAFETY_LEAD, GrantSide.BOTH, person.organisation_id, scope=scope)


async def _refuse_strangers(
    person: ParticipantView, reader_ids: Collection[UUID], by: Actor
) -> None:
    known = dict(await possible_readers(person, scope=by.scope))
    if not set(reader_ids) <= set(known):
        raise InvalidInputError.of("readers", "Choose people of this side and organisation")


async def _restricted(participant_id: UUID, by: Actor) -> tuple[ParticipantView, RestrictionView]:
    person = await to_restrict(participant_id, by=by)
    stored = await restriction(participant_id, scope=by.scope)
    if stored is None:
        raise NotFoundError
    return person, stored


async def _record(
    action: str, person: ParticipantView, by: Actor, *, readers: Collection[UUID]
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.PARTICIPANT, subject=person.id,
        side=person.side, organisation_id=person.organisation_id,
        after={"readers": list(readers)},
    )  # fmt: skip
