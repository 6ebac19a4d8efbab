"""What a typed text may hold."""

import unicodedata

_NEVER = frozenset({"Cc", "Cs"})
"""Control characters, among them the NUL that PostgreSQL cannot store, and half characters."""

_LAYOUT = frozenset("\t\r\n")


def is_plain(text: str, *, lines: bool = False) -> bool:
    """Tell whether a text holds no control characters; with ``lines`` it may have several lines."""
    return text.isprintable() or all(
        (lines and character in _LAYOUT) or unicodedata.category(character) not in _NEVER
        for character in text
    )


FORMULA_MARKS = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - spreadsheets read the wide ones too


def no_formula(text: str) -> str:
    """Answer a cell's text so that no spreadsheet reads it as a formula."""
    first = next((mark for mark in text if mark.isprintable() and not mark.isspace()), "")
    return f"'{text}" if first in FORMULA_MARKS else text
