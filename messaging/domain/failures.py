"""What each failure of the provider means for a text, as data (messaging.md 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from messaging.domain.reasons import Reason
from messaging.domain.terms import AlertKind, BlockCause


class Verdict(StrEnum):
    """What is known after one try to send.

    Only ``not_sent`` and ``busy`` are tried again by themselves; ``unknown`` never is. With
    ``stopped`` the fault is in the account or its settings: the text stays in the queue, and
    nothing else is tried.
    """

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    BUSY = "busy"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What follows when the provider refuses to take a text at once.

    ``wait_seconds`` is how long to wait before the next try of any text, where the provider names
    no time itself.
    """

    verdict: Verdict
    reason: Reason
    block: BlockCause | None = None
    alert: AlertKind | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """What follows when a text that was taken is reported as not delivered.

    ``again_after_seconds`` is ``None`` where it is not tried again; otherwise it is, once.
    """

    reason: Reason
    again_after_seconds: int | None = None
    block: BlockCause | None = None
    alert: AlertKind | None = None


_HALF_AN_HOUR = 1800
_TEN_MINUTES = 600
_A_DAY = 86_400
_BAD_NUMBER = Refusal(Verdict.REJECTED, Reason.BAD_NUMBER, block=BlockCause.BAD_NUMBER)
_OUR_FAULT = Refusal(Verdict.REJECTED, Reason.REFUSED, alert=AlertKind.OUR_FAULT)
_NOT_OUR_SENDER = Refusal(Verdict.STOPPED, Reason.SENDING_STOPPED, alert=AlertKind.SENDER_REFUSED)
_NOT_OUR_ACCOUNT = Refusal(Verdict.STOPPED, Reason.SENDING_STOPPED, alert=AlertKind.ACCOUNT_REFUSED)
_TOO_MANY = Refusal(Verdict.BUSY, Reason.PROVIDER_BUSY, wait_seconds=1)

REFUSALS: Mapping[int, Refusal] = {
    20003: _NOT_OUR_ACCOUNT,
    30002: _NOT_OUR_ACCOUNT,
    20429: _TOO_MANY,
    21211: _BAD_NUMBER,
    21612: _BAD_NUMBER,
    21614: _BAD_NUMBER,
    21408: Refusal(Verdict.REJECTED, Reason.REFUSED, alert=AlertKind.REGION_REFUSED),
    21610: Refusal(Verdict.OPTED_OUT, Reason.OPTED_OUT, block=BlockCause.PROVIDER_OPT_OUT),
    21602: _OUR_FAULT,
    21617: _OUR_FAULT,
    21619: _OUR_FAULT,
    21606: _NOT_OUR_SENDER,
    21659: _NOT_OUR_SENDER,
    21660: _NOT_OUR_SENDER,
    21611: Refusal(Verdict.BUSY, Reason.PROVIDER_BUSY, wait_seconds=_TEN_MINUTES),
    63038: Refusal(
        Verdict.BUSY, Reason.PROVIDER_BUSY, alert=AlertKind.DAILY_LIMIT, wait_seconds=_A_DAY
    ),
    14107: Refusal(Verdict.REJECTED, Reason.REFUSED, alert=AlertKind.LOOP),
}
"""By the provider's code, in the body of a 4xx answer."""

BY_STATUS: Mapping[int, Refusal] = {
    401: _NOT_OUR_ACCOUNT,
    403: _NOT_OUR_ACCOUNT,
    429: _TOO_MANY,
}
"""By the HTTP status, where the code is not known."""

OTHER_REFUSAL = Refusal(Verdict.REJECTED, Reason.REFUSED)
"""Any other 4xx: refused for good, and a person looks."""

LOSSES: Mapping[int, Loss] = {
    30001: Loss(Reason.PROVIDER_BUSY, again_after_seconds=_TEN_MINUTES),
    30003: Loss(Reason.UNREACHABLE, again_after_seconds=_HALF_AN_HOUR),
    30004: Loss(Reason.CARRIER_REFUSED),
    30005: Loss(Reason.BAD_NUMBER, block=BlockCause.BAD_NUMBER),
    30006: Loss(Reason.BAD_NUMBER, block=BlockCause.BAD_NUMBER),
    30007: Loss(Reason.CARRIER_REFUSED, alert=AlertKind.FILTERED),
    30008: Loss(Reason.UNREACHABLE, again_after_seconds=_HALF_AN_HOUR),
    30034: Loss(Reason.CARRIER_REFUSED, alert=AlertKind.REGION_REFUSED),
    30036: Loss(Reason.PAST),
    30500: Loss(Reason.PROVIDER_FAULT, again_after_seconds=60),
}
"""By the error code of a receipt; ``again`` means at most one more try, inside its window."""

OTHER_LOSS = Loss(Reason.NOT_DELIVERED)
"""Any other code: not tried again, and a person looks."""


def refusal_of(status: int, code: int) -> Refusal | None:
    """Answer what an HTTP answer's refusal means; ``None`` where nobody knows if it was taken.

    A 5xx or a redirect says nothing: the provider may have taken the text.
    """
    if not 400 <= status < 500:  # noqa: PLR2004 - HTTP
        return None
    return REFUSALS.get(code) or BY_STATUS.get(status) or OTHER_REFUSAL


def loss_of(code: int) -> Loss:
    """Answer what a receipt's error code means."""
    return LOSSES.get(code, OTHER_LOSS)
