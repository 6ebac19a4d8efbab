"""What is wrong with a typed text, in one sentence."""

import pytest

from core.errors import FieldError
from programmes.services.fields import text_fault


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("  ", "Enter at least one character"),
        ("x" * 11, "Enter 10 characters or fewer"),
        ("a\x00b", "Enter text without control characters"),
        ("two\nlines", "Enter text without control characters"),
    ],
)
def test_a_text_that_cannot_be_kept_is_named(value: str, message: str) -> None:
    assert text_fault("code", value, longest=10) == FieldError("code", message)


def test_a_text_that_fits_is_no_fault() -> None:
    assert text_fault("code", "F26-1", longest=10) is None
    assert text_fault("note", "two\nlines", longest=10, lines=True) is None
    assert text_fault("note", "", longest=10, required=False) is None
