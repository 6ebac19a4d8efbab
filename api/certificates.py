"""Certificates as they come in and go out, the same on every way."""

from litestar import Response
from litestar.datastructures import FormMultiDict, UploadFile

from training.domain.certificates import EXTENSIONS, LARGEST_BYTES
from training.queries.certificates import CertificateFile
from training.services.certificates import NewFile

MOST_BODY_BYTES = LARGEST_BYTES + 100_000
"""The file, with what a form puts around it; a larger body is refused before it is read."""


async def optional_file(values: FormMultiDict) -> NewFile | None:
    """Answer the file that a form came with; ``None`` where nobody chose one."""
    file = values.get("file")
    if not isinstance(file, UploadFile):
        return None
    found = await file_of(file)
    return found if found.name or found.content else None


async def file_of(file: UploadFile) -> NewFile:
    """Answer a file that somebody sent."""
    try:
        return NewFile(file.filename, await file.read())
    finally:
        await file.close()


def as_download(found: CertificateFile) -> Response[bytes]:
    """Answer a certificate to be saved under a neutral name, and by nobody in between."""
    name = f"certificate-{found.id}.{EXTENSIONS[found.media_type]}"
    return Response(
        found.content,
        media_type=found.media_type.value,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
