"""What a file is by its content (issue 5: PDF or image, at most 5 MB, type checked by content)."""

import pytest

from training.domain.certificates import MediaType, harmless_name, media_type_of

PDF = b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR1234567890123\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0picture\xff\xd9"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, MediaType.PDF),
        (PNG, MediaType.PNG),
        (JPEG, MediaType.JPEG),
        (JPEG + b"\0" * 8, MediaType.JPEG),
        (PDF[:-8], None),
        (PNG[:-1], None),
        (JPEG[:-1], None),
        (b"", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>%PDF-1.7 startxref 9 %%EOF", None),
        (b"MZ\x90\x00" + PDF, None),
        (b"GIF89a;", None),
    ],
)
def test_a_file_is_what_its_beginning_and_end_say(content: bytes, found: MediaType | None) -> None:
    assert media_type_of(content) == found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Awareness (2026).PDF", "Awareness (2026).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\files\\run.exe", "run.pdf"),
        ('a"\r\nX: y;<b>\u202e.pdf', "a_X_ y_b.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "certificate.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_loses_what_could_harm_and_ends_as_the_content_is(name: str, kept: str) -> None:
    assert harmless_name(name, MediaType.PDF) == kept
