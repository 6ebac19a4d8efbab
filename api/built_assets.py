"""Addresses of built page assets, with a fingerprint so that browsers may keep them."""

import base64
import functools
import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_INLINE_SCRIPT = (
    "document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype"
    " ? ' govuk-frontend-supported' : '');"
)
"""The one inline script of govuk-frontend's page template."""


@functools.cache
def address(name: str) -> str:
    """Answer the address of a file in ``api/static``."""
    path = STATIC / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
    return f"/static/{name}?v={mark}"


def inline_script_hash() -> str:
    """Answer what the content security policy calls the inline script."""
    return base64.b64encode(hashlib.sha256(_INLINE_SCRIPT.encode()).digest()).decode()
