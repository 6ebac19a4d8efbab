"""Certificates of training records: which there are, and one with its content."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.errors import NotFoundError
from core.scope import Scope
from training.domain.certificates import MediaType
from training.queries.records import in_reach

_OF = (
    " FROM certificates f JOIN training_records r ON r.id = f.record"
    " JOIN staff ON staff.id = r.staff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A file that shows a completion, without its content."""

    id: UUID
    record_id: UUID
    file_name: str
    media_type: MediaType
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """A file that shows a completion, and whose staff the record is about."""

    id: UUID
    record_id: UUID
    organisation_id: UUID
    media_type: MediaType
    content: bytes


async def certificates_of(
    record_ids: Collection[UUID], *, scope: Scope
) -> Mapping[UUID, Sequence[CertificateView]]:
    """Answer the certificates of some records, by record: one statement."""
    found: defaultdict[UUID, list[CertificateView]] = defaultdict(list)
    for row in await database.run(
        "SELECT f.id, f.record, f.file_name, f.media_type, f.size_bytes, f.uploaded_at"
        f"{_OF} WHERE f.record IN {{}} AND {{}} ORDER BY f.id",
        database.in_list(sorted(record_ids)),
        in_reach(scope=scope),
    ):
        view = CertificateView(
            id=row["id"],
            record_id=row["record"],
            file_name=row["file_name"],
            media_type=MediaType(row["media_type"]),
            size_bytes=row["size_bytes"],
            uploaded_at=row["uploaded_at"],
        )
        found[view.record_id].append(view)
    return found


async def certificate(certificate_id: UUID, *, scope: Scope) -> CertificateFile:
    """Answer one certificate with its content, of somebody in the scope or one's own.

    Raises:
        NotFoundError: there is none.
    """
    rows = await database.run(
        f"SELECT f.id, f.record, f.media_type, f.content, staff.organisation{_OF}"
        " WHERE f.id = {} AND {}",
        certificate_id,
        in_reach(scope=scope),
    )
    if not rows:
        raise NotFoundError
    row = rows[0]
    return CertificateFile(
        id=row["id"],
        record_id=row["record"],
        organisation_id=row["organisation"],
        media_type=MediaType(row["media_type"]),
        content=bytes(row["content"]),
    )
