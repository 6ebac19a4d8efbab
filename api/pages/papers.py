"""The two papers about a place: the report to the referrer (D9) and the certificate (C4)."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.guards import requires
from api.pages import case_words
from api.pages.place_forms import place_of
from api.pages.rendering import AnyRequest, Page, page
from core import audit, clock
from core.scope import Actor, Permission, Side
from programmes.domain.terms import EnrolmentStatus
from programmes.errors import NotCompletedError
from programmes.queries.participants import participant
from programmes.queries.programmes import units_of
from programmes.queries.progress import EnrolmentView
from programmes.services.viewing import viewed

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/enrolments/{enrolment_id:uuid}/report", guards=_MANAGE, include_in_schema=False)
async def report_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the report to the referrer: attendance, compliance and outcome, nothing else (D9)."""
    found, name = await _seen(enrolment_id, actor)
    stand = found.member.progress
    compliance = case_words.rate(stand.compliant, stand.marked, of="sessions marked")
    return page(
        request, "enrolments/report.html", member=found.member, cohort=found.cohort, name=name,
        today=case_words.day(clock.today()),
        attendance=case_words.rate(stand.attended, stand.marked, of="sessions marked"),
        unmarked=stand.unmarked,
        compliance=compliance if found.cohort.side is Side.PERPETRATOR else "",
        outcome=case_words.outcome(found.member),
        sent_on=case_words.day(found.member.report_sent_on) if found.member.report_sent_on else "",
    )  # fmt: skip


@get("/enrolments/{enrolment_id:uuid}/certificate", guards=_MANAGE, include_in_schema=False)
async def certificate_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the certificate of somebody who completed, with the rule that they met.

    Raises:
        NotCompletedError: they did not.
    """
    found, name = await _seen(enrolment_id, actor)
    member, cohort = found.member, found.cohort
    if member.status is not EnrolmentStatus.COMPLETED or member.ended_on is None:
        raise NotCompletedError("There is a certificate for those who completed only")
    units = (await units_of([cohort.version_id], scope=actor.scope)).get(cohort.version_id, ())
    mandatory = [unit.number for unit in units if unit.mandatory]
    return page(
        request, "enrolments/certificate.html", member=member, cohort=cohort, name=name,
        started_on=case_words.day(member.started_on) if member.started_on else "",
        ended_on=case_words.day(member.ended_on),
        units=f"{len(member.progress.units_credited)} of {len(units)} units",
        hours=f"{float(member.progress.dosage_hours):g} hours",
        rule=case_words.rule(cohort.rule, unit_count=len(units), mandatory=mandatory),
    )  # fmt: skip


async def _seen(enrolment_id: UUID, actor: Actor) -> tuple[EnrolmentView, str]:
    """Answer the place and the person's full name; the view is audited."""
    found = await place_of(enrolment_id, actor, ended=True)
    person = await participant(found.member.participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=found.cohort.side,
        organisation_id=found.cohort.organisation_id, by=actor,
    )  # fmt: skip
    return found, f"{person.given_name} {person.family_name}"


ROUTES = [report_page, certificate_page]
