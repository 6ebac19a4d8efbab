"""What waits to be verified: one record after another, or several at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.record_words import SEEN, may, record_lines
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import choices
from core.errors import AppError, FieldError
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.terms import Evidence
from training.queries.certificates import certificates_of
from training.queries.records import records
from training.services import verification

_GUARDS = [requires(Permission.RECORD_TRAINING)]


@get("/training-records/unverified", guards=_GUARDS, include_in_schema=False)
async def unverified_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the records that nobody has verified, the last recorded first."""
    return await _list(request, actor, cursor, {})


@post("/training-records/unverified", guards=_GUARDS, include_in_schema=False)
async def verify_ticked(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Verify the ticked records, all or none."""
    form = Form(await request.form())
    ticked = form.many("record_ids")
    cursor = Cursor(limit=verification.MOST_AT_ONCE, after=form.typed.get("after") or None)
    try:
        evidence = form.choice("evidence", "the evidence that you have seen", Evidence)
        ids = _ids(form, ticked)
        form.check()
        await verification.verify(ids, evidence, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="record_ids")
        return await _list(
            request, actor, cursor, form.typed, ticked=ticked, status=status, errors=errors
        )
    return Redirect("/training-records/unverified?saved=verified", status_code=303)


def _ids(form: Form, ticked: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(id) for id in ticked]
    except ValueError:
        form.fail("record_ids", "Tick records of the list")
        return []


async def _list(
    request: AnyRequest,
    actor: Actor,
    cursor: Cursor,
    typed: dict[str, str],
    *,
    ticked: Sequence[str] = (),
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    found = await records(scope=actor.scope, cursor=cursor, verified=False)
    files = await certificates_of([view.id for view in found.items], scope=actor.scope)
    return page(
        request, "training/unverified.html", errors=errors, status=status,
        lines=[
            {
                **line,
                "ticked": str(line["record"].id) in ticked,
                "own": line["record"].is_about(actor.account_id),
                "may_tick": _may_tick(line, actor),
            }
            for line in record_lines(found.items, files)
        ],
        seen=options(choices(SEEN), typed.get("evidence", ""), blank="Select evidence"),
        after=cursor.after or "", next=found.next,
    )  # fmt: skip


def _may_tick(line: dict[str, Any], actor: Actor) -> bool:
    view = line["record"]
    return may(Permission.RECORD_TRAINING, view, actor.scope) and not view.is_about(
        actor.account_id
    )


ROUTES = [unverified_page, verify_ticked]
