"""The audit log as a page: who did what, when; no case content."""

from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency

from accounts.queries import account_names
from api.guards import requires
from api.pages.forms import Form
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.clock import instant_of
from core.pagination import Cursor
from core.scope import Actor, Permission

_FIELDS = ("subject", "actor", "from-day", "from-month", "from-year", "to-day", "to-month",
           "to-year")  # fmt: skip
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


@get("/audit", guards=[requires(Permission.VIEW_AUDIT)], include_in_schema=False)
async def audit_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show audit events, newest first: of one subject, one account, or some days where given."""
    form = Form(FormMultiDict(request.query_params.multi_items()))
    subject, who = _id(form, "subject"), _id(form, "actor")
    since, until = _day(form, "from", "the first day"), _day(form, "to", "the last day")
    found = await audit.events(
        scope=actor.scope, cursor=cursor, subject=subject, actor=who,
        since=instant_of(since, "00:00") if since else None,
        until=instant_of(until + timedelta(days=1), "00:00") if until else None,
    )  # fmt: skip
    ids = {item.actor for item in found.items if item.actor}
    names = await account_names(ids | ({who} if who else set()), scope=actor.scope)
    return page(
        request, "audit.html", entries=found.items, names=names, typed=form.typed, who=who,
        older=_address(form, after=found.next) if found.next else "",
        everybody=_address(form, actor=""), errors=form.errors,
        status=400 if form.errors else 200,
    )  # fmt: skip


def _id(form: Form, field: str) -> UUID | None:
    typed = form.typed.get(field, "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        form.fail("subject", "Enter an id as it stands in the list below, or nothing")
        return None


def _day(form: Form, field: str, label: str) -> date | None:
    found = form.optional_day(field, label)
    if found is None or _FIRST <= found < _LAST:
        return found
    form.fail(field, f"{label.capitalize()} must be a real date, like 27 3 2026")
    return None


def _address(form: Form, **changes: str) -> str:
    """Answer the page's address with the same filters, but for the changes."""
    kept = {**{field: form.typed.get(field, "") for field in _FIELDS}, **changes}
    return "/audit?" + urlencode({key: value for key, value in kept.items() if value})


ROUTES = [audit_page]
