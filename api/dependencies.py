"""What handlers may ask for by name."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.di import Provide
from litestar.params import FromQuery

from core.pagination import DEFAULT_LIMIT, Cursor
from core.scope import Actor
from core.settings import Settings
from jobs.publication import Terms
from training.domain.compliance import Targets


def _actor(request: Request[Actor, Any, Any]) -> Actor:
    return request.user


def _cursor(limit: FromQuery[int] = DEFAULT_LIMIT, after: FromQuery[str | None] = None) -> Cursor:
    return Cursor(limit=limit, after=after)


def dependencies(settings: Settings) -> Mapping[str, Provide]:
    """Answer the providers; ``actor`` only where a sign-in is required."""
    targets = Targets.of_percent(*settings.compliance_targets)
    terms = Terms(settings.small_number_threshold, targets)
    return {
        "actor": Provide(_actor, sync_to_thread=False),
        "cursor": Provide(_cursor, sync_to_thread=False),
        "settings": Provide(lambda: settings, sync_to_thread=False, use_cache=True),
        "targets": Provide(lambda: targets, sync_to_thread=False, use_cache=True),
        "terms": Provide(lambda: terms, sync_to_thread=False, use_cache=True),
    }
