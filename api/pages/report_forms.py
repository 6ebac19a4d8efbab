"""What a report is asked for on its page: period, basis, rows, and of which programme."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar.datastructures import FormMultiDict

from api.pages import report_periods
from api.pages.forms import Form, options
from api.pages.rendering import AnyRequest, words
from api.pages.report_periods import Period
from core.reports import Basis, Question
from core.scope import Permission, Scope
from jobs.reports import Known
from programmes.queries.reported import ReportedProgramme, reported_cohorts, reported_programmes
from training.queries.sections import organisations_of_staff

_BASES: Mapping[Basis, tuple[str, str]] = {
    Basis.COHORT: (
        "The people of the period",
        "Each of them is followed to where they are now (cohort).",
    ),
    Basis.FLOW: (
        "What happened in the period",
        "Whoever it happened to, however long they have been with the service (flow).",
    ),
}


def form_of(request: AnyRequest) -> Form:
    """Answer the form that a report's address holds."""
    return Form(FormMultiDict(request.query_params.multi_items()))


def question_of(form: Form, known: Known, *, today: date) -> Question:
    """Answer what a form asks of a report.

    Raises:
        InvalidInputError: with every field that is wrong.
    """
    period = report_periods.chosen(form)
    since, until = report_periods.days_of(period, today=today)
    if period is Period.DAYS:
        since = form.optional_day("from", "the first day")
        until = form.optional_day("to", "the last day")
    basis = known.bases[0]
    if form.typed.get("basis"):
        basis = form.choice("basis", "what is counted", Basis)
    question = Question(
        None if known.on_one_day else since,
        until,
        basis,
        tuple(form.many("group_by")),
        form.id("programme", "a programme") if form.typed.get("programme") else None,
        form.id("organisation", "an organisation") if form.typed.get("organisation") else None,
        form.id("cohort", "a cohort") if form.typed.get("cohort") else None,
    )
    form.check()
    return question


async def fields_of(form: Form, known: Known, *, scope: Scope, today: date) -> dict[str, Any]:
    """Answer what a report's page asks for, with what was chosen and typed."""
    period = form.typed.get("period") or report_periods.chosen(form)
    basis = form.typed.get("basis") or known.bases[0]
    return {
        "typed": form.typed,
        "periods": [
            {
                "value": one.period.value,
                "text": one.title,
                "hint": {"text": one.days} if one.days else {},
                "checked": one.period == period,
            }
            for one in report_periods.choices(on_one_day=known.on_one_day, today=today)
        ],
        "bases": [
            {
                "value": one.value,
                "text": _BASES[one][0],
                "hint": {"text": _BASES[one][1]},
                "checked": one == basis,
            }
            for one in known.bases
            if len(known.bases) > 1
        ],
        "groupings": [
            {"value": group, "text": words(group), "checked": group in form.many("group_by")}
            for group in known.groupings
        ],
        **await _places(form, known, scope=scope),
    }


async def _places(form: Form, known: Known, *, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """Answer what a report can be kept to one of, where there is more than one."""
    if known.permission is not Permission.VIEW_PROGRAMME_REPORTS:
        staff = await organisations_of_staff(scope=scope) if known.on_one_day else ()
        seen = [(str(one.id), one.name) for one in staff]
        return {
            "programmes": [],
            "organisations": _choices(form, "organisation", seen),
            "cohorts": [],
        }
    found = await reported_programmes(scope=scope)
    providers = {str(one.organisation_id): one.organisation_name for one in found}
    cohorts = await reported_cohorts(scope=scope) if not known.has_money else ()
    return {
        "programmes": _choices(form, "programme", _programmes(found)),
        "organisations": _choices(form, "organisation", list(providers.items())),
        "cohorts": _choices(
            form, "cohort", [(str(one.id), f"{one.programme_name}, {one.code}") for one in cohorts]
        ),
    }


def _programmes(found: Sequence[ReportedProgramme]) -> list[tuple[str, str]]:
    """Answer the programmes to choose from, with who provides them where that differs."""
    several = len({one.organisation_id for one in found}) > 1
    return [
        (str(one.id), f"{one.name}, {one.organisation_name}" if several else one.name)
        for one in found
    ]


def _choices(form: Form, field: str, values: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    if len(values) < 2:  # noqa: PLR2004 - there is nothing to choose between
        return []
    return options(values, form.typed.get(field, ""), blank=f"All {field}s")
