"""Whether what is about to be released was released already: a form that was sent twice."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core import clock, database
from core.report_documents import from_document
from core.reports import Report
from core.scope import Side
from core.tables import ReportRelease


async def repeated(
    report: Report, parameters: Mapping[str, Any], note: str, *, side: Side | None
) -> database.Row | None:
    """Answer the row of a release of today that says exactly the same, if there is one."""
    condition = ReportRelease.side.is_null() if side is None else ReportRelease.side == side.value
    rows = (
        await ReportRelease.select()
        .where(ReportRelease.slug == report.slug, ReportRelease.note == note, condition)
        .order_by(ReportRelease.number, ascending=False)
    )
    return next(
        (
            row
            for row in rows
            if json.loads(row["parameters"]) == parameters
            and clock.london(row["released_at"]).date() == clock.today()
            and _figures(from_document(json.loads(row["document"]))) == _figures(report)
        ),
        None,
    )


def _figures(report: Report) -> Report:
    """Answer a report without the moment at which it was run."""
    return replace(report, run_at=report.run_at.min)
