"""How a stored value looks in somebody's own file."""

from typing import Any

import pytest

from programmes.domain.subject_access import Kind, shown


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, Kind.YES_NO, None),
        (0, Kind.YES_NO, False),
        (1, Kind.YES_NO, True),
        ("[]", Kind.HOURS, ""),
        ("attended", Kind.CODE, "attended"),
        ('[{"weekday": 0, "from": "09:00", "to": "11:30"}]', Kind.HOURS, "Monday 09:00 to 11:30"),
        ('[{"weekday": 6, "part": "evening"}]', Kind.PARTS_OF_DAYS, "Sunday evening"),
        ("non_association", Kind.CODE, None),
        ("non_association", Kind.TEXT, None),
    ],
)
def test_a_value_as_it_leaves_the_service(value: Any, kind: Kind, expected: Any) -> None:
    assert shown(value, kind) == expected
