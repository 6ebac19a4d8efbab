"""Training records: adding one with what shows it, and looking at, verifying, withdrawing it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.certificates import MOST_BODY_BYTES, as_download, optional_file
from api.guards import requires, signed_in
from api.pages.forms import Form, options, refusal
from api.pages.record_words import SEEN, counts_tag, file_lines, may
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import optional_hours
from api.pages.training_words import choices, in_words
from core.errors import AppError, FieldError
from core.scope import Actor, Permission
from training.domain.terms import Evidence
from training.queries import people, records
from training.queries.catalogue import every_course
from training.queries.certificates import certificates_of
from training.queries.records import RecordView
from training.services import certificates, staff, verification
from training.services import records as record_service
from training.services.certificates import NewFile
from training.services.records import NewRecord

_RECORDS_TRAINING = [requires(Permission.RECORD_TRAINING)]


@get("/staff/{staff_id:uuid}/records", guards=_RECORDS_TRAINING, include_in_schema=False)
async def new_record_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to record that somebody completed a course."""
    return await _form(request, staff_id, actor, {})


@post("/staff/{staff_id:uuid}/records", guards=_RECORDS_TRAINING, include_in_schema=False,
      request_max_body_size=MOST_BODY_BYTES)  # fmt: skip
async def add_record(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that somebody completed a course."""
    values = await request.form()
    form = Form(values)
    try:
        new = NewRecord(
            staff_id=staff_id,
            course_id=form.id("course_id", "a course"),
            completed_on=form.day("completed_on", "the day it was completed"),
            hours=optional_hours(form, "hours"),
            evidence=form.choice("evidence", "what shows it", Evidence),
            verified=form.typed.get("verified") == "yes",
        )
        form.check()
        await record_service.add_record(new, file=await optional_file(values), by=actor)
    except AppError as error:
        status, errors = refusal(error, field="completed_on")
        return await _form(request, staff_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}?saved=record", status_code=303)


async def _form(
    request: AnyRequest,
    staff_id: UUID,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    person = await people.staff_member(staff_id, scope=actor.scope)
    actor.require(Permission.RECORD_TRAINING, organisation_id=person.organisation_id)
    await staff.viewed(person, by=actor)
    courses = [(str(course.id), course.name) for course in await every_course(scope=actor.scope)]
    return page(
        request, "training/record_form.html", errors=errors, status=status, typed=typed,
        person=person,
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
        evidence=options(choices(Evidence), typed.get("evidence", ""), blank="Select evidence"),
    )  # fmt: skip


@get("/training-records/{record_id:uuid}", guards=[signed_in], include_in_schema=False)
async def record_page(
    request: AnyRequest, record_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one training record, of one's staff or one's own, and what can be done about it."""
    return await _record(request, record_id, actor, {})


@post("/training-records/{record_id:uuid}/verify", guards=_RECORDS_TRAINING,
      include_in_schema=False)  # fmt: skip
async def verify(
    request: AnyRequest, record_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Verify a training record with what was seen."""
    form = Form(await request.form())
    try:
        evidence = form.choice("evidence", "the evidence that you have seen", Evidence)
        form.check()
        await verification.verify([record_id], evidence, by=actor)
    except AppError as error:
        return await _again(request, record_id, actor, form, error, field="evidence")
    return Redirect(f"/training-records/{record_id}?saved=verified", status_code=303)


@post("/training-records/{record_id:uuid}/withdraw", guards=_RECORDS_TRAINING,
      include_in_schema=False)  # fmt: skip
async def withdraw(
    request: AnyRequest, record_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Withdraw a training record."""
    form = Form(await request.form())
    try:
        reason = form.text("reason", "why it is withdrawn", longest=200)
        form.check()
        await verification.withdraw(record_id, reason, by=actor)
    except AppError as error:
        return await _again(request, record_id, actor, form, error, field="reason")
    return Redirect(f"/training-records/{record_id}?saved=withdrawn", status_code=303)


@post("/training-records/{record_id:uuid}/certificates", guards=[signed_in],
      include_in_schema=False, request_max_body_size=MOST_BODY_BYTES)  # fmt: skip
async def add_certificate(
    request: AnyRequest, record_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Add a certificate to a training record."""
    values = await request.form()
    file = await optional_file(values) or NewFile("", b"")
    try:
        await certificates.attach(record_id, file, by=actor)
    except AppError as error:
        return await _again(request, record_id, actor, Form(values), error, field="file")
    return Redirect(f"/training-records/{record_id}?saved=certificate", status_code=303)


@get("/certificates/{certificate_id:uuid}", guards=[signed_in], include_in_schema=False)
async def certificate(
    certificate_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Response[bytes]:
    """Answer a certificate to be saved."""
    return as_download(await certificates.download(certificate_id, by=actor))


async def _again(
    request: AnyRequest, record_id: UUID, actor: Actor, form: Form, error: AppError, *, field: str
) -> Page:
    status, errors = refusal(error, field=field)
    return await _record(request, record_id, actor, form.typed, status=status, errors=errors)


async def _record(
    request: AnyRequest,
    record_id: UUID,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    scope = actor.scope
    view = await records.record(record_id, scope=scope)
    may_record = may(Permission.RECORD_TRAINING, view, scope)
    sees_staff = may(Permission.VIEW_STAFF, view, scope)
    if sees_staff:
        person = await people.staff_member(view.staff_id, scope=scope)
        await staff.viewed(person, by=actor)
    own, open_still = view.is_about(actor.account_id), view.withdrawn_at is None
    files = await certificates_of([record_id], scope=scope)
    return page(
        request, "training/record.html", errors=errors, status=status, typed=typed,
        record=view, tag=counts_tag(view), evidence=in_words(view.evidence), own=own,
        sees_staff=sees_staff, people=await _people(view, actor),
        files=file_lines(files.get(record_id, ())),
        seen=options(choices(SEEN), typed.get("evidence", ""), blank="Select evidence"),
        may_verify=may_record and open_still and not view.verified and not own,
        may_withdraw=may_record and open_still,
        may_attach=(may_record or own) and open_still,
    )  # fmt: skip


async def _people(view: RecordView, actor: Actor) -> dict[str, Any]:
    """Answer who recorded, verified and withdrew it, by name where one may know."""
    who = {
        "recorded": view.recorded_by,
        "verified": view.verified_by,
        "withdrawn": view.withdrawn_by,
    }
    names = await account_names({id for id in who.values() if id}, scope=actor.scope)
    return {
        did: "you" if id and id == actor.account_id else names.get(id, "") if id else ""
        for did, id in who.items()
    }


ROUTES = [
    new_record_page, add_record, record_page, verify, withdraw, add_certificate, certificate,
]  # fmt: skip
