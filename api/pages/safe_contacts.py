"""Whether, where and when a person may be texted: the form that somebody fills in with them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import safe_contacts
from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options, refusal
from api.pages.participants import to_change
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page, short_day
from api.pages.todo import Task, TaskGroup, TaskSource
from core import audit, clock
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from core.settings import Settings
from messaging.domain.languages import CHOICES
from programmes.domain.contact import Window, is_wall_time
from programmes.domain.terms import SmsSafety
from programmes.queries.confirmations import EndingConfirmation, ending_confirmations
from programmes.queries.participants import ParticipantView, SafeContactView, safe_contact
from programmes.services.safe_contacts import ContactDetails
from programmes.services.viewing import viewed

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_ANSWERS = {
    SmsSafety.SAFE: "Yes, texts to this number are safe",
    SmsSafety.NOT_SAFE: "No, texts are not safe",
    SmsSafety.UNKNOWN: "Not confirmed: send no texts",
}
_ASK_AGAIN = "Ask again whether texts are safe"
_MOST_TASKS = 50


class Hours(StrEnum):
    """When a text is safe, as the form asks it."""

    ANY = "any"
    CHOSEN = "chosen"
    KEEP = "keep"


@get("/participants/{participant_id:uuid}/safe-contact", guards=_MANAGE, include_in_schema=False)
async def safe_contact_page(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show the form of a person's safe contact; the view is audited, it holds the number."""
    person = await to_change(participant_id, actor)
    stored = await safe_contact(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip
    days = [str(window.weekday) for window in stored.windows] if _is_simple(stored) else []
    return _form(
        request, person, stored, _typed(stored), days,
        stands=await safe_contacts.number_stands(participant_id, settings=settings, by=actor),
        lasting_days=settings.sms.consent_days[person.side],
    )  # fmt: skip


@post("/participants/{participant_id:uuid}/safe-contact", guards=_MANAGE, include_in_schema=False)
async def save(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Record a person's safe contact."""
    form = Form(await request.form())
    person = await to_change(participant_id, actor)
    stored = await safe_contact(participant_id, scope=actor.scope)
    try:
        details = _details(form, stored)
        version = form.version(lowest=0)
        form.check()
        await safe_contacts.save(
            participant_id, details, version=version, settings=settings, by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="number")
        typed, meanwhile = dict(form.typed), ""
        if isinstance(error, StaleVersionError):
            stored = await safe_contact(participant_id, scope=actor.scope)
            typed["version"] = str(stored.version)
            meanwhile = case_words.texting(
                stored, today=clock.today(), lasting_days=settings.sms.consent_days[person.side]
            )
        return _form(
            request, person, stored, typed, form.many("weekdays"),
            stands=await safe_contacts.number_stands(participant_id, settings=settings, by=actor),
            lasting_days=settings.sms.consent_days[person.side],
            meanwhile=meanwhile, status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/participants/{participant_id}?saved=contact", status_code=303)


def _typed(stored: SafeContactView) -> dict[str, str]:
    simple = _is_simple(stored)
    first = stored.windows[0] if stored.windows and simple else None
    return {
        "version": str(stored.version),
        "number": case_words.telephone(stored.number),
        "sms": stored.sms.value,
        "confirmed_with": stored.confirmed_with,
        "hours": Hours.CHOSEN if first else Hours.ANY if simple else Hours.KEEP,
        "opens": first.opens if first else "",
        "closes": first.closes if first else "",
        "language": stored.language,
        **typed_day("confirmed_on", stored.confirmed_on),
    }


def _is_simple(stored: SafeContactView) -> bool:
    """Tell whether the form can show the hours: the same on each day, once a day."""
    hours = {(window.opens, window.closes) for window in stored.windows}
    days = {window.weekday for window in stored.windows}
    return len(hours) <= 1 and len(days) == len(stored.windows)


def _details(form: Form, stored: SafeContactView) -> ContactDetails:
    return ContactDetails(
        number=form.text("number", "the number", longest=40, optional=True),
        sms=form.choice("sms", "whether texts are safe", SmsSafety),
        confirmed_on=form.optional_day("confirmed_on", "the day"),
        confirmed_with=form.text("confirmed_with", "who confirmed it", optional=True),
        windows=_windows(form, stored),
        language=form.typed.get("language", ""),
    )


def _windows(form: Form, stored: SafeContactView) -> tuple[Window, ...]:
    hours = form.choice("hours", "when texts are safe", Hours)
    if hours is Hours.ANY:
        return ()
    if hours is Hours.KEEP:
        return stored.windows
    days = sorted(set(form.many("weekdays")) & set("0123456"))
    if not days:
        form.fail("weekdays", "Select at least one day")
    opens, closes = _time(form, "opens"), _time(form, "closes")
    if opens and closes and opens >= closes:
        form.fail("closes", "Enter a time that is later than the first")
    return tuple(Window(int(weekday), opens, closes) for weekday in days)


def _time(form: Form, field: str) -> str:
    found = _TIME.fullmatch(form.typed.get(field, ""))
    time = f"{found[1]:0>2}:{found[2]}" if found else ""
    if not is_wall_time(time):
        form.fail(field, "Enter a time like 9:30 or 18:00")
        return ""
    return time


def _form(
    request: AnyRequest,
    person: ParticipantView,
    stored: SafeContactView,
    typed: dict[str, str],
    weekdays: Sequence[str],
    **how: Any,
) -> Page:
    kept = "" if _is_simple(stored) else "; ".join(case_words.windows(stored.windows))
    return page(
        request,
        "participants/safe_contact.html",
        **{
            "person": person,
            "typed": typed,
            "answers": options(
                [(value.value, text) for value, text in _ANSWERS.items()], typed.get("sms", "")
            ),
            "hours": typed.get("hours", ""),
            "kept": kept,
            "weekdays": [
                {"value": str(number), "text": name, "checked": str(number) in weekdays}
                for number, name in enumerate(case_words.WEEKDAYS)
            ],
            "languages": options(CHOICES, typed.get("language", "")),
            "meanwhile": "",
            "has_number": bool(stored.number),
            **how,
        },
    )


def confirmation_tasks(settings: Settings) -> TaskSource:
    """Answer the source of whom to ask again whether texts are safe, a week before it ends (M2)."""

    async def tasks(actor: Actor) -> TaskGroup:
        if not actor.scope.has(Permission.MANAGE_PEOPLE):
            return TaskGroup(_ASK_AGAIN, ())
        found = await ending_confirmations(
            scope=actor.scope, lasting_days=settings.sms.consent_days, limit=_MOST_TASKS
        )
        return TaskGroup(_ASK_AGAIN, tuple(_task(one) for one in found))

    return tasks


def _task(one: EndingConfirmation) -> Task:
    href = f"/participants/{one.participant_id}/safe-contact"
    if one.last_on is None:
        return Task(one.name, href, due="No texts until somebody has asked", overdue=True)
    over, last = one.last_on < clock.today(), short_day(one.last_on)
    said = f"No texts since {last}" if over else f"Texts go until {last}"
    return Task(one.name, href, due=said, overdue=over)


ROUTES = [safe_contact_page, save]
