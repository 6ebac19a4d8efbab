"""What a mark means: attended, compliant, counted, credited (domain.md 2.3)."""

from dataclasses import dataclass

from programmes.domain.terms import AbsenceReason, AttendanceOutcome

CREDIT_SHARE = (3, 4)
"""A unit is credited for at least 75 % of its minutes (C5)."""

ATTENDED = frozenset(
    {
        AttendanceOutcome.ATTENDED,
        AttendanceOutcome.LATE,
        AttendanceOutcome.LEFT_EARLY,
        AttendanceOutcome.SENT_HOME_BEHAVIOUR,
        AttendanceOutcome.SENT_HOME_SERVICE,
    }
)
NOT_COUNTED = frozenset({AttendanceOutcome.SENT_HOME_SERVICE, AttendanceOutcome.NOT_REQUIRED})
_SENT_HOME = frozenset({AttendanceOutcome.SENT_HOME_BEHAVIOUR, AttendanceOutcome.SENT_HOME_SERVICE})

CREDITABLE = tuple(sorted(ATTENDED - _SENT_HOME))
"""Outcomes that can credit a unit; being sent home never does."""

ABSENCES = frozenset({AttendanceOutcome.ABSENT_NOTIFIED, AttendanceOutcome.ABSENT_NOT_NOTIFIED})


@dataclass(frozen=True, slots=True)
class Mark:
    """One person's mark for one session.

    ``acceptable`` is kept for perpetrators only: whether an absence was acceptable. ``engaged`` is
    whether somebody who came took part.
    """

    outcome: AttendanceOutcome
    minutes_attended: int | None = None
    acceptable: bool | None = None
    absence_reason: AbsenceReason | None = None
    engaged: bool | None = None
    minutes_late: int | None = None

    @property
    def attended(self) -> bool:
        """Tell whether the person came."""
        return self.outcome in ATTENDED

    @property
    def counts(self) -> bool:
        """Tell whether the session counts in the denominator of attendance."""
        stood_down = self.absence_reason is AbsenceReason.STOOD_DOWN
        return self.outcome not in NOT_COUNTED and not stood_down

    @property
    def compliant(self) -> bool:
        """Tell whether the person kept to what was agreed.

        An absence is compliant when it was found acceptable; without a finding, when it was
        notified beforehand. Who came and did not take part attended and failed to comply (AFTC).
        """
        if self.outcome in ABSENCES:
            if self.acceptable is not None:
                return self.acceptable
            return self.outcome is AttendanceOutcome.ABSENT_NOTIFIED
        if self.outcome is AttendanceOutcome.SENT_HOME_BEHAVIOUR:
            return False
        return self.acceptable is not False and self.engaged is not False

    @property
    def is_unacceptable_absence(self) -> bool:
        """Tell whether the mark is an absence that counts and does not comply (UAAB)."""
        return self.outcome in ABSENCES and self.counts and not self.compliant

    def minutes_of(self, unit_minutes: int) -> int:
        """Answer the minutes attended; where none were written down, all but those of lateness."""
        if not self.attended or self.outcome in _SENT_HOME:
            return 0
        if self.minutes_attended is None:
            return max(unit_minutes - (self.minutes_late or 0), 0)
        return min(self.minutes_attended, unit_minutes)

    def credits(self, unit_minutes: int) -> bool:
        """Tell whether the mark credits the unit: at least 75 % of its minutes."""
        part, whole = CREDIT_SHARE
        attended = self.minutes_of(unit_minutes)
        return attended > 0 and attended * whole >= unit_minutes * part
