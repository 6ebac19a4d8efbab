"""What is measured, and how it is printed."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bench import compliance, growth, imports, prepared, raw, staff_imports, texts
from bench.http import Load, get_again, put_all
from bench.prepared import Prepared
from bench.service import new_postgres, new_sqlite, serving

_ROUNDS = 3
_CLIENTS = 8
_WRITERS = 16


async def run(folder: Path, server_url: str, *, quick: bool, for_seconds: float) -> None:
    """Measure everything on both engines."""
    for engine in ("PostgreSQL", "SQLite"):
        url = await _new(engine, "registers", folder, server_url)
        await _registers(engine, await prepared.with_registers(url), for_seconds)
        url = await _new(engine, "imports", folder, server_url)
        await imports.measure(engine, await prepared.with_registers(url))
        await staff_imports.measure(engine, await _new(engine, "staff_imports", folder, server_url))
        url = await _new(engine, "texts", folder, server_url)
        await texts.measure(engine, url, folder)
    if quick:
        print("\nLeft out: the large demonstration, compliance, millions of marks (--quick)")
        return
    for engine in ("PostgreSQL", "SQLite"):
        url = await _new(engine, "large", folder, server_url)
        await _report(engine, await prepared.with_everything(url), for_seconds)
        await compliance.measure(engine, await _new(engine, "workforce", folder, server_url))
    await growth.measure(
        folder, server_url, sizes=(growth.SMALL, growth.LARGE), for_seconds=for_seconds
    )


async def _new(engine: str, name: str, folder: Path, server_url: str) -> str:
    if engine == "PostgreSQL":
        url = await new_postgres(server_url, name)
    else:
        url = new_sqlite(folder, name)
    await asyncio.to_thread(prepared.migrate, url)
    return url


async def _registers(engine: str, filled: Prepared, for_seconds: float) -> None:
    """Save registers over HTTP and by the bare driver, in turn; then with many writers at once."""
    print(f"\n{engine}: first save of a register of {prepared.GROUP_SIZE}")
    each = for_seconds / _ROUNDS
    with serving(filled.url) as port:
        await put_all(port, filled.token, filled.work(), clients=1, for_seconds=0.5)
        for clients in (1, _CLIENTS):
            ours, bare = await _in_turn(
                lambda clients=clients: put_all(  # type: ignore[misc]  # bound at once
                    port, filled.token, filled.work(), clients=clients, for_seconds=each
                ),
                lambda clients=clients: _bare(engine, filled, clients, each),  # type: ignore[misc]  # bound at once
            )
            _compare(f"{clients} client{'s' if clients > 1 else ''}", ours, bare)
        if engine == "SQLite":
            load = await put_all(
                port, filled.token, filled.work(), clients=_WRITERS, for_seconds=for_seconds
            )
            _writers(load)


async def _bare(engine: str, filled: Prepared, clients: int, for_seconds: float) -> Load:
    if engine == "PostgreSQL":
        return await raw.postgres_upserts(filled, clients=clients, for_seconds=for_seconds)
    return await asyncio.to_thread(raw.sqlite_upserts, filled, for_seconds=for_seconds)


async def _in_turn(
    ours: Callable[[], Awaitable[Load]], bare: Callable[[], Awaitable[Load]]
) -> tuple[list[Load], list[Load]]:
    """Answer rounds of both, so that a busy moment of the machine falls on both."""
    rounds = [(await ours(), await bare()) for _ in range(_ROUNDS)]
    return [one for one, _ in rounds], [other for _, other in rounds]


def _compare(what: str, ours: Sequence[Load], bare: Sequence[Load]) -> None:
    seconds = [one for load in ours for one in load.seconds]
    rate, limit = _rate(ours), _rate(bare)
    trouble = sum(load.failures + load.refusals for load in ours)
    print(
        f"  {what:<10} {rate:7.0f}/s  p50 {_p(seconds, 50):6.1f} ms  p99 {_p(seconds, 99):6.1f} ms"
        f"   bare driver {limit:7.0f}/s   ratio {rate / limit:.2f}   not 200: {trouble}"
    )


def _rate(loads: Sequence[Load]) -> float:
    """Answer the median of the rounds' saves a second."""
    return statistics.median(len(load.seconds) / load.elapsed for load in loads)


def _writers(load: Load) -> None:
    p50, p99 = _p(load.seconds, 50), _p(load.seconds, 99)
    print(
        f"  {_WRITERS} writers {len(load.seconds) / load.elapsed:7.0f}/s  p50 {p50:6.1f} ms"
        f"  p99 {p99:6.1f} ms   p99/p50 {p99 / p50:.1f}   5xx: {load.failures}"
        f"   other refusals: {load.refusals}"
    )


async def _report(engine: str, filled: Prepared, for_seconds: float) -> None:
    """Answer the completion report over HTTP, and the same figures by SQL alone."""
    print(f"\n{engine}: completion over the large demonstration, whole response")
    with serving(filled.url) as port:
        ours = await get_again(
            port, filled.token, "/api/v1/reports/completion", for_seconds=for_seconds
        )
    kept, marks = [
        await _query(engine, filled.url, sql, for_seconds)
        for sql in (raw.COMPLETION, raw.FROM_MARKS)
    ]
    mine, best, worst = (_p(load.seconds, 50) for load in (ours, kept, marks))
    print(f"  the report {mine:8.1f} ms   not 200: {ours.failures + ours.refusals}")
    print(f"  best SQL   {best:8.1f} ms   ratio {mine / best:.2f}")
    print(f"  from marks {worst:8.1f} ms   ratio {mine / worst:.2f}")


async def _query(engine: str, url: str, sql: str, for_seconds: float) -> Load:
    if engine == "PostgreSQL":
        return await raw.postgres_query(url, sql, for_seconds=for_seconds)
    return await asyncio.to_thread(raw.sqlite_query, url, sql, for_seconds=for_seconds)


def _p(seconds: Sequence[float], percentile: int) -> float:
    """Answer a percentile in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) * percentile // 100, len(ordered) - 1)] * 1000
