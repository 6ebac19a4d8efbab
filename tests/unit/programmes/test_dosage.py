"""What each session adds to somebody's dosage: each unit once (C5)."""

from programmes.domain.attendance import Mark
from programmes.domain.completion import Meeting
from programmes.domain.dosage import Dose, doses
from programmes.domain.terms import AttendanceOutcome as Outcome

LENGTHS = {1: 120, 2: 120}


def attended(minutes: int | None) -> Mark:
    return Mark(Outcome.ATTENDED, minutes_attended=minutes)


def test_a_unit_met_twice_counts_once_where_it_credited_most() -> None:
    found = doses(
        [
            Meeting(1, past=True, mark=attended(100)),
            Meeting(1, past=True, mark=attended(None), catch_up=True),
            Meeting(1, past=True, mark=attended(90)),
            Meeting(2, past=True, mark=attended(90)),
        ],
        LENGTHS,
    )

    assert found == (
        Dose(100, credited=True),
        Dose(120, credited=True, counted=120),
        Dose(90, credited=True),
        Dose(90, credited=True, counted=90),
    )


def test_too_short_absent_unmarked_and_units_of_other_curricula_credit_nothing() -> None:
    found = doses(
        [
            Meeting(1, past=True, mark=attended(89)),
            Meeting(2, past=True, mark=Mark(Outcome.ABSENT_NOTIFIED)),
            Meeting(2, past=True),
            Meeting(9, past=True, mark=attended(None)),
        ],
        LENGTHS,
    )

    assert found == (
        Dose(89, credited=False),
        Dose(0, credited=False),
        Dose(None, credited=False),
        Dose(0, credited=False),
    )
