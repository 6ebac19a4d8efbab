"""Says in words what keeps people apart."""

from collections.abc import Mapping
from typing import Any

from programmes.domain.apart import CaseStatus
from programmes.domain.case_terms import ConflictKind, Relationship

RELATIONSHIPS: Mapping[Relationship, str] = {
    Relationship.PARTNER: "Partner",
    Relationship.EX_PARTNER: "Ex-partner",
    Relationship.FAMILY_MEMBER: "Family member",
}

CASES: Mapping[CaseStatus, str] = {
    CaseStatus.NO_REFERRAL: "Not referred",
    CaseStatus.REFERRED: "Referred, not ready for a place",
    CaseStatus.WAITING: "Waiting for a place",
    CaseStatus.ON_PROGRAMME: "Has a place on a programme",
    CaseStatus.COMPLETED: "Completed a programme",
    CaseStatus.LEFT: "Left, or did not start",
}

CONFLICTS: Mapping[ConflictKind, str] = {
    ConflictKind.NON_ASSOCIATION: "Two people who must not meet",
    ConflictKind.SAME_OTHER_PARTY: "Two people connected with the same person",
    ConflictKind.WORKER_OF_BOTH: "One worker for both people of a link",
    ConflictKind.SHARED_NUMBER: "One number recorded for two people",
    ConflictKind.VENUE: "Both sides in one building on one day",
}

FLAG_TAG: Mapping[str, Any] = {"text": "Risk flag: do not disclose", "classes": "govuk-tag--red"}
