"""Checks wordings with the names that no text may say, and tells of those that cannot be used."""

from accounts.queries import organisations
from core.scope import SYSTEM
from messaging.services import rules, templates
from programmes.queries.programmes import programmes, units_of, venues


async def check() -> int:
    """Check the wordings anew and alert to those of active rules that no text can go out with."""
    await templates.recheck(names=await telling_names())
    return await rules.report_broken()


async def telling_names() -> frozenset[str]:
    """Answer the names of organisations, programmes, units and places: each gives people away (M4).

    A unit's name of one word is left out, since most are everyday words.
    """
    scope = SYSTEM.scope
    known = await programmes(scope=scope)
    units = await units_of([one.version_id for one in known], scope=scope)
    return frozenset(
        {one.name for one in await organisations(scope=scope)}
        | {one.name for one in known}
        | {one.name for one in await venues(scope=scope)}
        | {unit.title for of in units.values() for unit in of if len(unit.title.split()) > 1}
    )
