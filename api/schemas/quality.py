"""JSON of the cases that do not fit together."""

from datetime import date
from uuid import UUID

from api.schemas.base import Out
from programmes.queries.quality import Fault, FaultyCase


class FaultyCaseOut(Out, frozen=True, kw_only=True):
    """One case: a place in a group, or with ``no_register`` a session and nobody's name.

    ``on`` is the day that does not fit.
    """

    fault: Fault
    enrolment_id: UUID | None
    session_id: UUID | None
    cohort_code: str
    participant: str | None
    on: date | None

    @classmethod
    def of(cls, case: FaultyCase) -> "FaultyCaseOut":
        """Shape a case."""
        is_session = case.fault is Fault.NO_REGISTER
        return cls(
            fault=case.fault,
            enrolment_id=None if is_session else case.subject,
            session_id=case.subject if is_session else None,
            cohort_code=case.cohort_code,
            participant=case.name or None,
            on=case.on,
        )
