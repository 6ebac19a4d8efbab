"""Loads the demonstration of this room into an empty database."""

import random

from core.demonstration import Progress
from core.scope import Side
from programmes.demo.equality import add_answers
from programmes.demo.followups import add_followups
from programmes.demo.funding import add_funding
from programmes.demo.large import add_many, made_so_far
from programmes.demo.outcomes import add_outcomes
from programmes.demo.perpetrators import add_perpetrators
from programmes.demo.places import add_coming_pause, add_offers
from programmes.demo.plans import add_plans
from programmes.demo.referrals import add_referral_histories
from programmes.demo.rights import add_holds
from programmes.demo.scene import Due, Team, empty_scene
from programmes.demo.survivors import add_survivors
from programmes.demo.timetables import add_building_choices, add_details
from programmes.services.counts import keep_all_counts


async def load(
    *, teams: dict[Side, Team], chance: random.Random, large: bool, progress: Progress
) -> tuple[Due, ...]:
    """Insert the programmes of both sides, inside the current transaction.

    Answers the sessions that texts have been, or will be, about.
    """
    scene = empty_scene(chance)
    progress("Programmes", 0, 2)
    add_survivors(scene, teams[Side.SURVIVOR])
    progress("Programmes", 1, 2)
    add_perpetrators(scene, teams[Side.PERPETRATOR])
    add_building_choices(scene, teams[Side.PERPETRATOR])
    made = made_so_far(scene)
    await scene.rows.insert()
    await add_details(teams)
    await add_referral_histories(teams)
    await add_holds(teams)
    await add_plans(teams)
    await add_followups(teams)
    await add_outcomes(teams)
    await add_funding(scene, teams)
    progress("Programmes", 2, 2)
    if large:
        await add_many(scene, teams, made=made, progress=progress)
    await add_answers(teams)
    await add_offers()
    await add_coming_pause()
    await keep_all_counts()
    return tuple(scene.due)
