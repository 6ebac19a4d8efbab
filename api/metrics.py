"""Shapes the figures of sending as Prometheus reads them; labels are codes, never people."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import clock
from jobs.health import beats
from jobs.ticks import Lost, lost
from messaging.queries.gauges import Counts, Gauges

_PREFIX = "tracker"


class _Figures(Collector):
    """Figures that were read already, because reading the database waits and a scrape does not."""

    def __init__(self, gauges: Gauges, ages_seconds: Mapping[str, float]) -> None:
        self._gauges = gauges
        self._ages_seconds = ages_seconds

    def collect(self) -> Iterator[Metric]:
        found = self._gauges
        yield _by("messages", "Texts by state", "state", found.messages)
        yield _by("messages_held", "Held texts by reason", "reason", found.held)
        yield _one("messages_due", "Texts that are due and have not left", found.due)
        oldest = (clock.now() - found.oldest_due_at).total_seconds() if found.oldest_due_at else 0
        yield _one("oldest_due_age_seconds", "How long the oldest due text has waited", oldest)
        yield _by("attempt_errors", "Tries by the provider's error code", "code", found.error_codes)
        yield _by("callbacks", "Receipts by status", "status", found.callbacks)
        yield _by("alerts_open", "Alerts that wait to be looked into", "kind", found.open_alerts)
        yield _one("replies_open", "Texts that came in and wait for a person", found.open_replies)
        yield _by("pauses", "Switches that stop texts", "of", found.pauses)
        yield _by("heartbeat_age_seconds", "Since a job last finished", "job", self._ages_seconds)
        yield _ticks(lost())


async def shape(gauges: Gauges) -> bytes:
    """Answer the text of a scrape."""
    now = clock.now()
    ages = {job: (now - at).total_seconds() for job, at in (await beats()).items()}
    registry = CollectorRegistry()
    registry.register(_Figures(gauges, ages))
    return generate_latest(registry)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", words, value=value)


def _by(name: str, words: str, label: str, counts: Counts | Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", words, labels=[label])
    for what, number in sorted(counts.items()):
        family.add_metric([what], number)
    return family


def _ticks(counts: Mapping[tuple[str, Lost], int]) -> Metric:
    family = CounterMetricFamily(
        f"{_PREFIX}_job_ticks_lost", "Ticks that came to nothing in this process",
        labels=["job", "why"],
    )  # fmt: skip
    for (job, why), number in sorted(counts.items()):
        family.add_metric([job, why.value], number)
    return family
