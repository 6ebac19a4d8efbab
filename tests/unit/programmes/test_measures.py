"""The measures that are shipped, and what one of one's own may be (2.4)."""

from dataclasses import replace
from typing import Any

import pytest

from core.scope import Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import SHIPPED, Shipped, Terms, faults, points_of

LADDER = Terms(
    "hope", "Hope", MeasureScale.NUMBER, 1, 10, Direction.HIGHER_IS_BETTER,
    (Timepoint.START, Timepoint.END), (OutcomeSource.SELF,),
)  # fmt: skip
BOTH = [(measure, side) for measure in SHIPPED.values() for side in measure.sources]


@pytest.mark.parametrize(
    ("measure", "side"), BOTH, ids=[f"{measure.code}-{side}" for measure, side in BOTH]
)
def test_a_shipped_measure_would_pass_as_ones_own(measure: Shipped, side: Side) -> None:
    terms = replace(measure.terms(side), code="own")

    assert list(faults(terms, side)) == []
    assert not measure.labels or len(measure.labels) == measure.highest - measure.lowest + 1


@pytest.mark.parametrize(
    ("code", "lowest", "highest", "unconfirmed"),
    [
        ("confidence", 1, 10, False),
        ("safety", 1, 10, False),
        ("feels_safer", 0, 1, False),
        ("better_informed", 0, 1, False),
        ("dash_yes_count", 0, 24, True),
        ("space_for_action", 1, 5, True),
        ("severity_physical", 0, 3, True),
        ("impact_total", 0, 100, True),
        ("goal", 0, 2, False),
    ],
)
def test_the_scales_are_those_of_the_domain(
    code: str,
    lowest: int,
    highest: int,
    unconfirmed: bool,  # noqa: FBT001
) -> None:
    """2.4; a scale marked [K] there is unconfirmed here."""
    measure = SHIPPED[code]

    assert (measure.lowest, measure.highest, measure.unconfirmed) == (lowest, highest, unconfirmed)


def test_nothing_of_a_perpetrators_own_report_stands_alone_in_what_is_shipped() -> None:
    alone = [
        code
        for code, measure in SHIPPED.items()
        if (sources := set(measure.sources.get(Side.PERPETRATOR, ()))) >= {OutcomeSource.SELF}
        and not sources & {OutcomeSource.PARTNER, OutcomeSource.AGENCY}
    ]
    assert alone == []


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"code": "Hope!"}, ["code"]),
        ({"code": "safety"}, ["code"]),
        ({"scale": MeasureScale.YES_NO}, ["highest"]),
        ({"lowest": -1001}, ["lowest"]),
        ({"highest": 1}, ["highest"]),
        ({"highest": 1001}, ["highest"]),
        ({"timepoints": ()}, ["timepoints"]),
        ({"sources": (OutcomeSource.SELF, OutcomeSource.SELF)}, ["sources"]),
    ],
)
def test_what_is_wrong_with_a_measure_is_named(changes: dict[str, Any], fields: list[str]) -> None:
    found = faults(replace(LADDER, **changes), Side.SURVIVOR)
    assert [fault.field for fault in found] == fields


def test_a_survivors_partner_is_never_asked() -> None:
    terms = replace(LADDER, sources=(OutcomeSource.PARTNER,))

    assert [fault.field for fault in faults(terms, Side.SURVIVOR)] == ["sources"]
    assert list(faults(terms, Side.PERPETRATOR)) == []


def test_points_are_said_in_words_where_they_have_some() -> None:
    goal, safer = SHIPPED["goal"], SHIPPED["feels_safer"]

    assert points_of(goal.terms(Side.SURVIVOR)).of(1) == "Partially achieved"
    assert points_of(safer.terms(Side.SURVIVOR)).of(0) == "No"
    assert points_of(LADDER).of(7) == "7"
