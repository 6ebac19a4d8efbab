"""Where Piccolo's own tools look: the database of the settings, and each room's tables."""

from piccolo.conf.apps import AppRegistry

from core import settings
from core.database import engine_for

DB = engine_for(settings.load().database_url)

APP_REGISTRY = AppRegistry(
    apps=[
        f"{room}.piccolo_app"
        for room in ("core", "accounts", "programmes", "training", "messaging")
    ]
)
