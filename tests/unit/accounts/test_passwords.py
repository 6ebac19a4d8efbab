"""What a password must be."""

import time

import pytest

from accounts.domain.passwords import password_fault


def test_three_unusual_words_will_do() -> None:
    assert password_fault("kettle orbit violin") is None


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "k" * 11])
def test_fewer_than_twelve_characters_are_refused(password: str) -> None:
    assert password_fault(password) == "Your password must have at least 12 characters"


def test_more_than_128_characters_are_refused() -> None:
    assert password_fault("kettle orbit violin " * 7) == (
        "Your password must have at most 128 characters"
    )


@pytest.mark.parametrize("words", [3, 4, 5, 6])
def test_a_long_password_is_accepted(words: int) -> None:
    assert password_fault(" ".join(["kettle orbit violin"] * words)[:128]) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "passwordpassword", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa",
        "P@ssw0rd1234", "letmein12345", "iloveyou1234", "abcabcabcabc", "a" * 128,
    ],
)  # fmt: skip
def test_a_common_or_patterned_password_is_refused(password: str) -> None:
    fault = password_fault(password)
    assert fault is not None
    assert "too common or too easy to guess" in fault


@pytest.mark.parametrize(
    "password", ["margaret kettle orbit", "KETTLE ORBIT OKAFOR", "m.okafor-kettle-orbit"]
)
def test_a_password_with_one_s_own_name_is_refused(password: str) -> None:
    fault = password_fault(password, about=("m.okafor", "Margaret", "Okafor"))
    assert fault == "Your password must not contain your name or your e-mail address"


def test_a_short_name_may_stand_inside_a_word() -> None:
    assert password_fault("sleeping orbit violin", about=("lee", "Lee")) is None


def test_even_the_slowest_password_is_judged_soon() -> None:
    begun = time.thread_time()
    password_fault("4@8({[<369&#!1/|0$5+7%2" * 5)
    assert time.thread_time() - begun < 5
