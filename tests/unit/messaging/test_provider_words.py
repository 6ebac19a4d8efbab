"""What the provider says, in words that promise nothing (M12) and give nothing away (M9)."""

import pytest

from messaging.domain import provider_words
from messaging.domain.provider_words import ALERT_WORDS, STATUS_WORDS
from messaging.domain.terms import AlertKind


@pytest.mark.parametrize(
    ("status", "answered", "taken", "words"),
    [
        ("delivered", True, True, "Delivered to the phone; not proof that it was read"),
        ("", False, False, "The network did not answer"),
        ("", True, True, "Nothing more has been heard from the network"),
        ("", True, False, "The network did not take it"),
        ("a new word", True, True, "Nothing more has been heard from the network"),
    ],
)
def test_a_try_is_told_in_words(status: str, *, answered: bool, taken: bool, words: str) -> None:
    assert provider_words.status_words(status, answered=answered, taken=taken) == words


def test_m12_no_status_says_received_or_read_without_a_warning() -> None:
    for words in STATUS_WORDS.values():
        assert "received" not in words
        assert "read" not in words or "not proof" in words


@pytest.mark.parametrize(
    ("code", "shown", "words"),
    [
        (0, None, ""),
        (30003, 30003, "The phone was off or out of reach"),
        (21610, None, "Texts off for this number"),
        (39999, 39999, ""),
    ],
)
def test_a_code_is_shown_unless_it_tells_too_much(code: int, shown: int | None, words: str) -> None:
    assert (provider_words.shown_code(code), provider_words.code_words(code)) == (shown, words)


def test_every_alert_has_words() -> None:
    assert set(ALERT_WORDS) == set(AlertKind)
