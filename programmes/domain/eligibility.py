"""Whom a programme is for, and what of that holds of somebody; a person decides, not the rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from programmes.domain.terms import Mandate


class Criterion(StrEnum):
    """What a programme can ask of those who are referred to it."""

    AGE = "age"
    AREA = "area"
    MANDATE = "mandate"
    COMPLETED_BEFORE = "completed_before"


@dataclass(frozen=True, slots=True)
class Criteria:
    """Whom a version of a programme is for; what is empty asks nothing."""

    min_age: int | None = None
    areas: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] = ()


ANYBODY = Criteria()


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of somebody who was referred; an empty area is not known."""

    born_on: date | None
    area: str
    mandate: Mandate
    completed_before: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion: met, not met, or ``None`` where it is not known; ``text`` says what is."""

    criterion: Criterion
    met: bool | None
    text: str


def findings(
    criteria: Criteria, applicant: Applicant, *, follows: str, on: date
) -> tuple[Finding, ...]:
    """Answer what holds of each criterion that the programme has.

    ``follows`` names the programme that must have been completed before (S7), empty for none.
    """
    return tuple(_findings(criteria, applicant, follows=follows, on=on))


def _findings(
    criteria: Criteria, applicant: Applicant, *, follows: str, on: date
) -> Iterator[Finding]:
    if criteria.min_age is not None:
        yield _of_age(criteria.min_age, applicant.born_on, on)
    if criteria.areas:
        yield _of_area(criteria.areas, applicant.area)
    if criteria.mandates:
        yield _of_mandate(criteria.mandates, applicant.mandate)
    if follows:
        done = applicant.completed_before
        said = f"Has completed {follows}" if done else f"Has not completed {follows}"
        yield Finding(Criterion.COMPLETED_BEFORE, done, said)


def _of_age(min_age: int, born_on: date | None, on: date) -> Finding:
    if born_on is None:
        said = f"The programme is from {min_age} years; no day of birth is recorded"
        return Finding(Criterion.AGE, None, said)
    old_enough = age(born_on, on) >= min_age
    return Finding(
        Criterion.AGE,
        old_enough,
        f"Is {min_age} or older" if old_enough else f"Is younger than {min_age}",
    )


def age(born_on: date, on: date) -> int:
    """Answer somebody's years on a day; who was born on 29 February has them on 1 March."""
    before_birthday = (on.month, on.day) < (born_on.month, born_on.day)
    return on.year - born_on.year - before_birthday


def _of_area(areas: tuple[str, ...], area: str) -> Finding:
    served = ", ".join(areas)
    if not area.strip():
        said = f"The programme is for {served}; no area is recorded"
        return Finding(Criterion.AREA, None, said)
    is_served = as_compared(area) in {as_compared(name) for name in areas}
    said = f"Lives in {area}" + ("" if is_served else f"; the programme is for {served}")
    return Finding(Criterion.AREA, is_served, said)


def as_compared(area: str) -> str:
    """Answer an area as areas are compared: capitals and spaces make no difference."""
    return " ".join(area.casefold().split())


def _of_mandate(mandates: tuple[Mandate, ...], mandate: Mandate) -> Finding:
    is_taken = mandate in mandates
    taken = ", ".join(_words(item) for item in mandates)
    said = f"Why they attend: {_words(mandate)}" + (
        "" if is_taken else f"; the programme takes: {taken}"
    )
    return Finding(Criterion.MANDATE, is_taken, said)


def _words(mandate: Mandate) -> str:
    return mandate.value.replace("_", " ")
