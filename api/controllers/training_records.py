"""Training records, their certificates, and exemptions under ``/api/v1``."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody

from api.certificates import MOST_BODY_BYTES, as_download, file_of
from api.guards import requires, signed_in
from api.requests import readable_form
from api.schemas.base import CreatedOut, ListOut
from api.schemas.training_records import (
    CertificateIn,
    EndIn,
    ExemptionIn,
    ExemptionOut,
    OwnTrainingRecordIn,
    TrainingRecordIn,
    TrainingRecordOut,
    VerifyIn,
    WithdrawIn,
    as_decimal,
)
from core.pagination import Cursor, Page
from core.scope import Actor, Permission, Scope
from training.queries import exemptions, people, records
from training.queries.certificates import certificates_of
from training.queries.records import RecordView
from training.services import certificates as certificate_service
from training.services import exemptions as exemption_service
from training.services import records as record_service
from training.services import staff as staff_service
from training.services import verification

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]
_RECORDS_TRAINING = [requires(Permission.RECORD_TRAINING)]
_MANAGES_STAFF = [requires(Permission.MANAGE_STAFF)]


@get("/training-records", operation_id="list_training_records", guards=_SEES_STAFF)
async def list_training_records(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    staff_id: FromQuery[UUID | None] = None,
    verified: FromQuery[bool | None] = None,
) -> ListOut[TrainingRecordOut]:
    """List training records, the last recorded first; of one person, the look is audited.

    With ``verified`` those that are or are not, without withdrawn ones.
    """
    await _note_look(staff_id, actor)
    found = await records.records(
        scope=actor.scope, cursor=cursor, staff_id=staff_id, verified=verified
    )
    return await _listed(found, actor.scope)


@post("/training-records", operation_id="add_training_record", guards=_RECORDS_TRAINING)
async def add_training_record(
    data: JSONBody[TrainingRecordIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record that a member of staff completed a course."""
    return CreatedOut(id=await record_service.add_record(data.new(), by=actor))


@post("/training-records/{record_id:uuid}/verify", operation_id="verify_training_record",
      guards=_RECORDS_TRAINING, status_code=200)  # fmt: skip
async def verify_training_record(
    record_id: FromPath[UUID], data: JSONBody[VerifyIn], actor: NamedDependency[Actor]
) -> TrainingRecordOut:
    """Verify a training record with the evidence that you have seen; not your own."""
    await verification.verify([record_id], data.evidence, by=actor)
    return await _one(record_id, actor.scope)


@post("/training-records/{record_id:uuid}/withdraw", operation_id="withdraw_training_record",
      guards=_RECORDS_TRAINING, status_code=200)  # fmt: skip
async def withdraw_training_record(
    record_id: FromPath[UUID], data: JSONBody[WithdrawIn], actor: NamedDependency[Actor]
) -> TrainingRecordOut:
    """Withdraw a training record: it stays and counts no longer."""
    await verification.withdraw(record_id, data.reason, by=actor)
    return await _one(record_id, actor.scope)


@post("/training-records/{record_id:uuid}/certificates", operation_id="add_certificate",
      guards=[signed_in], before_request=readable_form,
      request_max_body_size=MOST_BODY_BYTES)  # fmt: skip
async def add_certificate(
    record_id: FromPath[UUID],
    data: MultipartBody[CertificateIn],
    actor: NamedDependency[Actor],
) -> CreatedOut:
    """Add a PDF, JPEG or PNG of 5 MB or less to a training record, or to one of your own."""
    file = await file_of(data.file)
    return CreatedOut(id=await certificate_service.attach(record_id, file, by=actor))


@get("/certificates/{certificate_id:uuid}", operation_id="get_certificate", guards=[signed_in])
async def get_certificate(
    certificate_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Response[bytes]:
    """Answer a certificate; each download is audited."""
    return as_download(await certificate_service.download(certificate_id, by=actor))


@get("/me/training-records", operation_id="list_own_training_records", guards=[signed_in])
async def list_own_training_records(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[TrainingRecordOut]:
    """List your own training records, the last recorded first."""
    return await _listed(await records.own_records(scope=actor.scope, cursor=cursor), actor.scope)


@post("/me/training-records", operation_id="declare_training", guards=[signed_in])
async def declare_training(
    data: JSONBody[OwnTrainingRecordIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Declare that you completed a course; it counts once somebody else has verified it."""
    added = await record_service.declare(
        data.course_id, data.completed_on, as_decimal(data.hours), by=actor
    )
    return CreatedOut(id=added)


@get("/exemptions", operation_id="list_exemptions", guards=_SEES_STAFF)
async def list_exemptions(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    staff_id: FromQuery[UUID | None] = None,
) -> ListOut[ExemptionOut]:
    """List exemptions, the last recorded first; of one person, the look is audited."""
    await _note_look(staff_id, actor)
    found = await exemptions.exemptions(scope=actor.scope, cursor=cursor, staff_id=staff_id)
    return ListOut.of(found, ExemptionOut.of)


@post("/exemptions", operation_id="add_exemption", guards=_MANAGES_STAFF)
async def add_exemption(data: JSONBody[ExemptionIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Exempt a member of staff for a while, for twelve months at most."""
    return CreatedOut(id=await exemption_service.add_exemption(data.new(), by=actor))


@post("/exemptions/{exemption_id:uuid}/end", operation_id="end_exemption",
      guards=_MANAGES_STAFF, status_code=200)  # fmt: skip
async def end_exemption(
    exemption_id: FromPath[UUID], data: JSONBody[EndIn], actor: NamedDependency[Actor]
) -> ExemptionOut:
    """Let an exemption end earlier."""
    await exemption_service.end_exemption(exemption_id, data.to_on, by=actor)
    return ExemptionOut.of(await exemptions.exemption(exemption_id, scope=actor.scope))


async def _note_look(staff_id: UUID | None, actor: Actor) -> None:
    if staff_id:
        person = await people.staff_member(staff_id, scope=actor.scope)
        await staff_service.viewed(person, by=actor)


async def _listed(found: Page[RecordView], scope: Scope) -> ListOut[TrainingRecordOut]:
    files = await certificates_of([view.id for view in found.items], scope=scope)
    return ListOut.of(found, lambda view: TrainingRecordOut.of(view, files.get(view.id, ())))


async def _one(record_id: UUID, scope: Scope) -> TrainingRecordOut:
    files = await certificates_of([record_id], scope=scope)
    view = await records.record(record_id, scope=scope)
    return TrainingRecordOut.of(view, files.get(record_id, ()))


ROUTES = Router(
    "/",
    route_handlers=[
        list_training_records, add_training_record, verify_training_record,
        withdraw_training_record, add_certificate, get_certificate, list_own_training_records,
        declare_training, list_exemptions, add_exemption, end_exemption,
    ],
    tags=["training"],
)  # fmt: skip
