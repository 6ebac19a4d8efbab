"""What a requirement asks, in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.pages.rendering import long_day, short_day
from api.pages.training_words import in_words
from core import clock
from training.domain.requirements import Due, Filter
from training.domain.terms import Basis, CountedFrom
from training.queries.catalogue import RequirementView

_MANAGERS = {True: "People managers only", False: "Not people managers", None: ""}


def row(view: RequirementView, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer a requirement as lists and its own page show it."""
    wanted = view.rule.filter
    return {
        "requirement": view,
        "asks": _asks(view),
        "validity": _validity(view),
        "sectors": _listed(map(in_words, wanted.sectors)) or "All sectors",
        "staff_groups": _listed(map(in_words, wanted.staff_groups)) or "all staff groups",
        "narrower": _narrower(wanted),
        "organisations": _organisations(wanted, names),
        "due": _due(view.rule.due),
        "kind": "Mandatory" if view.mandatory else "Recommended",
        "ended": view.rule.effective_to is not None and view.rule.effective_to < clock.today(),
    }


def _asks(view: RequirementView) -> str:
    rule = view.rule
    if rule.basis is Basis.HOURS and rule.hours is not None:
        return f"{_number(rule.hours)} hours in {rule.window_months} months of {view.course_name}"
    if view.by_level:
        return f"{view.course_name}, or a higher level of its pathway"
    return view.course_name


def _validity(view: RequirementView) -> str:
    if view.rule.basis is Basis.HOURS:
        return f"While within {view.rule.window_months} months"
    months = view.rule.courses[0].validity_months
    return f"{months} months" if months else "Does not expire"


def _narrower(wanted: Filter) -> list[str]:
    """Answer what else the filter asks of posts and people."""
    found = [_MANAGERS[wanted.is_people_manager]]
    if wanted.roles:
        found.append(f"Roles: {_listed(wanted.roles)}")
    if wanted.min_fte is not None:
        found.append(f"At least {_number(wanted.min_fte)} of whole time")
    if wanted.started_from:
        found.append(f"Appointed on or after {short_day(wanted.started_from)}")
    if wanted.started_before:
        found.append(f"Appointed before {short_day(wanted.started_before)}")
    return [text for text in found if text]


def _due(due: Due) -> str:
    start = "of starting"
    if due.counted_from is CountedFrom.ROLE_CHANGE:
        start = "of starting or of each change of role"
    if due.on is not None:
        text = f"By {long_day(due.on)}"
    elif due.within_months is not None:
        text = f"Within {due.within_months} months {start}"
    else:
        text = f"Within {due.within_days} days {start}"
    if due.transition_on and due.transition_due_on:
        before, by = long_day(due.transition_on), long_day(due.transition_due_on)
        text += f"; those appointed before {before}: by {by}"
    return text


def _organisations(wanted: Filter, names: Mapping[UUID, str]) -> str:
    if not wanted.organisation_ids:
        return "All organisations"
    seen = [names[id] for id in wanted.organisation_ids if id in names]
    others = len(wanted.organisation_ids) - len(seen)
    return _listed([*seen, f"{others} more"] if others else seen)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(sorted(texts))
