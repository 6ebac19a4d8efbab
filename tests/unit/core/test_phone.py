"""Gate G3: which texts are a mobile number that may be sent to."""

import pytest

from core.phone import MobileNumber, PhoneError, parse_mobile


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("07400 123456", "+447400123456"),
        ("+44 7400 123456", "+447400123456"),
        ("+44 (0)7400 123456", "+447400123456"),
        ("07400-123-456", "+447400123456"),
        (" 07400123456 ", "+447400123456"),
        ("07797 712345", "+447797712345"),
        ("07781 123456", "+447781123456"),
        ("07624 312345", "+447624312345"),
    ],
    ids=["national", "international", "both", "hyphens", "spaces", "Jersey", "Guernsey", "Man"],
)
def test_a_mobile_of_the_islands_is_kept_as_e164(typed: str, e164: str) -> None:
    assert parse_mobile(typed, allow_drama=False) == MobileNumber(e164)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("7911123456", "begins with 0 or"),
        ("\uff10\uff17\uff14\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16", "digits only"),
        ("07400 123456 ext 12", "digits only"),
        ("07400 123456x12", "digits only"),
        ("07400 123456#12", "digits only"),
        ("07400;123456", "digits only"),
        ("", "digits only"),
        ("+", "like 07700 900123"),
        ("0", "like 07700 900123"),
        ("020 7946 0018", "not a number in use|landline"),
        ("0161 496 0000", "not a number in use|landline"),
        ("0121 234 5678", "landline"),
        ("070 1234 5678", "personal"),
        ("0845 46 47", "not a mobile|not a number"),
        ("0800 1111", "not a mobile|not a number"),
        ("07400 12345", "not a number in use"),
        ("07400 1234567", "not a number in use"),
        ("+1 202 555 0143", "landline|not a number"),
        ("+33 6 12 34 56 78", "United Kingdom"),
        ("+49 1512 3456789", "United Kingdom"),
        ("07640 123456", "not a mobile"),
    ],
)
def test_anything_else_is_refused_and_never_repaired(typed: str, says: str) -> None:
    with pytest.raises(PhoneError, match=says):
        parse_mobile(typed, allow_drama=True)


@pytest.mark.parametrize("typed", ["07700 900000", "07700 900999", "+447700900123"])
def test_a_drama_number_is_kept_only_where_nothing_can_be_sent(typed: str) -> None:
    assert parse_mobile(typed, allow_drama=True).e164.startswith("+447700900")
    with pytest.raises(PhoneError, match="not real telephones"):
        parse_mobile(typed, allow_drama=False)


def test_the_numbers_beside_the_drama_numbers_are_no_drama_numbers() -> None:
    """Notify's pattern for these is a character class and takes 7700 1xxxxx for one."""
    with pytest.raises(PhoneError):
        parse_mobile("07700 901000", allow_drama=True)


def test_a_masked_number_shows_two_digits() -> None:
    assert MobileNumber("+447700900123").masked() == "…23"


def test_the_keyed_hash_is_equal_for_equal_numbers_under_one_key_only() -> None:
    number = MobileNumber("+447700900123")

    assert number.keyed_hash(b"a") == MobileNumber("+447700900123").keyed_hash(b"a")
    assert number.keyed_hash(b"a") != number.keyed_hash(b"b")
    assert "900123" not in number.keyed_hash(b"a")
