"""Tells workforce leads, line managers and staff of training that lapses: on Today and by e-mail.

E-mail names nobody and no course: what it is about is on the page, after signing in (D7, D10).
"""

from uuid import UUID

from core import clock
from core.scope import SYSTEM
from core.settings import Settings
from jobs.health import beat, last_beat
from messaging.gateways.mail import Delivery, Mail, MailGateway, mail_of
from training.domain.chasing import in_all, is_digest_due, is_due
from training.domain.terms import NoticeKind, NoticeState
from training.queries.notices import ToSend, to_send
from training.services import notices

_PLANNED = "notices_planned"
"""The heartbeat of planning, which is done once a day."""
_SENDING_SECONDS = 10.0
"""How long one call begins e-mails: with the last one's time-out it is within a tick."""
_AT_ONCE = 50

_STATES = {
    Delivery.SENT: NoticeState.SENT,
    Delivery.REFUSED: NoticeState.FAILED,
    Delivery.NOT_NOW: NoticeState.WAITING,
    Delivery.UNREACHABLE: NoticeState.WAITING,
    Delivery.UNKNOWN: NoticeState.DOUBTFUL,
}
_DIGEST = """Training to chase in the week of {day}

Expired: {counts.expired}
Overdue, never trained: {counts.overdue}
Runs out within 30 days: {counts.within_30}
Runs out within 60 days: {counts.within_60}
Runs out within 90 days: {counts.within_90}

One person counts once for each requirement. The 90 days include the 60, and the 60 the 30.

Sign in to see which training it is:
{url}/training-notices
If you have no sign-in, ask whoever leads on training where you work.
"""
_EXPIRY = """One of your training courses {runs} out on {day}.

Sign in to see which:
{url}/my-training
"""


async def work(settings: Settings) -> int:
    """Plan what is due today and send what waits; answer how many were planned or sent."""
    planned = await plan()
    gateway = mail_of(settings.smtp)
    try:
        return planned + await send(settings, gateway)
    finally:
        await gateway.close()


async def plan() -> int:
    """Plan the notices of the day and the digests of the week, unless that was done."""
    now, kept = clock.now(), await last_beat(_PLANNED)
    if not is_due(kept, now):
        return 0
    planned = await notices.plan_expiries(clock.today())
    if is_digest_due(kept, now):
        planned += await notices.plan_digests(clock.today())
    await beat(_PLANNED)
    return planned


async def send(settings: Settings, gateway: MailGateway) -> int:
    """Send the e-mail that waits, each once, until the server is gone or the time is over."""
    await notices.tidy()
    ends, after, sent = clock.ticks() + _SENDING_SECONDS, UUID(int=0), 0
    while waiting := await to_send(
        after=after, day=clock.today(), limit=_AT_ONCE, scope=SYSTEM.scope
    ):
        for one in waiting:
            if clock.ticks() >= ends:
                return sent
            delivery = await _send_one(one, settings, gateway)
            if delivery is Delivery.UNREACHABLE:
                return sent
            sent += delivery is Delivery.SENT
        after = waiting[-1].id
    return sent


async def _send_one(one: ToSend, settings: Settings, gateway: MailGateway) -> Delivery | None:
    """Claim, try once, and keep what is known; ``None`` where another process was first."""
    if not await notices.claim(one.id):
        return None
    delivery = await gateway.send(_mail(one, settings)) if one.address else Delivery.REFUSED
    await notices.settle(one.id, _STATES[delivery])
    return delivery


def _mail(one: ToSend, settings: Settings) -> Mail:
    today = clock.today()
    if one.kind is NoticeKind.EXPIRY and one.last_on:
        runs = "runs" if one.last_on >= today else "ran"
        day = f"{one.last_on.day} {one.last_on:%B %Y}"
        body = _EXPIRY.format(runs=runs, day=day, url=settings.public_url)
        return Mail(one.id, one.address, "Training: a reminder", body)
    body = _DIGEST.format(
        day=f"{today.day} {today:%B %Y}",
        counts=in_all(one.counts.values()),
        url=settings.public_url,
    )
    return Mail(one.id, one.address, "Training: weekly summary", body)
