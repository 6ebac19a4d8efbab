"""What a typed text may hold."""

import pytest

from core.text import is_plain


@pytest.mark.parametrize("text", ["", "Zoë O’Neill-Ashdown", "Ffôn: 9 a.m.", "👩‍👧 ♥"])
def test_words_in_any_script_are_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_and_half_characters_never_are(character: str) -> None:
    assert not is_plain(f"a{character}b")
    assert not is_plain(f"a{character}b", lines=True)


def test_only_a_text_of_several_lines_holds_line_breaks() -> None:
    assert not is_plain("1 High Street\r\n\tTown")
    assert is_plain("1 High Street\r\n\tTown", lines=True)
