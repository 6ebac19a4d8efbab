"""What a file is by its content, and a name for it that harms nobody."""

import re
from enum import StrEnum

LARGEST_BYTES = 5 * 1024 * 1024
_PDF_START = re.compile(rb"%PDF-[12]\.\d")
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_PDF_TAIL_BYTES = 1024
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_HARMLESS = re.compile(r"[^\w .()-]+")
_LONGEST_NAME = 100


class MediaType(StrEnum):
    """The kinds of file that a certificate may be."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


EXTENSIONS = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png"}


def media_type_of(content: bytes) -> MediaType | None:
    """Answer what a file is by how it begins and ends; ``None`` for others and cut-off ones."""
    if _PDF_START.match(content) and _PDF_END.search(content[-_PDF_TAIL_BYTES:]):
        return MediaType.PDF
    if content.startswith(_PNG_START) and content.endswith(_PNG_END):
        return MediaType.PNG
    # Some cameras fill the end with zeros.
    if content.startswith(_JPEG_START) and content.rstrip(b"\0").endswith(_JPEG_END):
        return MediaType.JPEG
    return None


def harmless_name(name: str, media_type: MediaType) -> str:
    """Answer the last part of a file's name in plain characters, ending as its content is."""
    last = re.split(r"[/\\]", name)[-1]
    stem = last.rpartition(".")[0] or last
    plain = _HARMLESS.sub("_", stem).strip(" ._")[:_LONGEST_NAME]
    return f"{plain or 'certificate'}.{EXTENSIONS[media_type]}"
