"""Frozen settings; the only reader of the environment."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from core import mail_settings, sms_settings
from core.errors import SettingsError
from core.mail_settings import SmtpSettings
from core.sms_settings import SmsSettings
from core.suppression import THRESHOLDS

DEFAULT_DATABASE_URL = "sqlite:///var/tracker.db"
_SHORTEST_KEY = 32
_SHORTEST_TOKEN = 16
_MOST_YEARS = 100
_CASE_YEARS = 7
"""How long programme cases are kept after they close, unless an installation says otherwise."""

_TARGETS = (90, 80)
_PERCENTS = {str(percent): percent for percent in range(1, 101)}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides; see README for each variable."""

    database_url: str
    public_url: str
    secret_key: str
    sms: SmsSettings = field(default_factory=SmsSettings)
    smtp: SmtpSettings | None = None
    scheduler: Literal["embedded", "off"] = "embedded"
    demo: bool = False
    retention_case_years: int = _CASE_YEARS
    compliance_targets: tuple[int, int] = _TARGETS
    """Percent of staff trained from which a figure is green, and amber."""
    small_number_threshold: int = THRESHOLDS[0]
    """Counts below it are hidden in what is published (C9)."""
    state: Path | None = None
    metrics_token: str = field(default="", repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is used."""
        return self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> Path:
        """Answer the database file of the embedded engine."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def secure_cookies(self) -> bool:
        """Tell whether browsers reach the service over TLS."""
        return self.public_url.startswith("https:")

    @property
    def drama_numbers(self) -> bool:
        """Tell whether Ofcom's drama numbers are accepted: only where nothing can be sent."""
        return not self.sms.is_live

    @property
    def state_folder(self) -> Path:
        """Answer where this host keeps what must outlive a lost connection to the database."""
        return self.state or (self.sqlite_path.parent if self.is_sqlite else Path("var"))

    @property
    def database_name(self) -> str:
        """Answer what the database is called, without where it is."""
        return Path(urlsplit(self.database_url).path).name

    @property
    def key_bytes(self) -> bytes:
        """Answer the secret key as bytes, for keyed hashes."""
        return self.secret_key.encode()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings from ``TRACKER_…`` variables, and from ``.env`` where there is one.

    Raises:
        SettingsError: a value cannot be used; the message names the variable.
    """
    environ = environment() if environ is None else environ
    database_url = _database_url(environ.get("TRACKER_DATABASE_URL", DEFAULT_DATABASE_URL))
    demo = _one_of(environ, "TRACKER_DEMO", ("0", "1")) == "1"
    sms = sms_settings.load(environ)
    if demo and sms.is_live:
        raise SettingsError("TRACKER_DEMO: the demonstration never sends; set TRACKER_SMS=console")
    smtp = mail_settings.load(environ)
    if demo and smtp:
        raise SettingsError("TRACKER_DEMO: the demonstration never sends; set TRACKER_MAIL=console")
    scheduler = _one_of(environ, "TRACKER_SCHEDULER", ("embedded", "off"))
    return Settings(
        database_url=database_url,
        public_url=_public_url(environ.get("TRACKER_PUBLIC_URL", "http://127.0.0.1:8000")),
        secret_key=_secret_key(environ.get("TRACKER_SECRET_KEY", ""), database_url),
        scheduler="off" if scheduler == "off" else "embedded",
        demo=demo,
        sms=sms,
        smtp=smtp,
        retention_case_years=_years(environ, "TRACKER_RETENTION_CASE_YEARS"),
        compliance_targets=_targets(environ.get("TRACKER_COMPLIANCE_TARGETS", "90,80")),
        small_number_threshold=int(
            _one_of(environ, "TRACKER_SMALL_NUMBER_THRESHOLD", tuple(map(str, THRESHOLDS)))
        ),
        metrics_token=_metrics_token(environ.get("TRACKER_METRICS_TOKEN", "")),
        state=Path(environ["TRACKER_STATE"]) if environ.get("TRACKER_STATE") else None,
    )


def environment() -> dict[str, str]:
    """Answer the environment, over what ``.env`` says."""
    return {**{key: value or "" for key, value in dotenv_values(".env").items()}, **os.environ}


def hand_down(values: Mapping[str, str]) -> None:
    """Set variables for the worker processes that this one starts."""
    os.environ.update(values)


def _metrics_token(token: str) -> str:
    if token and len(token) < _SHORTEST_TOKEN:
        raise SettingsError(
            f"TRACKER_METRICS_TOKEN must have at least {_SHORTEST_TOKEN} characters"
        )
    return token


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name, allowed[0])
    if value not in allowed:
        raise SettingsError(f"{name} must be {' or '.join(allowed)}, not {value!r}")
    return value


def _years(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name, str(_CASE_YEARS))
    if value not in {str(years) for years in range(1, _MOST_YEARS + 1)}:
        raise SettingsError(f"{name} must be a number of years from 1 to {_MOST_YEARS}")
    return int(value)


def _targets(text: str) -> tuple[int, int]:
    """Read ``90,80``: green from 90 %, amber from 80 %."""
    green, _, amber = (part.strip() for part in text.partition(","))
    if green in _PERCENTS and amber in _PERCENTS and _PERCENTS[amber] <= _PERCENTS[green]:
        return _PERCENTS[green], _PERCENTS[amber]
    raise SettingsError(
        "TRACKER_COMPLIANCE_TARGETS must be two whole percentages, the one for green first:"
        " like 90,80"
    )


def _database_url(url: str) -> str:
    file = url.removeprefix("sqlite:///")
    if file not in (url, "", ":memory:"):  # each connection would have a memory of its own
        return url
    if url.startswith(("postgresql://", "postgres://")):
        return url
    raise SettingsError(
        "TRACKER_DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    )


def _public_url(url: str) -> str:
    if not _is_plain_address(url):
        raise SettingsError("TRACKER_PUBLIC_URL must be like https://tracker.example.org")
    return url.rstrip("/")


def _is_plain_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port != 0
        and not (parts.username or parts.password or parts.query or parts.fragment)
    )


def _secret_key(key: str, database_url: str) -> str:
    if len(key) >= _SHORTEST_KEY:
        return key
    if key:
        raise SettingsError(f"TRACKER_SECRET_KEY must have at least {_SHORTEST_KEY} characters")
    if not database_url.startswith("sqlite:"):
        raise SettingsError("TRACKER_SECRET_KEY is required on PostgreSQL")
    return _kept_key(Path(database_url.removeprefix("sqlite:///")).parent / "secret-key")


def _kept_key(path: Path) -> str:
    """Answer the key kept beside the embedded database, made at the first start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        key = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"TRACKER_SECRET_KEY: the file {path} cannot be used") from error
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(f"TRACKER_SECRET_KEY: the file {path} holds no key; delete it")
    return key
