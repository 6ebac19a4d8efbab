"""Adds programmes, and new versions of their curriculum; a running cohort keeps its version."""

from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.scope import Actor, Permission, Side
from programmes.domain.terms import ProgrammeType
from programmes.errors import ProgrammeExistsError
from programmes.queries.programmes import programme, programmes
from programmes.services import curricula
from programmes.services.curricula import Curriculum
from programmes.services.fields import organisation_fault, refuse, stale_version, text_fault
from programmes.tables import Programme, ProgrammeVersion


@dataclass(frozen=True, slots=True)
class NewProgramme:
    """A programme to add, with its first curriculum.

    Only who completed the programme that it follows may join it (S7).
    """

    organisation_id: UUID
    side: Side
    name: str
    type: ProgrammeType
    curriculum: Curriculum
    follows_id: UUID | None = None


async def add_programme(new: NewProgramme, *, by: Actor) -> UUID:
    """Add a programme in its first version and answer its id.

    Raises:
        InvalidInputError: a field is not valid.
        ProgrammeExistsError: the name is taken on this side.
    """
    require_managed(by, new.side, new.organisation_id)
    refuse(
        [
            await organisation_fault(new.organisation_id, by=by),
            text_fault("name", new.name, longest=120),
            await _follows_fault(new, by),
            *curricula.faults(new.curriculum),
        ]
    )
    added = Programme(
        organisation=new.organisation_id, side=new.side, name=new.name.strip(), type=new.type,
        follows=new.follows_id, created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(Programme, programme_name_once_per_side=ProgrammeExistsError()):
            await added.save()
        await curricula.save(added.id, 1, new.curriculum)
        await audit.record(
            "programme_added", by=by, subject_type=audit.Subject.PROGRAMME, subject=added.id,
            side=new.side, organisation_id=new.organisation_id, after={"version": 1},
        )  # fmt: skip
    return added.id


async def _follows_fault(new: NewProgramme, by: Actor) -> FieldError | None:
    known = {
        item.id
        for item in await programmes(scope=by.scope)
        if (item.side, item.organisation_id) == (new.side, new.organisation_id)
    }
    if new.follows_id is None or new.follows_id in known:
        return None
    return FieldError("follows_id", "Choose a programme from the list")


async def add_version(
    programme_id: UUID, curriculum: Curriculum, *, version: int, by: Actor
) -> int:
    """Add a version for the cohorts that are created from now on, and answer its number.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the programme is not visible.
        StaleVersionError: somebody else added one in the meantime.
    """
    found = await programme(programme_id, scope=by.scope)
    require_managed(by, found.side, found.organisation_id)
    refuse(curricula.faults(curriculum))
    async with database.transaction():
        touched = await (
            Programme.update({Programme.version: version + 1})
            .where(Programme.id == programme_id, Programme.version == version)
            .returning(Programme.id)
        )
        if not touched:
            raise await stale_version(programme_id, by=by)
        number: int = 1 + await ProgrammeVersion.count().where(
            ProgrammeVersion.programme == programme_id
        )
        await curricula.save(programme_id, number, curriculum)
        await audit.record(
            "programme_version_added", by=by, subject_type=audit.Subject.PROGRAMME,
            subject=programme_id, side=found.side, organisation_id=found.organisation_id,
            before={"version": found.version_number}, after={"version": number},
        )  # fmt: skip
    return number


def require_managed(by: Actor, side: Side, organisation_id: UUID) -> None:
    """Refuse; somebody of the other side, or elsewhere, learns nothing of what is there."""
    if not by.scope.covers(Permission.VIEW_CASES, side=side, organisation_id=organisation_id):
        raise NotFoundError
    by.require(Permission.MANAGE_PROGRAMMES, side=side, organisation_id=organisation_id)
