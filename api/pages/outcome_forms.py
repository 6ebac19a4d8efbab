"""Recording what one source reports at one timepoint: all its measures in one form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import outcome_words
from api.pages.forms import NEWEST_VERSION, Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, ConflictError, FieldError, ForbiddenError, NotFoundError
from core.scope import Actor, Permission
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.measures import points_of
from programmes.domain.outcomes import Report
from programmes.queries.measures import MeasureView
from programmes.queries.outcomes import OutcomesView, outcomes
from programmes.services.outcomes import Answer, Sitting, record

_RECORD = [requires(Permission.MANAGE_PEOPLE, Permission.MANAGE_LINKS)]
_WHOLE = re.compile(r"-?[0-9]{1,4}")
_ANSWER = re.compile(r"answers\[(\d+)\]\.\w+")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and about when."""

    timepoint: Timepoint
    source: OutcomeSource

    @property
    def query(self) -> str:
        """Answer it as the end of an address."""
        return urlencode({"timepoint": self.timepoint.value, "source": self.source.value})


def measures_asked(view: OutcomesView, asked: Asked) -> list[MeasureView]:
    """Answer the measures that the source is asked then."""
    return [
        measure
        for measure in view.measures
        if asked.timepoint in measure.terms.timepoints and asked.source in measure.terms.sources
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """One measure of the form, and what is recorded of it now."""

    measure: MeasureView
    report: Report | None

    @property
    def field(self) -> str:
        """Answer the name of the box or the radios."""
        return f"value-{self.measure.id}"

    @property
    def version_field(self) -> str:
        """Answer the name of the version that the form sends back."""
        return f"version-{self.measure.id}"

    def stored(self) -> dict[str, str]:
        """Answer what is recorded now as the form holds it; a withheld value stays empty."""
        if self.report is None:
            return {}
        value = "" if self.report.value is None else str(self.report.value)
        return {self.field: value, **self.version()}

    def version(self) -> dict[str, str]:
        """Answer the version of what is recorded now as the form holds it."""
        return {self.version_field: str(self.report.version)} if self.report else {}

    def shown(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Answer what the template shows."""
        terms = self.measure.terms
        words = points_of(terms).words
        hint = outcome_words.better(terms)
        if not words:
            hint = f"From {terms.lowest} to {terms.highest}. {hint}"
        if self.report:
            hint = f"{hint}. {outcome_words.recorded(terms, self.report)}"
        points = [(str(value), said) for value, said in words.items()]
        return {
            "field": self.field,
            "version_field": self.version_field,
            "name": terms.name,
            "hint": hint,
            "items": options(points, typed.get(self.field, "")),
        }


def _questions(view: OutcomesView, asked: Asked) -> list[Question]:
    """Answer the questions of the form; to whom the source does not exist, the page does not.

    Raises:
        NotFoundError: nothing is asked of this source then, or it is another's to know of.
        ForbiddenError: somebody who only looks.
    """
    measures = measures_asked(view, asked)
    if not measures or not view.place.sees(asked.source):
        raise NotFoundError
    if not view.place.records(asked.source):
        raise ForbiddenError
    known = {
        report.measure_id: report
        for report in view.reports
        if (report.timepoint, report.source) == (asked.timepoint, asked.source)
    }
    return [Question(measure, known.get(measure.id)) for measure in measures]


def _asked(form: Form) -> Asked:
    try:
        return Asked(
            Timepoint(form.typed.get("timepoint", "")), OutcomeSource(form.typed.get("source", ""))
        )
    except ValueError:
        raise NotFoundError from None


@get("/enrolments/{enrolment_id:uuid}/outcomes/record", guards=_RECORD, include_in_schema=False)
async def record_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for what one source reports at one timepoint."""
    asked = _asked(Form(FormMultiDict(request.query_params.multi_items())))
    return await _form(request, actor, enrolment_id, asked)


@post("/enrolments/{enrolment_id:uuid}/outcomes/record", guards=_RECORD, include_in_schema=False)
async def record_reports(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record what one source reported: every answer or none."""
    form = Form(await request.form())
    asked = _asked(form)
    questions = _questions(await outcomes(enrolment_id, scope=actor.scope), asked)
    answered = [one for one in questions if form.typed.get(one.field)]
    try:
        sitting = _sitting(form, asked, questions, answered)
        form.check()
        await record(enrolment_id, sitting, by=actor)
    except AppError as error:
        return await _form(
            request, actor, enrolment_id, asked, typed=form.typed, error=error,
            answered=[one.field for one in answered],
        )  # fmt: skip
    return Redirect(f"/enrolments/{enrolment_id}/outcomes?saved=reported", status_code=303)


def _sitting(
    form: Form, asked: Asked, questions: Sequence[Question], answered: Sequence[Question]
) -> Sitting:
    if not answered:
        form.fail(questions[0].field, "Answer at least one question")
    return Sitting(
        asked.timepoint,
        asked.source,
        form.day("on", "the day on which it was reported"),
        tuple(_answer(form, question) for question in answered),
    )


def _answer(form: Form, question: Question) -> Answer:
    typed = form.typed[question.field]
    if not _WHOLE.fullmatch(typed):
        form.fail(question.field, f"“{question.measure.terms.name}” must be a whole number")
        typed = "0"
    version = form.optional_whole(
        question.version_field, "the version", lowest=1, highest=NEWEST_VERSION
    )
    return Answer(str(question.measure.id), int(typed), version)


async def _form(
    request: AnyRequest,
    actor: Actor,
    enrolment_id: UUID,
    asked: Asked,
    *,
    typed: dict[str, str] | None = None,
    error: AppError | None = None,
    answered: Sequence[str] = (),
) -> Page:
    view = await outcomes(enrolment_id, scope=actor.scope)
    questions = _questions(view, asked)
    status, errors = (
        refusal(error, field=(answered or [questions[0].field])[0]) if error else (200, ())
    )
    typed = dict(typed) if typed is not None else _stored(questions)
    if isinstance(error, ConflictError):  # what was saved meanwhile stands beside each question
        typed |= {key: value for one in questions for key, value in one.version().items()}
    return page(
        request, "outcomes/record.html", place=view.place, typed=typed,
        timepoint=asked.timepoint.value, source=asked.source.value,
        when=outcome_words.TIMEPOINTS[asked.timepoint],
        who=outcome_words.SOURCES[asked.source],
        questions=[question.shown(typed) for question in questions],
        status=status, errors=[_on_page(fault, answered) for fault in errors],
    )  # fmt: skip


def _stored(questions: Sequence[Question]) -> dict[str, str]:
    days = [question.report.taken_on for question in questions if question.report]
    typed = typed_day("on", max(days, default=clock.today()))
    for question in questions:
        typed |= question.stored()
    return typed


def _on_page(fault: FieldError, answered: Sequence[str]) -> FieldError:
    """Answer a fault by the name of its box on this page."""
    if found := _ANSWER.fullmatch(fault.field):
        return FieldError(answered[int(found[1])], fault.message)
    if fault.field in {"timepoint", "source"}:
        return FieldError("on", fault.message)
    return fault


ROUTES = [record_page, record_reports]
