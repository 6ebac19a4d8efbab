"""Sends e-mail, each once, and tells what is known of it; the only importer of aiosmtplib."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import aiosmtplib

from core import clock, log
from core.mail_settings import SmtpSettings

_LOG = log.get(__name__)
_SECONDS = 8.0
_REFUSED_FOR_GOOD = range(500, 600)
_REFUSED_FOR_NOW = range(400, 500)


class Delivery(StrEnum):
    """What is known of one e-mail.

    ``NOT_NOW`` was not taken and may be tried again; ``UNREACHABLE`` likewise, and so is every
    other one; ``UNKNOWN`` was handed over, and nobody knows whether the server took it.
    """

    SENT = "sent"
    REFUSED = "refused"
    NOT_NOW = "not_now"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail; its id becomes the ``Message-ID``."""

    id: UUID
    to: str
    subject: str
    body: str


class MailGateway(Protocol):
    """Sends one e-mail, once; never retries by itself."""

    async def send(self, mail: Mail) -> Delivery:
        """Try to send, and answer what is known; raises nothing."""
        ...

    async def fault(self) -> str:
        """Answer why nothing can leave now, by greeting the server; empty where it can."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class ConsoleMail:
    """Sends nothing: says on the console that an e-mail would have gone out."""

    async def send(self, mail: Mail) -> Delivery:
        """Accept the e-mail; neither address nor wording reaches the log."""
        _LOG.info("mail_shown_on_console", notice_id=str(mail.id), characters=len(mail.body))
        return Delivery.SENT

    async def fault(self) -> str:
        """Answer nothing: a console is always there."""
        return ""

    async def close(self) -> None:
        """Do nothing: it holds no connection."""


class SmtpMail:
    """Speaks to one server; a connection serves until it is closed."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail: Mail) -> Delivery:
        """Try to send once, and answer what is known; raises nothing."""
        try:
            message = _message(mail, self._settings.sender)
        except ValueError:  # an address that no header can hold
            return Delivery.REFUSED
        try:
            client = await self._connected()
            await client.mail(self._settings.sender)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            _LOG.warning("mail_server_unreachable", **log.fault(error))
            await self.close()
            return Delivery.UNREACHABLE
        try:
            return await _hand_over(client, mail.to, message)
        finally:
            if not client.is_connected:
                self._client = None

    async def fault(self) -> str:
        """Answer why nothing can leave now, by connecting and signing in; empty where it can."""
        try:
            await self._connected()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return type(error).__name__
        finally:
            await self.close()
        return ""

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None:
            self._client = aiosmtplib.SMTP(
                hostname=self._settings.host,
                port=self._settings.port,
                username=self._settings.username,
                password=self._settings.password,
                use_tls=self._settings.security == "tls",
                start_tls=self._settings.security == "starttls",
                local_hostname="localhost",  # what this host is called is nobody's business
                timeout=_SECONDS,
            )
            await self._client.connect()
            await self._client.ehlo()
        return self._client


def mail_of(settings: SmtpSettings | None) -> MailGateway:
    """Make the way to send e-mail that the settings choose; nothing is asked of a server yet."""
    return SmtpMail(settings) if settings else ConsoleMail()


async def _hand_over(client: aiosmtplib.SMTP, to: str, message: bytes) -> Delivery:
    """Name who it is for, then hand it over; only from then on may it have left."""
    try:
        await client.rcpt(to)
    except aiosmtplib.SMTPResponseException as error:
        await _begin_anew(client)
        return _refusal(error.code)
    except ValueError:  # an address beyond ASCII
        await _begin_anew(client)
        return Delivery.REFUSED
    except (aiosmtplib.SMTPException, OSError):
        client.close()
        return Delivery.UNREACHABLE
    try:
        await client.data(message)
    except aiosmtplib.SMTPDataError as error:
        await _begin_anew(client)
        return _refusal(error.code)
    except Exception as error:  # noqa: BLE001 - whatever it was, the e-mail may have left
        _LOG.warning("mail_server_left_it_open", **log.fault(error))
        client.close()
        return Delivery.UNKNOWN
    return Delivery.SENT


async def _begin_anew(client: aiosmtplib.SMTP) -> None:
    """Let the server forget the e-mail that it did not take."""
    try:
        await client.rset()
    except (aiosmtplib.SMTPException, OSError):
        client.close()


def _refusal(code: int) -> Delivery:
    if code in _REFUSED_FOR_GOOD:
        return Delivery.REFUSED
    return Delivery.NOT_NOW if code in _REFUSED_FOR_NOW else Delivery.UNKNOWN


def _message(mail: Mail, sender: str) -> bytes:
    """Answer the e-mail as it travels: plain text, and said to come from a program."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message.as_bytes()
