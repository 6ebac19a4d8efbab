"""Who pays for what until when, what documents state of it, and what a start or an hour costs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

from core import clock
from core.errors import InvalidInputError
from core.periods import named
from core.reports import Column, Kind, Marker, Question, Report, Row, Section, grouped
from core.scope import Permission, Scope
from programmes.domain.funding import Contribution, cost, whole_pence
from programmes.queries.cases import require_cohort, require_programme
from programmes.queries.funding import AgreementView, LineView, StatementView, agreements
from programmes.reports.sections import heading
from programmes.reports.unit_costs import OF_PROGRAMMES, unit_costs

GROUPINGS = ("contributor", "document", "programme")
"""What a row is of: a contribution, a stated total, or a programme with its unit costs."""

LAST_DAY = date(2100, 12, 31)
"""No contribution is of a day after it."""

_WHOLE_SERVICE = "The whole service"
_SIX_MONTHS = "Ends within six months: the last day is no more than six months ahead"
_PRINCIPLE = "What is agreed in principle only is listed, and counts in no cost"
_SHARE = (
    "In the period: of an amount a year, a year's amount for each whole year from the first day in "
    "the period, and for the rest its days over those of the year that they begin; what is given "
    "once counts on its first day"
)
_ROUNDED = "The total is rounded once, so that it can be some pence from the sum of its rows"
_STATED = (
    "Stated totals are shown as the document has them and are never reconciled; difference = "
    "stated less the sum of the lines that it is said to be of (C7)"
)
_SUMS = (
    "A total for one year is held against each line's amount as it is, one for the whole time "
    "against what is given from first to last day"
)
_OF_DOCUMENTS = (_STATED, _SUMS, OF_PROGRAMMES)
_OF_CONTRIBUTIONS = (_SHARE, _SIX_MONTHS, _PRINCIPLE, _ROUNDED, OF_PROGRAMMES)
_CONTRIBUTIONS = (
    Column("contributor", "Contributor", Kind.TEXT),
    Column("source", "Fund", Kind.TEXT),
    Column("service", "Service", Kind.TEXT),
    Column("provider", "Provider", Kind.TEXT),
    Column("amount", "Amount", Kind.MONEY),
    Column("paid", "Given", Kind.CODE),
    Column("from_on", "From", Kind.DAY),
    Column("ends_on", "Ends on", Kind.DAY),
    Column("ends_soon", "Ends within six months", Kind.TEXT),
    Column("status", "Status", Kind.CODE),
    Column("in_period", "In the period", Kind.MONEY),
)
_DOCUMENTS = (
    Column("document", "Document", Kind.TEXT),
    Column("as_at_on", "As at", Kind.DAY),
    Column("says", "What it says", Kind.TEXT),
    Column("service", "Service", Kind.TEXT),
    Column("stated_for", "For", Kind.CODE),
    Column("stated", "Stated total", Kind.MONEY),
    Column("summed", "Sum of its lines", Kind.MONEY),
    Column("difference", "Difference", Kind.MONEY),
)


async def funding(question: Question, *, scope: Scope) -> Report:
    """Answer contributions, stated totals or, by programme, unit costs.

    Raises:
        InvalidInputError: it is to be grouped by more than one of them.
        NotFoundError: the programme or cohort asked for is not there, or not visible.

    Source: domain.md C7.
    """
    group_by = grouped(question, GROUPINGS) or GROUPINGS[:1]
    if len(group_by) > 1:
        raise InvalidInputError.of("group_by", "Choose one of these")
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)
    found = await agreements(
        scope=scope,
        permission=Permission.VIEW_PROGRAMME_REPORTS,
        programme_id=question.programme_id,
        organisation_id=question.organisation_id,
    )
    if group_by == ("programme",):
        return await unit_costs(question, found, data_quality(found), scope=scope)
    of_documents = group_by == ("document",)
    return Report(
        slug="funding",
        title="Funding",
        counting_unit="stated totals" if of_documents else "contributions",
        question=question,
        basis="flow: what is agreed for the days of the period, whatever was paid (C7)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_OF_DOCUMENTS if of_documents else _OF_CONTRIBUTIONS,
        group_by=group_by if of_documents else ("contributor", "source"),
        columns=_DOCUMENTS if of_documents else _CONTRIBUTIONS,
        sections=_sections(found, _documents if of_documents else _lines_in(question)),
        data_quality=data_quality(found),
    )


def data_quality(found: Iterable[AgreementView]) -> tuple[str, ...]:
    """Answer what does not fit together, or is not certain, in what pays for programmes."""
    stated = [one for view in found for one in view.statements]
    lines = [line for view in found for line in view.lines]
    faults = {
        "Stated totals that differ from the sum of their lines": sum(
            1 for one in stated if one.difference_pence
        ),
        "Contributions agreed in principle only, which count in no cost": sum(
            1 for line in lines if not line.gives.is_promised
        ),
        "Contributions without a last day": sum(1 for line in lines if line.gives.to_on is None),
    }
    return tuple(f"{said}: {count}" for said, count in faults.items() if count)


def _sections(
    found: Sequence[AgreementView], rows_of: Callable[[Sequence[AgreementView]], Section]
) -> tuple[Section, ...]:
    """Answer a section for each side and kind of programme, the whole service last."""
    ordered = sorted(found, key=lambda view: (view.side or "~", view.programme_type or "~"))
    sections = []
    for _, some in groupby(ordered, key=lambda view: (view.side, view.programme_type)):
        section = rows_of(list(some))
        if section.rows:
            sections.append(section)
    return tuple(sections)


def _section(some: Sequence[AgreementView], rows: Iterable[Row], totals: Row | None) -> Section:
    side, kind = some[0].side, some[0].programme_type
    if side is None:
        said = _WHOLE_SERVICE
    elif kind is None:
        said = f"{side.value.capitalize()}s: no one programme"
    else:
        said = heading(side, kind)
    return Section(said, tuple(rows), totals, side=side.value if side else "")


def _lines_in(question: Question) -> Callable[[Sequence[AgreementView]], Section]:
    """Answer what makes a section of contributions, with what of them falls into the period."""
    until = min(question.until or clock.today(), LAST_DAY)

    def share(gives: Contribution) -> int:
        return whole_pence(gives.within(question.since or gives.from_on, until))

    def section(some: Sequence[AgreementView]) -> Section:
        lines = [(view, line) for view in some for line in view.lines]
        rows = [_line(view, line, share(line.gives)) for view, line in lines]
        promised = [line.gives for _, line in lines if line.gives.is_promised]
        since = question.since or min((gives.from_on for gives in promised), default=until)
        added = whole_pence(cost(promised, since, until))
        totals = ("All but in principle", *[""] * (len(_CONTRIBUTIONS) - 2), added)
        return _section(some, rows, totals)

    return section


def _line(view: AgreementView, line: LineView, share: int) -> Row:
    gives = line.gives
    return (
        line.contributor,
        line.source,
        view.service,
        view.provider,
        gives.amount_pence,
        gives.paid.value,
        gives.from_on,
        gives.to_on or Marker.UNAVAILABLE,
        "yes" if line.ends_soon(today=clock.today()) else "no",
        gives.status.value,
        share,
    )


def _documents(some: Sequence[AgreementView]) -> Section:
    rows = [_statement(view, one) for view in some for one in view.statements]
    return _section(some, rows, None)


def _statement(view: AgreementView, one: StatementView) -> Row:
    added, difference = one.summed_pence, one.difference_pence
    return (
        one.document,
        one.as_at_on,
        one.says,
        view.service,
        one.stated_for.value,
        one.total_pence,
        Marker.UNAVAILABLE if added is None else added,
        Marker.UNAVAILABLE if difference is None else difference,
    )
