"""Discreet, complete, one part (M4, M5, G11 to G13)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import instant_of
from messaging.domain.reasons import Reason
from messaging.domain.wording import DEFAULT_BODIES, DENIED, compose, fault, gsm_length

STARTS = instant_of(date(2026, 4, 14), "10:00")


def test_the_default_text_says_the_day_and_the_time_and_nothing_else() -> None:
    """M5, M6."""
    text = compose(DEFAULT_BODIES["en"], STARTS)

    assert text == ("Reminder: your appointment is on Tue 14 Apr at 10:00. To change it call us.")
    assert fault(text, longest=160) is None


@pytest.mark.parametrize("word", DENIED)
def test_no_denied_word_passes_in_any_case_accent_or_spacing(word: str) -> None:
    disguises = (
        word,
        word.upper(),
        " ".join(word),
        word.replace("e", "é"),
        f"x{word}x",
        "-".join(word),
    )

    assert [fault(f"See you {one} soon", longest=160) for one in disguises] == [Reason.WORDING] * 6


@pytest.mark.parametrize(
    "text",
    [
        "Look at https://example.org", "See www.example", "Go to example.co.uk",
        "Come to M32 0TH", "Hello None", "Hello {{ name }}", "", "   ", None,
    ],
)  # fmt: skip
def test_addresses_postcodes_and_gaps_are_refused(text: str | None) -> None:
    assert fault(text, longest=160) is Reason.WORDING


@pytest.mark.parametrize(
    "body",
    [
        "Hello {{ name }}", "{{ day.__class__.__mro__ }}", "{{ day", "{{ 1 / 0 }}", "{{ day + 1 }}",
        "{% for x in range(10**9) %}{% endfor %}",
    ],
)  # fmt: skip
def test_a_template_that_names_what_there_is_not_gives_no_text(body: str) -> None:
    """G12."""
    assert compose(body, STARTS) is None


def test_160_places_fit_and_161_do_not() -> None:
    """G13."""
    assert fault("a" * 160, longest=160) is None
    assert fault("a" * 161, longest=160) is Reason.TOO_LONG
    assert fault("€" * 81, longest=160) is Reason.TOO_LONG


@pytest.mark.parametrize(
    "text", ["Don\u2019t be late", "Dewch \u00e2 chi", "See you \u2013 soon", "See you \u263a"]
)
def test_characters_outside_gsm_7_are_refused_rather_than_replaced(text: str) -> None:
    assert fault(text, longest=160) is Reason.WORDING


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N"))))
def test_plain_letters_and_digits_take_one_place_each(text: str) -> None:
    assert gsm_length(text) == len(text)
