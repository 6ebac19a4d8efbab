"""What the doctor says of sending: an unreachable provider is a fault, what waits is a note."""

from dataclasses import replace

import pytest

from api.commands.doctor import ask_provider, look
from core.scope import SYSTEM
from jobs import training_notices
from jobs.scheduler import beat
from messaging.domain.reasons import Reason
from messaging.domain.terms import AlertKind
from messaging.domain.terms import MessageState as S
from messaging.gateways.base import GatewayError, Sent
from messaging.gateways.console import ConsoleGateway
from messaging.gateways.mail import Delivery
from messaging.services import pause
from messaging.services.alerts import raise_alert
from tests.conftest import SETTINGS
from tests.factories_lives import make_text, put_into
from tests.factories_notices import IN_30_DAYS, TODAY, Ledger, make_team
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway
from tests.fakes_smtp import smtp_server
from training.services import notices

pytestmark = pytest.mark.usefixtures("db")

CONSOLE = "Texts go to the console: none reaches a phone (TRACKER_SMS)"


class Unreachable(LedgerGateway):
    """A provider that cannot be asked."""

    async def fetch(self, sid: str) -> Sent | None:
        raise GatewayError("no answer")


async def test_a_new_service_sends_to_the_console_and_nothing_waits() -> None:
    assert await look(SETTINGS) == ([], [CONSOLE])


async def test_what_waits_for_a_person_is_counted() -> None:
    _, text = await make_text(S.PLANNED)
    await put_into(text, S.UNRESOLVED, Reason.NO_ANSWER)
    await raise_alert(AlertKind.LOOP)
    await pause.set_pause(paused=True, reason="Wrong texts", by=SYSTEM)

    assert await look(SETTINGS) == (
        [],
        [
            CONSOLE,
            "Switches that stop texts: 1",
            "Alerts about sending that wait: 1",
            "Texts of which nobody knows whether they were sent: 1",
        ],
    )


async def test_a_provider_that_does_not_answer_is_a_fault() -> None:
    assert await ask_provider(ConsoleGateway()) == []
    assert await ask_provider(Unreachable()) == [
        "The provider of texts does not answer, or refuses the account: no answer"
    ]


async def test_a_mail_server_that_does_not_answer_is_a_fault_and_what_did_not_leave_is_told() -> (
    None
):
    async with smtp_server() as server:
        assert await look(replace(SETTINGS, smtp=server.settings)) == ([], [CONSOLE])
    await (await make_team()).colleague(IN_30_DAYS, email="robin.vale@example.org")
    await notices.plan_expiries(TODAY)
    await training_notices.send(SETTINGS, Ledger(Delivery.REFUSED))

    assert await look(replace(SETTINGS, smtp=server.settings)) == (
        ["The mail server does not answer, or refuses the sign-in: SMTPConnectError"],
        [CONSOLE, "E-mails that no server took: 1"],
    )


async def test_a_job_that_stopped_is_a_fault(now: FixedClock) -> None:
    await beat("dispatch")
    now.advance(hours=1)

    found, notes = await look(replace(SETTINGS, scheduler="embedded"))

    assert found == ["The job 'dispatch' has not run since 12:00 UTC"]
    assert notes == [CONSOLE]
