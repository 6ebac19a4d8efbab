"""Reports that a page has just shown, kept for a moment for the pictures on it.

A browser asks for each picture by itself; what it shows was run, and noted, once with the page.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from core import clock
from core.reports import Question, Report
from core.scope import Scope

_LONGEST = timedelta(minutes=1)
_MOST = 50

_shown: OrderedDict[tuple[Scope, str, Question], tuple[datetime, Report]] = OrderedDict()
"""By who saw it with which areas, what it is and what was asked; the oldest first."""


def keep(report: Report, asked: Question, *, scope: Scope) -> None:
    """Keep a report for the pictures of the page that shows it."""
    key = (scope, report.slug, asked)
    _shown[key] = (clock.now(), report)
    _shown.move_to_end(key)
    while len(_shown) > _MOST:
        _shown.popitem(last=False)


def kept(slug: str, asked: Question, *, scope: Scope) -> Report | None:
    """Answer a report as a page of this person showed it within the last minute, if one did."""
    shown_at, report = _shown.get((scope, slug, asked), (None, None))
    if shown_at is None or clock.now() - shown_at > _LONGEST:
        return None
    return report
