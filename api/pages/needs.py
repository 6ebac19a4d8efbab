"""What a person needs, and what happened to them, as pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words, referral_words
from api.pages.forms import Form, refusal
from api.pages.participants import to_change
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.case_terms import PartOfDay
from programmes.domain.terms import ReferralStatus
from programmes.domain.waiting import Availability
from programmes.queries.history import HistoryKind, HistoryLine, history
from programmes.queries.needs import needs_of_person
from programmes.queries.participants import ParticipantView, participant
from programmes.queries.programmes import venues
from programmes.services.needs import LONGEST, NeedsDetails, save_needs
from programmes.services.viewing import viewed

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_LABELS = {
    "areas_to_avoid": "the areas", "access_needs": "the access needs",
    "learning_needs": "the learning needs", "interpreter_language": "the language",
}  # fmt: skip


@get("/participants/{participant_id:uuid}/needs", guards=_MANAGE, include_in_schema=False)
async def needs_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for when and where somebody can come, and what they need; it is audited."""
    person = await to_change(participant_id, actor)
    stored = await needs_of_person(participant_id, scope=actor.scope)
    await _note(person, actor)
    typed = {"version": str(stored.version), **{field: getattr(stored, field) for field in LONGEST}}
    chosen = {f"{item.weekday}-{item.part}" for item in stored.availability}
    avoided = {str(item) for item in stored.venues_to_avoid}
    return await _form(request, person, actor, typed, chosen | avoided)


@post("/participants/{participant_id:uuid}/needs", guards=_MANAGE, include_in_schema=False)
async def save(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record a person's needs."""
    form = Form(await request.form())
    person = await to_change(participant_id, actor)
    try:
        details = _details(form)
        version = form.version(lowest=0)
        form.check()
        await save_needs(participant_id, details, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="availability")
        typed, meanwhile = dict(form.typed), []
        if isinstance(error, StaleVersionError):
            stored = await needs_of_person(participant_id, scope=actor.scope)
            typed["version"] = str(stored.version)
            meanwhile = referral_words.needs(stored, await venues(scope=actor.scope))
        ticked = {*form.many("available"), *form.many("venues_to_avoid")}
        return await _form(
            request, person, actor, typed, ticked, meanwhile=meanwhile, status=status,
            errors=errors,
        )  # fmt: skip
    return Redirect(f"/participants/{participant_id}?saved=needs", status_code=303)


def _details(form: Form) -> NeedsDetails:
    known = {
        f"{weekday}-{part.value}": Availability(weekday, part)
        for weekday in range(len(case_words.WEEKDAYS))
        for part in PartOfDay
    }
    avoided = []
    for value in form.many("venues_to_avoid"):
        try:
            avoided.append(UUID(value))
        except ValueError:
            form.fail("venues_to_avoid", "Select from the venues shown")
    return NeedsDetails(
        availability=tuple(known[value] for value in form.many("available") if value in known),
        venues_to_avoid=tuple(avoided),
        **{
            field: form.text(field, _LABELS[field], longest=longest, optional=True)
            for field, longest in LONGEST.items()
        },
    )


async def _form(
    request: AnyRequest,
    person: ParticipantView,
    actor: Actor,
    typed: Mapping[str, str],
    ticked: set[str],
    **how: Any,
) -> Page:
    here = (person.side, person.organisation_id)
    return page(
        request,
        "participants/needs.html",
        **{
            "person": person,
            "typed": typed,
            "parts": list(referral_words.PARTS.values()),
            "week": [
                {
                    "day": name,
                    "short": name[:3],
                    "parts": [
                        {
                            "value": f"{weekday}-{part.value}",
                            "label": f"{name}, {text.lower()}",
                            "ticked": f"{weekday}-{part.value}" in ticked,
                        }
                        for part, text in referral_words.PARTS.items()
                    ],
                }
                for weekday, name in enumerate(case_words.WEEKDAYS)
            ],
            "venues": [
                {"value": str(item.id), "text": item.name, "checked": str(item.id) in ticked}
                for item in await venues(scope=actor.scope)
                if (item.side, item.organisation_id) == here
            ],
            "meanwhile": [],
            **how,
        },
    )


@get(
    "/participants/{participant_id:uuid}/history",
    guards=[requires(Permission.VIEW_CASES)],
    include_in_schema=False,
)
async def history_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show every move, place and mark of a person, newest first; the view is audited."""
    person = await participant(participant_id, scope=actor.scope)
    found = await history(participant_id, scope=actor.scope)
    names = await account_names({line.by for line in found if line.by}, scope=actor.scope)
    await _note(person, actor)
    return page(
        request, "participants/history.html", person=person,
        lines=[_line(line, names) for line in found],
    )  # fmt: skip


_ADDRESSES: Mapping[HistoryKind, str] = {
    HistoryKind.REFERRAL: "/referrals/{}",
    HistoryKind.JOINED: "/enrolments/{}",
    HistoryKind.ENDED: "/enrolments/{}",
    HistoryKind.ATTENDANCE: "/sessions/{}/register",
}


def _line(line: HistoryLine, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "on": line.on,
        "href": _ADDRESSES[line.kind].format(line.id),
        "where": line.where,
        "what": _what(line),
        "who": names.get(line.by, "") if line.by else "",
    }


def _what(line: HistoryLine) -> str:
    if line.kind is HistoryKind.REFERRAL:
        text = f"Referral: {referral_words.STATUSES[ReferralStatus(line.after)].lower()}"
    else:
        text = line.after.replace("_", " ").capitalize()
    reasons = [reason.replace("_", " ") for reason in (line.reason, line.note) if reason]
    return (": " if line.kind is HistoryKind.ENDED else ". ").join([text, *reasons])


async def _note(person: ParticipantView, actor: Actor) -> None:
    await viewed(
        audit.Subject.PARTICIPANT, person.id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip


ROUTES = [needs_page, save, history_page]
