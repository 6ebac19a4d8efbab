"""One person's place in a group: progress in words, and what can be done with it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.guards import requires
from api.pages import case_words
from api.pages.rendering import AnyRequest, Page, page, short_day, words
from core import audit, clock
from core.scope import Actor, Permission, Side
from programmes.domain.terms import OPEN_ENROLMENTS, EnrolmentStatus, SessionStatus
from programmes.queries.cohorts import SessionView, sessions_of
from programmes.queries.partner_offers import is_recorded
from programmes.queries.programmes import UnitView, units_of
from programmes.queries.progress import EnrolmentView, MemberView, enrolment, is_expected_at
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]


@get("/enrolments/{enrolment_id:uuid}", guards=_VIEW, include_in_schema=False)
async def enrolment_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show where somebody stands in a group; the view is audited."""
    found = await enrolment(enrolment_id, scope=actor.scope)
    cohort = found.cohort
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    sessions = await sessions_of(cohort.id, scope=actor.scope)
    units = (await units_of([cohort.version_id], scope=actor.scope)).get(cohort.version_id, ())
    offered = None
    if cohort.side is Side.PERPETRATOR:
        offered = await is_recorded(enrolment_id, scope=actor.scope)
    may_change = actor.scope.covers(
        Permission.MANAGE_PEOPLE, side=cohort.side, organisation_id=cohort.organisation_id
    )
    return page(
        request, "enrolments/progress.html", member=found.member, cohort=cohort,
        joined_on=case_words.day(found.member.joined_on),
        ending=case_words.ending(found.member),
        pause=case_words.pause(found.member.pause) if found.member.pause else "",
        figures=_figures(found, len(units), offered=offered),
        missing=found.member.progress.missing,
        units=[_unit_row(unit, found.member, sessions) for unit in units],
        actions=_actions(found.member) if may_change else [],
        may_end=may_change and found.member.status in OPEN_ENROLMENTS,
    )  # fmt: skip


def _actions(member: MemberView) -> list[tuple[str, str]]:
    """Answer what else can be done with a place now: the words, and the end of the address."""
    papers = [("Report to the referrer", "report")]
    if member.status is EnrolmentStatus.COMPLETED:
        papers.append(("Certificate", "certificate"))
    if member.status is EnrolmentStatus.TRANSFERRED:
        return []
    if member.status not in OPEN_ENROLMENTS:
        return [*papers, ("Record the end review or the report", "record"),
                ("Take this ending back", "revoke")]  # fmt: skip
    pause = ("End the pause", "resume") if member.pause else ("Pause their place", "pause")
    return [("Arrange a catch-up", "catch-up"), pause, ("Move to another group", "transfer"),
            ("Plan their sessions", "plan"),
            ("Record the end review or the report", "record"), *papers]  # fmt: skip


def _figures(
    view: EnrolmentView, unit_count: int, *, offered: bool | None
) -> list[tuple[str, str]]:
    """Answer each figure of C5 with what it counts; of the partner only that it was offered."""
    found = view.member.progress
    credited = len(found.units_credited)
    figures = [
        (
            "Units credited",
            f"{credited} of {found.units_required} required; the programme has {unit_count}",
        ),
        ("Of these by catch-up", str(len(found.units_by_catch_up))),
        ("Missed units made up for", f"{found.units_made_up} of {len(found.units_missed)} missed"),
        ("Sessions attended", case_words.rate(found.attended, found.marked, of="marked")),
        ("Not marked yet", f"{found.unmarked} of {found.expected} sessions so far"),
        (
            "Hours",
            f"{float(found.dosage_hours):g} of {float(found.template_minutes / 60):g} hours"
            + ("" if found.dosage_rate is None else f" ({case_words.share(found.dosage_rate)})"),
        ),
    ]
    figures += _plan(view.member)
    if view.cohort.side is Side.PERPETRATOR:
        compliant = case_words.rate(found.compliant, found.marked, of="marked")
        figures.insert(4, ("Took part, or absent with an acceptable reason", compliant))
    if view.cohort.rule.needs_end_review or view.member.end_review_on:
        figures.append(("End review", _written(view.member.end_review_on)))
    if view.cohort.rule.needs_report_sent or view.member.report_sent_on:
        figures.append(("Report to the referrer", _written(view.member.report_sent_on)))
    if offered is not None:
        figures.append(("Partner-contact offer", "Recorded" if offered else "Not recorded yet"))
    return figures


def _plan(member: MemberView) -> list[tuple[str, str]]:
    said = []
    if member.planned_sessions is not None:
        count = f"{member.progress.sessions_attended} of {member.planned_sessions}"
        said = [("Their own plan", f"{count} sessions planned for this person attended")]
    return said + ([("What it is for", member.plan)] if member.plan else [])


def _written(day: date | None) -> str:
    return case_words.day(day) if day else "Not yet"


def _unit_row(
    unit: UnitView, member: MemberView, sessions: Sequence[SessionView]
) -> dict[str, Any]:
    window = {
        "id": member.enrolment_id, "joined_on": member.joined_on, "ended_on": member.ended_on,
    }  # fmt: skip
    now = clock.now()
    own = [
        view
        for view in sessions
        if view.unit_number == unit.number and is_expected_at(view, window)
    ]
    return {
        "title": unit.title,
        "mandatory": unit.mandatory,
        "marks": [_mark(view, member, now) for view in own] or ["None while in the group"],
        "credit": _credit(unit.number, member, here=any(one.id in member.outcomes for one in own)),
    }


def _mark(view: SessionView, member: MemberView, now: datetime) -> str:
    if view.status is SessionStatus.CANCELLED:
        said = "cancelled"
    elif view.id in member.outcomes:
        said = words(member.outcomes[view.id]).lower()
    else:
        said = "not marked yet" if view.starts_at <= now else "to come"
    catch_up = ", catch-up" if view.is_catch_up else ""
    return f"{short_day(view.starts_at)}{catch_up}: {said}"


def _credit(number: int, member: MemberView, *, here: bool) -> str:
    if number in member.progress.units_credited and member.continues_id and not here:
        return "Brought from an earlier place"
    if number in member.progress.units_by_catch_up:
        return "Credited by catch-up"
    return "Credited" if number in member.progress.units_credited else "Not credited"


ROUTES = [enrolment_page]
