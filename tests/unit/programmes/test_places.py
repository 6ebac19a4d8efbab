"""One building is one place, however each side writes it (D5)."""

import pytest

from programmes.domain.places import is_met_there, place, postcode
from programmes.domain.terms import DeliveryMode


@pytest.mark.parametrize("typed", ["M1 1AE", "m11ae", " m1  1ae ", "M1\t1AE"])
def test_a_postcode_is_written_in_one_way(typed: str) -> None:
    assert postcode(typed) == "M1 1AE"


@pytest.mark.parametrize("typed", ["EC1A 1BB", "W1A 0AX", "CR2 6XH", "DN55 1PT"])
def test_each_shape_of_postcode_is_known(typed: str) -> None:
    assert postcode(typed) == typed


@pytest.mark.parametrize("typed", ["", "M1", "M1 1A", "1M 1AE", "M1 1AE, Manchester", "M1 1AÉ"])
def test_what_is_no_postcode_is_told_as_such(typed: str) -> None:
    assert postcode(typed) is None


def test_d5_a_postcode_is_the_place_whatever_the_venue_is_called() -> None:
    names = {place(name=name, postcode="M1 1AE") for name in ("Mill House", "The Mill, room 2")}
    assert names == {"M1 1AE"}


def test_d5_without_a_postcode_the_name_is_the_place_however_it_is_typed() -> None:
    typed = ("Mill House", " mill  house", "MILL-HOUSE", "Mill House.")
    assert {place(name=name, postcode="") for name in typed} == {"mill house"}


def test_nobody_comes_to_a_venue_for_a_call() -> None:
    assert [mode for mode in DeliveryMode if is_met_there(mode)] == [
        DeliveryMode.IN_PERSON, DeliveryMode.HYBRID,
    ]  # fmt: skip
