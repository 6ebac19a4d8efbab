"""Parts of a text, packed as the network packs them (G13)."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.domain.segments import Encoding, Packed, outside_gsm, pack

_TEXTS = st.text(alphabet="ab€{é\u0436\U0001f600", max_size=450)
_GSM_TEXTS = st.text(alphabet="ab€{é", max_size=700)


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("", Packed(Encoding.GSM_7, 0, 0)),
        ("a" * 160, Packed(Encoding.GSM_7, 160, 1)),
        ("a" * 161, Packed(Encoding.GSM_7, 161, 2)),
        ("a" * 306, Packed(Encoding.GSM_7, 306, 2)),
        ("a" * 307, Packed(Encoding.GSM_7, 307, 3)),
        ("€" * 80, Packed(Encoding.GSM_7, 160, 1)),
        ("€" * 81, Packed(Encoding.GSM_7, 162, 2)),
        ("ж" * 70, Packed(Encoding.UCS_2, 70, 1)),
        ("ж" * 71, Packed(Encoding.UCS_2, 71, 2)),
        ("\U0001f600" * 35, Packed(Encoding.UCS_2, 70, 1)),
        ("a\u2019b", Packed(Encoding.UCS_2, 3, 1)),
    ],
)
def test_g13_a_text_takes_the_parts_that_the_network_makes_of_it(text: str, packed: Packed) -> None:
    assert pack(text) == packed


def test_g13_an_escape_pair_on_the_border_needs_3_parts_where_division_says_2() -> None:
    text = "a" * 152 + "€" + "a" * 152

    assert math.ceil(pack(text).units / 153) == 2
    assert pack(text) == Packed(Encoding.GSM_7, 306, 3)


def test_g13_a_surrogate_pair_on_the_border_needs_3_parts_where_division_says_2() -> None:
    text = "\u0436" * 66 + "\U0001f600" + "\u0436" * 66

    assert math.ceil(pack(text).units / 67) == 2
    assert pack(text) == Packed(Encoding.UCS_2, 134, 3)


@settings(deadline=None)
@given(st.one_of(_TEXTS, _GSM_TEXTS))
def test_g13_parts_are_those_of_cutting_the_units_one_part_at_a_time(text: str) -> None:
    """A packer of another making: units in a row, each part the longest cut that splits no pair."""
    packed = pack(text)
    is_gsm = packed.encoding is Encoding.GSM_7
    alone, among_others = (160, 153) if is_gsm else (70, 67)
    units: list[str] = []
    for character in text:
        wide = character in "€{" if is_gsm else len(character.encode("utf-16-be")) == 4
        units += ["first", "second"] if wide else ["whole"]

    parts = 0
    rest = units
    size = alone if len(units) <= alone else among_others
    while rest:
        cut = size
        while cut < len(rest) and rest[cut] == "second":
            cut -= 1
        rest, parts = rest[cut:], parts + 1

    assert (packed.units, packed.segments) == (len(units), parts)


def test_characters_outside_gsm_7_are_named_once_in_their_order() -> None:
    assert outside_gsm("Don\u2019t, don\u2019t \u2013 \u00e9 \u00e2") == "\u2019\u2013\u00e2"
