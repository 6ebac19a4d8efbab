"""``tracker doctor``: what is wrong, and what somebody should know though nothing is wrong."""

import asyncio

import click

from core import database, settings
from core.scope import SYSTEM
from core.settings import Settings
from jobs.health import faults
from messaging.domain.terms import MessageState
from messaging.gateways.base import GatewayError, SmsGateway
from messaging.gateways.chosen import gateway_of, warnings
from messaging.gateways.mail import MailGateway, mail_of
from messaging.queries.gauges import gauges
from programmes.queries.counters import wrong_counters
from training.domain.terms import NoticeState
from training.queries.kept import wrong_holdings
from training.queries.notices import unsent

_MADE_UP = f"SM{0:032x}"
"""An id that no text has: asking for it changes nothing, and proves that the account answers."""


@click.command()
def doctor() -> None:
    """Look for faults in settings, database, jobs, counters and providers; exit 1 on one."""
    chosen = settings.load()
    found, notes = asyncio.run(_connected(chosen))
    for fault in found:
        click.echo(f"fault: {fault}")
    for note in notes:
        click.echo(f"note: {note}")
    if found:
        raise SystemExit(1)
    click.echo("No fault found")


async def _connected(chosen: Settings) -> tuple[list[str], list[str]]:
    async with database.connected(chosen.database_url):
        return await look(chosen)


async def look(chosen: Settings) -> tuple[list[str], list[str]]:
    """Answer the faults, and what somebody should know; both in sentences."""
    found = list(await faults(chosen))
    if found:  # the rest needs a database that answers, of this revision, and its jobs
        return found, _settings_notes(chosen)
    found += await wrong_counters(scope=SYSTEM.scope)
    found += await wrong_holdings(scope=SYSTEM.scope)
    found += await _provider_faults(chosen)
    found += await ask_mail(mail_of(chosen.smtp))
    return found, [*_settings_notes(chosen), *await _sending_notes()]


async def _provider_faults(chosen: Settings) -> list[str]:
    gateway = gateway_of(chosen)
    try:
        return await ask_provider(gateway)
    finally:
        await gateway.close()


async def ask_provider(gateway: SmsGateway) -> list[str]:
    """Answer why texts cannot leave now, by asking the provider for a text that is not there."""
    try:
        await gateway.fetch(_MADE_UP)
    except GatewayError as error:
        return [f"The provider of texts does not answer, or refuses the account: {error}"]
    return []


async def ask_mail(gateway: MailGateway) -> list[str]:
    """Answer why e-mail cannot leave now, by greeting the server; nothing is sent."""
    fault = await gateway.fault()
    return [f"The mail server does not answer, or refuses the sign-in: {fault}"] if fault else []


def _settings_notes(chosen: Settings) -> list[str]:
    if chosen.sms.gateway == "console":
        return ["Texts go to the console: none reaches a phone (TRACKER_SMS)"]
    return list(warnings(chosen))


async def _sending_notes() -> list[str]:
    """Answer what waits for a person, in counts."""
    found = await gauges(scope=SYSTEM.scope)
    doubtful = found.messages.get(MessageState.UNRESOLVED, 0)
    mail = await unsent(scope=SYSTEM.scope)
    waiting = (
        ("Switches that stop texts", sum(found.pauses.values())),
        ("Alerts about sending that wait", sum(found.open_alerts.values())),
        ("Texts of which nobody knows whether they were sent", doubtful),
        ("Texts that are held", found.messages.get(MessageState.HELD, 0)),
        ("Texts that came in and wait for a person", found.open_replies),
        ("E-mails that no server took", mail.get(NoticeState.FAILED, 0)),
        ("E-mails of which nobody knows whether they left", mail.get(NoticeState.DOUBTFUL, 0)),
    )
    return [f"{words}: {number}" for words, number in waiting if number]
