"""Whom a programme is for: met, not met, or not known."""

from dataclasses import replace
from datetime import date

import pytest

from programmes.domain.eligibility import (
    ANYBODY,
    Applicant,
    Criteria,
    Criterion,
    Finding,
    age,
    findings,
)
from programmes.domain.terms import Mandate

TODAY = date(2026, 6, 10)
ORDERED = Criteria(18, ("Larch Vale", "Elm End"), (Mandate.COURT_ORDER, Mandate.LICENCE))
ANNA = Applicant(date(1990, 1, 1), "Elm End", Mandate.LICENCE)


def found(criteria: Criteria, applicant: Applicant, follows: str = "") -> dict[Criterion, Finding]:
    said = findings(criteria, applicant, follows=follows, on=TODAY)
    return {item.criterion: item for item in said}


def test_a_programme_for_anybody_asks_nothing() -> None:
    assert findings(ANYBODY, ANNA, follows="", on=TODAY) == ()


def test_worked_example_all_met() -> None:
    """From 18, two areas, court orders and licences: born in 1990, Elm End, on licence."""
    assert [(item.met, item.text) for item in found(ORDERED, ANNA).values()] == [
        (True, "Is 18 or older"),
        (True, "Lives in Elm End"),
        (True, "Why they attend: licence"),
    ]


def test_worked_example_none_met() -> None:
    other = Applicant(date(2010, 1, 1), "Brookside", Mandate.VOLUNTARY)

    assert [(item.met, item.text) for item in found(ORDERED, other).values()] == [
        (False, "Is younger than 18"),
        (False, "Lives in Brookside; the programme is for Larch Vale, Elm End"),
        (False, "Why they attend: voluntary; the programme takes: court order, licence"),
    ]


def test_what_is_not_recorded_is_not_known_rather_than_not_met() -> None:
    unknown = found(ORDERED, replace(ANNA, born_on=None, area=" "))

    assert (unknown[Criterion.AGE].met, unknown[Criterion.AREA].met) == (None, None)
    assert "no day of birth is recorded" in unknown[Criterion.AGE].text
    assert "no area is recorded" in unknown[Criterion.AREA].text


@pytest.mark.parametrize(("born_on", "met"), [
    (date(2008, 6, 10), True), (date(2008, 6, 11), False), (date(2008, 5, 31), True),
])  # fmt: skip
def test_the_birthday_itself_is_old_enough(born_on: date, *, met: bool) -> None:
    assert found(ORDERED, replace(ANNA, born_on=born_on))[Criterion.AGE].met is met


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    born_on = date(2008, 2, 29)

    assert [age(born_on, date(2026, 2, 28)), age(born_on, date(2026, 3, 1))] == [17, 18]
    assert age(born_on, date(2028, 2, 29)) == 20


def test_capitals_and_spaces_make_no_other_area() -> None:
    assert found(ORDERED, replace(ANNA, area=" larch   VALE"))[Criterion.AREA].met is True


@pytest.mark.parametrize("completed", [True, False])
def test_s7_a_programme_that_follows_another_asks_for_its_completion(*, completed: bool) -> None:
    said = found(ANYBODY, replace(ANNA, completed_before=completed), "Freedom Programme")

    assert list(said) == [Criterion.COMPLETED_BEFORE]
    assert said[Criterion.COMPLETED_BEFORE].met is completed
    assert said[Criterion.COMPLETED_BEFORE].text.endswith("completed Freedom Programme")
