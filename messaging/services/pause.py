"""The switches that stop texts: of all, of a programme, a group, or a person (M16, G15)."""

from dataclasses import dataclass
from uuid import UUID

from piccolo.querystring import QueryString

from core import audit, clock, database
from core.errors import ForbiddenError, InvalidInputError
from core.ids import new_id
from core.scope import Actor, Permission, Scope, Side
from core.text import is_plain
from messaging.domain.reasons import Reason
from messaging.domain.terms import PauseOf
from messaging.queries.pauses import IN_FORCE
from messaging.tables import MessagingPause

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Pausable:
    """What a switch is about; whoever makes one has seen to it that the actor may see the thing."""

    pause_of: PauseOf
    subject: UUID
    organisation_id: UUID
    side: Side


def in_force() -> QueryString:
    """Answer the condition on ``p`` (pauses) for those that stop texts now."""
    return QueryString(IN_FORCE)


async def is_paused() -> bool:
    """Tell whether nothing may leave now."""
    rows = await database.run(
        "SELECT 1 FROM messaging_pauses p WHERE p.subject IS NULL AND {}", in_force()
    )
    return bool(rows)


async def paused_for(
    *, programme: UUID | None, cohort: UUID | None, recipient: UUID
) -> Reason | None:
    """Answer why a text to somebody may not leave now, ``None`` where no switch stops it.

    Call it in the transaction that lets the text go.
    """
    subjects = [one for one in (programme, cohort, recipient) if one is not None]
    rows = await database.run(
        "SELECT p.pause_of FROM messaging_pauses p WHERE (p.subject IS NULL OR p.subject IN {})"
        " AND {}",
        database.in_list(subjects),
        in_force(),
    )
    found = {row["pause_of"] for row in rows}
    if PauseOf.INSTALLATION in found:
        return Reason.PAUSED
    return Reason.PAUSED_HERE if found else None


async def set_pause(*, paused: bool, reason: str, by: Actor, of: Pausable | None = None) -> None:
    """Stop texts, or let them go again: all of them, or those of one thing.

    Raises:
        ForbiddenError: the person may not throw the switch.
        InvalidInputError: no reason is given for stopping.
    """
    if not may_pause(of, scope=by.scope):
        raise ForbiddenError
    reason = reason.strip()
    if paused and not reason:
        raise InvalidInputError.of("reason", "Enter why texts are paused")
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError.of("reason", f"Must be {LONGEST_REASON} characters or fewer")
    if not is_plain(reason):
        raise InvalidInputError.of("reason", "Enter text without control characters")
    async with database.transaction():
        await write(paused=paused, reason=reason, by=by, of=of)


def may_pause(of: Pausable | None, *, scope: Scope) -> bool:
    """Tell whether somebody may throw a switch; without a thing, the one that stops all texts.

    A programme has groups that are not a facilitator's own.
    """
    if of is None:  # everywhere: the switch stops every organisation
        return scope.covers(Permission.PAUSE_MESSAGES, side=None, organisation_id=None)
    return any(
        area.covers(side=of.side, organisation_id=of.organisation_id)
        and not (area.own_only and of.pause_of is PauseOf.PROGRAMME)
        for area in scope.within(Permission.DECIDE_MESSAGES)
    )


async def write(*, paused: bool, reason: str, by: Actor, of: Pausable | None = None) -> None:
    """Write how a switch stands, inside the current transaction.

    Why stays in this table alone: of a person it may say something about them (D13).
    """
    row = MessagingPause(
        id=new_id(), paused=paused, reason=reason, at=clock.now(), actor=by.account_id,
        pause_of=of.pause_of if of else PauseOf.INSTALLATION, subject=of.subject if of else None,
        organisation=of.organisation_id if of else None, side=of.side if of else None,
    )  # fmt: skip
    await row.save()
    await audit.record(
        "texts_paused" if paused else "texts_resumed",
        by=by,
        subject_type=_AUDITED[of.pause_of] if of else audit.Subject.MESSAGING,
        subject=of.subject if of else row.id,
        side=of.side if of else None,
        organisation_id=of.organisation_id if of else None,
    )


_AUDITED = {
    PauseOf.PROGRAMME: audit.Subject.PROGRAMME,
    PauseOf.COHORT: audit.Subject.COHORT,
    PauseOf.PERSON: audit.Subject.PARTICIPANT,
}
