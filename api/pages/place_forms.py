"""The forms that change somebody's place in a group, shown again with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.pages.forms import refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.terms import OPEN_ENROLMENTS
from programmes.errors import EnrolmentEndedError
from programmes.queries.progress import EnrolmentView, enrolment


@dataclass(frozen=True, slots=True)
class Answered:
    """What was typed, and why it was refused; neither where the form is opened."""

    typed: Mapping[str, str] = field(default_factory=dict)
    error: AppError | None = None


async def place_of(enrolment_id: UUID, actor: Actor, *, ended: bool = False) -> EnrolmentView:
    """Answer a place that the person may change.

    Raises:
        EnrolmentEndedError: it has ended, and ``ended`` ones are not asked for.
    """
    found = await enrolment(enrolment_id, scope=actor.scope)
    actor.require(
        Permission.MANAGE_PEOPLE, side=found.cohort.side,
        organisation_id=found.cohort.organisation_id,
    )  # fmt: skip
    if not ended and found.member.status not in OPEN_ENROLMENTS:
        raise EnrolmentEndedError
    return found


def place_form(
    request: AnyRequest,
    template: str,
    found: EnrolmentView,
    answered: Answered,
    *,
    at: str,
    begin: Mapping[str, str] | None = None,
    **values: Any,
) -> Page:
    """Answer a form: ``begin`` is what it holds at first, ``at`` where a refusal leads to.

    After a stale save the form has the present version: saving again is then on purpose.
    """
    status, errors = refusal(answered.error, field=at) if answered.error else (200, ())
    typed = dict(answered.typed or begin or {})
    if answered.error is None or isinstance(answered.error, StaleVersionError):
        typed["version"] = str(found.member.version)
    return page(
        request, f"enrolments/{template}.html", member=found.member, cohort=found.cohort,
        typed=typed, status=status, errors=errors, **values,
    )  # fmt: skip
