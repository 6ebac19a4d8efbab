"""Settings of texts: through whom they go, who may get them, and how fast."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from core.errors import SettingsError
from core.phone import PhoneError, parse_mobile
from core.scope import Side

CONSENT_DAYS: Mapping[Side, int] = MappingProxyType({Side.SURVIVOR: 28, Side.PERPETRATOR: 180})
"""How long a confirmation lasts unless an installation says otherwise (M2)."""

_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_FASTEST = 100.0
_SLOWEST = 0.1
_LONGEST_CONSENT_DAYS = 730


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """The account that texts go through; ``api_url`` is a local server that stands in for it."""

    account_sid: str
    auth_token: str = field(repr=False)
    senders: Mapping[Side | None, str]
    api_url: str | None = None


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """How texts go out.

    ``guests`` are the only numbers that may be texted, ``None`` for all (G16).
    ``consent_days`` is how long a confirmation that texts are safe lasts (M2).
    """

    gateway: Literal["console", "twilio"] = "console"
    twilio: TwilioSettings | None = None
    guests: frozenset[str] | None = None
    segments_per_second: float = 8.0
    consent_days: Mapping[Side, int] = field(default_factory=lambda: CONSENT_DAYS)

    @property
    def is_live(self) -> bool:
        """Tell whether texts can reach a phone."""
        return self.twilio is not None and self.twilio.api_url is None


def load(environ: Mapping[str, str]) -> SmsSettings:
    """Read the settings of texts.

    Raises:
        SettingsError: a value cannot be used; the message names the variable.
    """
    gateway = environ.get("TRACKER_SMS", "console")
    if gateway not in {"console", "twilio"}:
        raise SettingsError(f"TRACKER_SMS must be console or twilio, not {gateway!r}")
    twilio = _twilio(environ) if gateway == "twilio" else None
    return SmsSettings(
        gateway="twilio" if twilio else "console",
        twilio=twilio,
        guests=_guests(environ, drama=twilio is None or twilio.api_url is not None),
        segments_per_second=_speed(environ),
        consent_days=MappingProxyType(
            {
                side: _days(environ, f"TRACKER_SMS_CONSENT_DAYS_{side.upper()}", usual)
                for side, usual in CONSENT_DAYS.items()
            }
        ),
    )


def _twilio(environ: Mapping[str, str]) -> TwilioSettings:
    account = environ.get("TRACKER_TWILIO_ACCOUNT_SID", "")
    if not _ACCOUNT.fullmatch(account):
        raise SettingsError("TRACKER_TWILIO_ACCOUNT_SID must be AC and 32 digits or letters a to f")
    token = environ.get("TRACKER_TWILIO_AUTH_TOKEN", "")
    if not token:
        raise SettingsError("TRACKER_TWILIO_AUTH_TOKEN is required with TRACKER_SMS=twilio")
    return TwilioSettings(account, token, _senders(environ), _api_url(environ))


def _senders(environ: Mapping[str, str]) -> Mapping[Side | None, str]:
    """Answer who texts come from, for each side and for staff."""
    common = environ.get("TRACKER_TWILIO_FROM", "").strip()
    found: dict[Side | None, str] = {
        side: environ.get(f"TRACKER_TWILIO_FROM_{side.upper()}", "").strip() or common
        for side in Side
    }
    found[None] = common or found[Side.PERPETRATOR]
    if not all(found.values()):
        raise SettingsError("TRACKER_TWILIO_FROM is required with TRACKER_SMS=twilio")
    return MappingProxyType(found)


def _api_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("TRACKER_TWILIO_API_URL", "").rstrip("/")
    if not url:
        return None
    if not _is_on_this_machine(url):
        raise SettingsError(
            "TRACKER_TWILIO_API_URL must be a server on this machine, like http://127.0.0.1:4010"
        )
    return url


def _is_on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_loopback = parts.port != 0 and (
            parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.username or parts.password)
    return is_loopback and plain and parts.scheme in {"http", "https"}


def _guests(environ: Mapping[str, str], *, drama: bool) -> frozenset[str] | None:
    listed = environ.get("TRACKER_SMS_GUESTS")
    if listed is None:
        return None
    try:
        return frozenset(
            parse_mobile(one, allow_drama=drama).e164 for one in listed.replace(",", " ").split()
        )
    except PhoneError as error:
        raise SettingsError(f"TRACKER_SMS_GUESTS must list mobile numbers: {error}") from None


def _speed(environ: Mapping[str, str]) -> float:
    value = environ.get("TRACKER_SMS_SEGMENTS_PER_SECOND", "8")
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not _SLOWEST <= speed <= _FASTEST:
        raise SettingsError(
            f"TRACKER_SMS_SEGMENTS_PER_SECOND must be from {_SLOWEST} to {_FASTEST:.0f}"
        )
    return speed


def _days(environ: Mapping[str, str], name: str, usual: int) -> int:
    value = environ.get(name, str(usual))
    if value not in {str(days) for days in range(1, _LONGEST_CONSENT_DAYS + 1)}:
        raise SettingsError(f"{name} must be a number of days from 1 to {_LONGEST_CONSENT_DAYS}")
    return int(value)
