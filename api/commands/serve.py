"""``tracker serve``: the pages and the HTTP interface."""

from typing import Any

import click
import uvicorn

from api.app import create_app
from api.commands.readiness import make_ready
from core import log, settings
from core.clock import SystemClock
from core.errors import SettingsError
from core.settings import Settings
from messaging.gateways.chosen import gateway_of


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="More than one needs PostgreSQL.")
@click.option("--scheduler", type=click.Choice(["embedded", "off"]), help="Run the jobs here?")
def serve(host: str, port: int, workers: int, scheduler: str | None) -> None:
    """Serve the pages and the HTTP interface."""
    chosen = settings.load({**settings.environment(), **_given(scheduler)})
    if workers > 1 and chosen.is_sqlite:
        raise SettingsError("--workers: more than one needs PostgreSQL (TRACKER_DATABASE_URL)")
    if chosen.demo:
        from api.commands import demo  # noqa: PLC0415 - large, and no service in earnest needs it

        demo.make_demo_ready(chosen)
    else:
        make_ready(chosen)
    click.echo(f"Programme Tracker: {click.style(f'http://{host}:{port}', bold=True)}")
    if workers == 1:
        uvicorn.run(app(chosen), host=host, port=port, log_level="warning", access_log=False)
        return
    settings.hand_down(_given(scheduler))
    uvicorn.run(
        "api.commands.serve:app", factory=True, host=host, port=port, workers=workers,
        log_level="warning", access_log=False,
    )  # fmt: skip


def _given(scheduler: str | None) -> dict[str, str]:
    return {"TRACKER_SCHEDULER": scheduler} if scheduler else {}


def app(chosen: Settings | None = None) -> Any:
    """Build the application of the settings; each worker process calls it."""
    chosen = chosen or settings.load()
    log.configure(json=not chosen.demo)
    return create_app(chosen, SystemClock(), gateway_of(chosen))
