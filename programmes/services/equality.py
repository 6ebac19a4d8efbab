"""Records what people answer for equality monitoring (2.6, S22)."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import StaleVersionError
from core.scope import Actor
from programmes.domain.equality import Answers
from programmes.queries.equality import answers_of_person
from programmes.services import reach
from programmes.services.fields import saying_who, stale_version
from programmes.tables import EqualityProfile


async def save_answers(participant_id: UUID, answers: Answers, *, version: int, by: Actor) -> None:
    """Record a person's answers in place of what was recorded before.

    Raises:
        NotFoundError: they are not there, or not visible.
        ForbiddenError: they may only be looked at.
        StaleVersionError: somebody else saved them in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    stored = await answers_of_person(participant_id, scope=by.scope)
    if stored.version != version:
        raise await stale_version(participant_id, by=by)
    before, columns = _columns(stored.answers), _columns(answers)
    async with saying_who(participant_id, by=by), database.transaction():
        await _write(participant_id, columns, version)
        _, after = audit.changed(before, columns, personal=EqualityProfile.PERSONAL)
        await audit.record(
            "equality_saved", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=participant_id, side=person.side, organisation_id=person.organisation_id,
            after=after,
        )  # fmt: skip


async def _write(participant_id: UUID, columns: dict[str, Any], version: int) -> None:
    now = clock.now()
    if version == 0:
        row = EqualityProfile(participant=participant_id, updated_at=now, **columns)
        with database.refusing(EqualityProfile, participant=StaleVersionError()):
            await row.save()
        return
    changed = database.assignments({**columns, "updated_at": now, "version": version + 1})
    touched = await (
        EqualityProfile.update(changed)
        .where(EqualityProfile.participant == participant_id, EqualityProfile.version == version)
        .returning(EqualityProfile.id)
    )
    if not touched:
        raise StaleVersionError


def _columns(answers: Answers) -> dict[str, Any]:
    return {question: answer.value for question, answer in asdict(answers).items()}
