"""Renders pages: GOV.UK templates, prepared values only, unknown names fail."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    Undefined,
    select_autoescape,
)
from jinja2.utils import missing
from litestar import MediaType, Request, Response
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from api import built_assets
from api.pages.navigation import links_for
from api.pages.wording import letter, standing
from core import clock
from core.errors import FieldError
from core.scope import Actor

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
"""What a page's handler answers: HTML, or a way to another page."""


class PageUndefined(Undefined):
    """Fails for an unknown name or attribute; lets the macros ask a mapping for missing keys."""

    __slots__ = ()

    def _refuse_unless_key(self) -> None:
        if self._undefined_name == "caller":  # a macro asks whether it was called with a block
            return
        if self._undefined_obj is missing or not isinstance(self._undefined_obj, dict):
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._refuse_unless_key()
        return super().__str__()

    def __bool__(self) -> bool:
        self._refuse_unless_key()
        return super().__bool__()

    def __iter__(self) -> Any:
        self._refuse_unless_key()
        return super().__iter__()

    def __len__(self) -> int:
        self._refuse_unless_key()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._refuse_unless_key()
        return super().__eq__(other)

    __hash__ = Undefined.__hash__


def long_day(value: date | datetime) -> str:
    """Answer a day such as ``Tuesday 14 April 2026``."""
    local = clock.london(value) if isinstance(value, datetime) else value
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_day(value: date | datetime) -> str:
    """Answer a day such as ``Tue 14 Apr 2026``."""
    local = clock.london(value) if isinstance(value, datetime) else value
    return f"{local:%a} {local.day} {local:%b %Y}"


def wall_time(value: datetime) -> str:
    """Answer an instant's time in London, such as ``18:30``."""
    return f"{clock.london(value):%H:%M}"


def words(value: str) -> str:
    """Answer a code as words: ``absent_notified`` as ``Absent notified``."""
    return value.replace("_", " ").replace("-", " ").capitalize()


def summary(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """Answer the error summary's links, each to its field."""
    return [{"text": error.message, "href": f"#{error.field}"} for error in errors]


NOTICES = {
    "register": "Register saved",
    "correction": "Correction saved",
    "cohort": "Cohort created",
    "enrolment": "Added to the group",
    "person": "Person saved",
    "contact": "Safe contact saved",
    "stopped": "No more texts go to this number",
    "again": "Recorded: the person asked for texts again",
    "reply": "Done",
    "session": "Session changed",
    "staff": "Staff member saved",
    "post": "Post saved",
    "role": "Change of role saved",
    "left": "Last day saved",
    "account": "Account saved",
    "leaver": "Decision saved",
    "staff_texts": "Number and agreement saved",
    "notice": "Taken off Today",
    "course": "Course saved",
    "requirement": "Requirement saved",
    "subscription": "You have subscribed",
    "unsubscribed": "Subscription ended",
    "record": "Training record saved",
    "verified": "Verified",
    "withdrawn": "Training record withdrawn",
    "declared": "Added; it counts once somebody else has verified it",
    "certificate": "Certificate added",
    "exemption": "Exemption saved",
    "event": "Training event saved",
    "event-cancelled": "Training event cancelled",
    "booked": "Booked",
    "waitlisted": "On the waiting list: no place is left",
    "booking-cancelled": "Booking cancelled",
    "outcome": "Outcome saved",
    "pause": "Switch saved",
    "text": "Text cancelled",
    "released": "Text released",
    "alert": "Alert settled",
    "resolved": "What became of the text is saved",
    "grant": "Grant added",
    "grant-removed": "Grant removed",
    "organisation": "Organisation added",
    "referral": "Referral saved",
    "assessment": "Assessment saved",
    "move": "Referral moved",
    "told": "What the referrer was told is saved",
    "needs": "Needs saved",
    "equality": "Answers saved",
    "completion": "Completion recorded",
    "exit": "Leaving recorded",
    "reopened": "They have their place back",
    "paused": "Place paused",
    "resumed": "Pause ended",
    "transferred": "Moved to this group",
    "recorded": "Saved",
    "partner-offer": "Offer recorded",
    "programme": "Programme added",
    "venue": "Venue added",
    "closure": "Closed days added",
    "absence": "Absences saved",
    "catch-up": "Session arranged",
    "review": "Review closed",
    "welfare": "Welfare check saved",
    "rule": "Rule saved",
    "rule-added": "Rule added, switched off",
    "rule-on": "Rule switched on",
    "rule-off": "Rule switched off",
    "wording": "Wording saved",
    "wording-allowed": "Wording allowed",
    "calendar": "Your calendar's address has ended",
    "version": "New version added",
    "cohort-changed": "Cohort changed",
    "venue-changed": "Venue changed",
    "takers": "Who takes the session is saved",
    "file-removed": "File removed",
    "columns-removed": "The saved columns are forgotten",
    "measure": "Measure added",
    "measures": "Measures saved",
    "reported": "Outcomes saved",
    "link": "Link saved",
    "flag": "Risk flag saved",
    "settled": "Conflict settled",
    "apart": "Saved",
    "hold": "Hold placed",
    "hold-lifted": "Hold lifted",
    "funding": "Funding saved",
    "funding-removed": "Removed",
    "claim": "Claim saved",
}
"""What ``?saved=…`` says after a change; nothing that a person typed is ever shown from it."""

_TEMPLATE_NAMES = (
    "htmlLang", "htmlClasses", "pageTitleLang", "opengraphImageUrl", "assetUrl", "bodyClasses",
    "bodyAttributes", "cspNonce", "headerClasses", "headerAttributes", "containerClasses",
    "containerAttributes", "mainClasses", "mainLang", "mainAttributes", "footerClasses",
    "footerAttributes", "themeColor",
)  # fmt: skip
"""Names that govuk-frontend-jinja's own page template asks for."""


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """Answer the configuration of Litestar's templates."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("api"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=select_autoescape(["html"]),
        undefined=PageUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(dict.fromkeys(_TEMPLATE_NAMES, ""))
    environment.globals.update(undefined=PageUndefined(obj={}), null=None)
    environment.globals.update(asset=built_assets.address, assetPath="/static/assets")
    environment.globals["notices"] = NOTICES
    environment.filters.update(
        long_day=long_day,
        short_day=short_day,
        wall_time=wall_time,
        words=words,
        summary=summary,
        letter=letter,
        standing=standing,
    )
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


def page(
    request: AnyRequest,
    template: str,
    *,
    status: int = 200,
    errors: Sequence[FieldError] = (),
    **values: Any,
) -> Page:
    """Answer a page; ``errors`` fill its error summary and stand beside their fields."""
    actor = request.scope.get("user")
    context = {
        "actor": actor if isinstance(actor, Actor) else None,
        "links": links_for(actor, request.url.path) if isinstance(actor, Actor) else (),
        "errors": tuple(errors),
        "error_of": _messages(errors),
        "notice": request.query_params.get("saved", ""),
        **values,
    }
    return Template(
        template, context=context, status_code=status, media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def _messages(errors: Sequence[FieldError]) -> dict[str, dict[str, str]]:
    """Answer what GOV.UK's ``errorMessage`` takes, by field."""
    return {error.field: {"text": error.message} for error in errors}
