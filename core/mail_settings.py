"""Settings of e-mail: off unless an installation names its server."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.errors import SettingsError

Security = Literal["starttls", "tls", "none"]

_USUAL_PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}
_HIGHEST_PORT = 65535
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+)")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The server that e-mail goes through; ``none`` is a server on this machine, unencrypted."""

    host: str
    port: int
    sender: str
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def load(environ: Mapping[str, str]) -> SmtpSettings | None:
    """Read the settings of e-mail; ``None`` where it goes to the console.

    Raises:
        SettingsError: a value cannot be used; the message names the variable.
    """
    chosen = environ.get("TRACKER_MAIL", "console")
    if chosen not in {"console", "smtp"}:
        raise SettingsError(f"TRACKER_MAIL must be console or smtp, not {chosen!r}")
    if chosen == "console":
        return None
    host = environ.get("TRACKER_SMTP_HOST", "").strip()
    if not _HOST.fullmatch(host):
        raise SettingsError("TRACKER_SMTP_HOST must name a server, with TRACKER_MAIL=smtp")
    security = _security(environ, host)
    username, password = _sign_in(environ)
    return SmtpSettings(
        host=host,
        port=_port(environ, security),
        sender=_sender(environ),
        security=security,
        username=username,
        password=password,
    )


def _security(environ: Mapping[str, str], host: str) -> Security:
    value = environ.get("TRACKER_SMTP_SECURITY", "starttls")
    if value == "starttls":
        return "starttls"
    if value == "tls":
        return "tls"
    if value != "none":
        raise SettingsError(f"TRACKER_SMTP_SECURITY must be starttls, tls or none, not {value!r}")
    if not _is_this_machine(host):
        raise SettingsError("TRACKER_SMTP_SECURITY may be none only for a server on this machine")
    return "none"


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(environ: Mapping[str, str], security: Security) -> int:
    value = environ.get("TRACKER_SMTP_PORT", "") or str(_USUAL_PORTS[security])
    if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) <= _HIGHEST_PORT):
        raise SettingsError(f"TRACKER_SMTP_PORT must be from 1 to {_HIGHEST_PORT}")
    return int(value)


def _sign_in(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    username = environ.get("TRACKER_SMTP_USERNAME") or None
    password = environ.get("TRACKER_SMTP_PASSWORD") or None
    if username and not password:
        raise SettingsError("TRACKER_SMTP_PASSWORD is required with TRACKER_SMTP_USERNAME")
    if password and not username:
        raise SettingsError("TRACKER_SMTP_USERNAME is required with TRACKER_SMTP_PASSWORD")
    return username, password


def _sender(environ: Mapping[str, str]) -> str:
    value = environ.get("TRACKER_SMTP_FROM", "").strip()
    if not _ADDRESS.fullmatch(value):
        raise SettingsError("TRACKER_SMTP_FROM must be an address like training@example.org")
    return value
