"""Keeps files that show a completion, and hands them out to those who may see it."""

from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.errors import InvalidInputError, TooLargeError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.certificates import LARGEST_BYTES, MediaType, harmless_name, media_type_of
from training.errors import TrainingRecordSettledError
from training.queries.certificates import CertificateFile, certificate
from training.queries.records import record
from training.tables import Certificate

MOST_OF_A_RECORD = 5


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody sent, under the name that it had."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept."""

    name: str
    media_type: MediaType
    content: bytes


async def attach(record_id: UUID, file: NewFile, *, by: Actor) -> UUID:
    """Keep a certificate of a training record and answer its id; one's own record will do.

    Raises:
        InvalidInputError: it is no PDF or picture, or the record has enough files.
        NotFoundError: there is no such record in the person's organisations, nor one's own.
        TooLargeError: it is larger than 5 MB.
        TrainingRecordSettledError: the record is withdrawn.
    """
    view = await record(record_id, scope=by.scope)
    if not view.is_about(by.account_id):
        by.require(Permission.RECORD_TRAINING, organisation_id=view.organisation_id)
    kept = checked(file)
    if view.withdrawn_at:
        raise TrainingRecordSettledError
    async with database.transaction():
        await database.serialise(f"certificates of {record_id}")
        if await Certificate.count().where(Certificate.record == record_id) >= MOST_OF_A_RECORD:
            raise InvalidInputError.of("file", f"A record has {MOST_OF_A_RECORD} files at most")
        return await keep(kept, record_id, view.organisation_id, by=by)


def checked(file: NewFile) -> Checked:
    """Answer the file with what it is by its content.

    Raises:
        InvalidInputError: it is no PDF or picture, or not a whole one.
        TooLargeError: it is larger than 5 MB.
    """
    if not file.content:
        raise InvalidInputError.of("file", "Choose a file that is not empty")
    if len(file.content) > LARGEST_BYTES:
        raise TooLargeError.of("file", "Choose a file of 5 MB or less")
    media_type = media_type_of(file.content)
    if media_type is None:
        raise InvalidInputError.of("file", "Choose a PDF, JPEG or PNG file that is whole")
    return Checked(harmless_name(file.name, media_type), media_type, file.content)


async def keep(file: Checked, record_id: UUID, organisation_id: UUID, *, by: Actor) -> UUID:
    """Keep a checked file, within the current transaction, and answer its id."""
    row = Certificate(
        id=new_id(),
        record=record_id,
        file_name=file.name,
        media_type=file.media_type,
        size_bytes=len(file.content),
        content=file.content,
        uploaded_by=by.account_id,
        uploaded_at=clock.now(),
    )
    await row.save()
    await _note("certificate_added", row.id, record_id, organisation_id, by=by)
    return row.id


async def download(certificate_id: UUID, *, by: Actor) -> CertificateFile:
    """Answer a certificate with its content; that it was asked for is audited.

    Raises:
        NotFoundError: there is none in the person's organisations, nor of their own.
    """
    found = await certificate(certificate_id, scope=by.scope)
    async with database.transaction():
        await _note(
            "certificate_downloaded", found.id, found.record_id, found.organisation_id, by=by
        )
    return found


async def _note(
    action: str, certificate_id: UUID, record_id: UUID, organisation_id: UUID, *, by: Actor
) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.TRAINING_RECORD,
        subject=record_id,
        organisation_id=organisation_id,
        after={"certificate_id": certificate_id},
    )
