"""What is known of an e-mail after each thing that a mail server may say or leave unsaid."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from core.mail_settings import SmtpSettings
from messaging.gateways import mail
from messaging.gateways.mail import ConsoleMail, Delivery, Mail, SmtpMail, mail_of
from tests.fakes_smtp import HANG_UP, smtp_server

MAIL = Mail(
    UUID(int=7), "robin.vale@example.org", "Training: a reminder", "Sign in to see which.\n.\nBye\n"
)


async def test_an_e_mail_arrives_as_it_was_written_and_says_that_a_program_sent_it() -> None:
    async with smtp_server() as server:
        gateway = SmtpMail(server.settings)
        assert [await gateway.send(MAIL) for _ in range(2)] == [Delivery.SENT] * 2
        await gateway.close()

    (to, message), _ = server.taken
    assert (to, message["To"], message["From"]) == (MAIL.to, MAIL.to, "training@example.org")
    assert message["Subject"] == "Training: a reminder"
    assert message["Message-ID"] == f"<{MAIL.id}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_payload().replace("\r\n", "\n") == MAIL.body
    assert server.said.count("EHLO") == 1


@pytest.mark.parametrize(
    ("word", "answer", "known"),
    [
        ("EHLO", HANG_UP, Delivery.UNREACHABLE),
        ("MAIL", "550 not you", Delivery.UNREACHABLE),
        ("MAIL", HANG_UP, Delivery.UNREACHABLE),
        ("RCPT", "550 nobody here", Delivery.REFUSED),
        ("RCPT", "450 later", Delivery.NOT_NOW),
        ("RCPT", HANG_UP, Delivery.UNREACHABLE),
        ("DATA", "554 no", Delivery.REFUSED),
        (".", "552 too long", Delivery.REFUSED),
        (".", "451 later", Delivery.NOT_NOW),
        (".", "399 what", Delivery.UNKNOWN),
        (".", HANG_UP, Delivery.UNKNOWN),
    ],
)
async def test_only_what_was_handed_over_may_have_left(
    word: str, answer: str, known: Delivery
) -> None:
    async with smtp_server() as server:
        server.answers[word] = answer
        gateway = SmtpMail(server.settings)
        found = await gateway.send(MAIL)
        server.answers.clear()
        again = await gateway.send(MAIL)
        await gateway.close()

    assert (found, again) == (known, Delivery.SENT)
    assert len(server.taken) == 1 + (word == ".")


async def test_a_server_that_refuses_and_then_hangs_up_is_reached_anew() -> None:
    async with smtp_server() as server:
        server.answers = {"RCPT": "550 nobody here", "RSET": HANG_UP}
        gateway = SmtpMail(server.settings)
        found = await gateway.send(MAIL)
        server.answers.clear()

        assert (found, await gateway.send(MAIL)) == (Delivery.REFUSED, Delivery.SENT)
        await gateway.close()


@pytest.mark.parametrize("to", ["a@b.org\nBcc: c@d.org", "ÿÿ@example.org"])
async def test_an_address_that_cannot_be_one_is_refused(to: str) -> None:
    async with smtp_server() as server:
        gateway = SmtpMail(server.settings)
        assert await gateway.send(Mail(MAIL.id, to, "Training", "Words")) is Delivery.REFUSED
        await gateway.close()

    assert server.taken == []


async def test_whoever_asks_what_is_wrong_is_told_and_nothing_is_sent() -> None:
    async with smtp_server() as server:
        assert await SmtpMail(server.settings).fault() == ""
        server.answers["EHLO"] = HANG_UP
        assert await SmtpMail(server.settings).fault() == "SMTPServerDisconnected"
    gone = SmtpSettings("127.0.0.1", server.port, "training@example.org", "none")

    assert await SmtpMail(gone).fault() == "SMTPConnectError"
    assert await SmtpMail(gone).send(MAIL) is Delivery.UNREACHABLE
    assert server.taken == []


async def test_a_server_without_encryption_is_not_told_anything_where_it_must_encrypt() -> None:
    async with smtp_server() as server:
        demanding = SmtpSettings("127.0.0.1", server.port, "training@example.org", "starttls")
        assert await SmtpMail(demanding).send(MAIL) is Delivery.UNREACHABLE

    assert "MAIL" not in server.said


async def test_the_console_shows_neither_address_nor_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(mail, "_LOG", SimpleNamespace(info=lambda *a, **kw: shown.append((a, kw))))
    gateway = mail_of(None)
    assert isinstance(gateway, ConsoleMail)
    assert (await gateway.send(MAIL), await gateway.fault()) == (Delivery.SENT, "")
    await gateway.close()

    told = {"notice_id": str(MAIL.id), "characters": len(MAIL.body)}
    assert shown == [(("mail_shown_on_console",), told)]
