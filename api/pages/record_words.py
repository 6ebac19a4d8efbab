"""What the pages of training say of records and exemptions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.pages.training_words import in_words
from core.scope import Permission, Scope
from training.domain.terms import Evidence
from training.queries.certificates import CertificateView
from training.queries.exemptions import ExemptionView
from training.queries.people import StaffView
from training.queries.records import RecordView

SEEN = tuple(kind for kind in Evidence if kind is not Evidence.SELF_DECLARED)
"""What somebody else can have seen of a completion."""
_SIZE = 1024


def counts_tag(view: RecordView) -> dict[str, str]:
    """Answer the GOV.UK tag that says whether a record counts, and if not why."""
    if view.withdrawn_at:
        text, colour = "Withdrawn", "grey"
    elif not view.verified:
        text, colour = "Not verified", "yellow"
    elif view.counts:
        text, colour = "Counts", "green"
    else:
        text, colour = "Prerequisite missing", "orange"
    return {"text": text, "classes": f"govuk-tag--{colour} app-nowrap"}


def record_lines(
    views: Iterable[RecordView], files: Mapping[UUID, Sequence[CertificateView]]
) -> list[dict[str, Any]]:
    """Answer records as lines of a table, with how many files each has."""
    return [
        {
            "record": view,
            "evidence": in_words(view.evidence),
            "tag": counts_tag(view),
            "files": len(files.get(view.id, ())),
        }
        for view in views
    ]


def file_lines(files: Iterable[CertificateView]) -> list[dict[str, Any]]:
    """Answer certificates with their sizes in words."""
    return [{"file": view, "size": f"{max(view.size_bytes // _SIZE, 1)} KB"} for view in files]


def exemption_lines(views: Iterable[ExemptionView], today: date) -> list[dict[str, Any]]:
    """Answer exemptions as lines of a table; what is over cannot be ended any more."""
    return [
        {
            "exemption": view,
            "of": view.requirement_name or "Every requirement",
            "state": _state(view, today),
            "may_end": view.to_on >= today and view.to_on > view.from_on,
        }
        for view in views
    ]


def _state(view: ExemptionView, today: date) -> str:
    if today < view.from_on:
        return "To come"
    return "Exempt today" if today <= view.to_on else "Over"


def may(permission: Permission, person: StaffView | RecordView, scope: Scope) -> bool:
    """Tell whether somebody may do something for this person's organisation."""
    return scope.covers(permission, side=None, organisation_id=person.organisation_id)
