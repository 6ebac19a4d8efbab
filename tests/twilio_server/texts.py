"""What the server keeps of a text, and how it tells of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled"})
_GSM_SEGMENT, _UCS2_SEGMENT = (160, 153), (70, 67)


@dataclass(frozen=True, slots=True)
class Left:
    """One text that a phone would have got: a line of the ledger, never changed."""

    sid: str
    to: str
    body: str
    callback: str
    at: datetime

    @property
    def token(self) -> str:
        """What the application wrote at the end of its callback's address."""
        return self.callback.rsplit("/", 1)[-1]


@dataclass(slots=True)
class Text:
    """One text as the server's records have it."""

    account: str
    to: str
    sender: str
    body: str
    callback: str
    valid_for: timedelta
    created_at: datetime
    listed_at: datetime
    status: str = "queued"
    error_code: int | None = None
    sent_at: datetime | None = None
    sid: str = ""
    direction: str = "outbound-api"

    def __post_init__(self) -> None:
        self.sid = self.sid or f"SM{uuid4().hex}"

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The resource, as Twilio writes it."""
        uri = f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}"
        service = self.sender if self.sender.startswith("MG") else None
        segments = 0 if service and self.status == "accepted" else segments_of(self.body)
        return {
            "account_sid": self.account, "api_version": VERSION, "body": self.body,
            "date_created": _written(self.created_at), "date_updated": _written(now),
            "date_sent": _written(self.sent_at) if self.sent_at else None,
            "direction": self.direction, "error_code": self.error_code,
            "error_message": "An error" if self.error_code else None,
            "from": None if service else self.sender, "messaging_service_sid": service,
            "num_media": "0", "num_segments": str(segments), "price": None, "price_unit": "USD",
            "sid": self.sid, "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"}, "to": self.to, "uri": f"{uri}.json",
        }  # fmt: skip


def segments_of(body: str) -> int:
    """How many segments the words take; near enough for a queue (ASCII stands for GSM-7)."""
    alone, joined = _GSM_SEGMENT if body.isascii() else _UCS2_SEGMENT
    return 1 if len(body) <= alone else -(-len(body) // joined)


def _written(instant: datetime) -> str:
    return format_datetime(instant)
