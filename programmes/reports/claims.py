"""Results that documents claim, each beside the same counted from the records (C7, C11)."""

from collections.abc import Mapping, Sequence

from core.reports import Basis, ClaimedFigure, Marker, Question, Rate
from core.scope import Permission, Scope
from programmes.domain.funding import ClaimedRate
from programmes.queries.cases import Count, case_counts
from programmes.queries.claims import ClaimView, claims

SAID: Mapping[ClaimedRate, str] = {
    ClaimedRate.COMPLETIONS_PER_REFERRAL: "Completions of referrals (R1)",
    ClaimedRate.COMPLETIONS_PER_START: "Completions of starts (R2)",
    ClaimedRate.COMPLETIONS_PER_CLOSED_START: "Completions of closed starts (R3)",
    ClaimedRate.STARTS_PER_REFERRAL: "Starts of referrals",
}
"""What is claimed, in words."""

_COUNTED: Mapping[ClaimedRate, tuple[str, tuple[str, ...]]] = {
    ClaimedRate.COMPLETIONS_PER_REFERRAL: ("completed", ("referred",)),
    ClaimedRate.COMPLETIONS_PER_START: ("completed", ("started",)),
    ClaimedRate.COMPLETIONS_PER_CLOSED_START: ("completed", ("completed", "left")),
    ClaimedRate.STARTS_PER_REFERRAL: ("started", ("referred",)),
}
"""The counts that a claimed rate divides, the denominator being the sum of several."""


async def claimed_figures(
    counts: Sequence[Count], question: Question, *, scope: Scope
) -> tuple[ClaimedFigure, ...]:
    """Answer what documents claim, beside what the records say had happened by their days.

    Of a whole side nothing is counted again: kinds of programme are never added up.
    """
    found = await claims(
        scope=scope,
        permission=Permission.VIEW_PROGRAMME_REPORTS,
        programme_id=question.programme_id,
    )
    of_whom = question.organisation_id
    return tuple(
        [
            await _beside(view, counts, scope)
            for view in found
            if of_whom in {None, view.organisation_id}
        ]
    )


async def _beside(view: ClaimView, counts: Sequence[Count], scope: Scope) -> ClaimedFigure:
    said = view.claim
    stated = "" if said.percent is None else f", stated as {said.percent}%"
    return ClaimedFigure(
        what=f"{view.programme_name or 'All programmes'}: {SAID[view.what]}{stated}",
        source=view.document,
        as_at=view.as_at_on,
        claimed=Rate(said.numerator, said.denominator, at_most=said.is_floor),
        recomputed=await _recomputed(view, counts, scope),
    )


async def _recomputed(view: ClaimView, counts: Sequence[Count], scope: Scope) -> Rate | Marker:
    if view.programme_id is None:
        return Marker.NOT_APPLICABLE
    numerator, denominators = _COUNTED[view.what]
    wanted = [count for count in counts if count.key in {numerator, *denominators}]
    until = Question(until=view.as_at_on, basis=Basis.FLOW, programme_id=view.programme_id)
    groups = await case_counts(wanted, until, group_by=(), scope=scope)
    if not groups:
        return Marker.UNAVAILABLE
    happened = groups[0].counts
    rate = Rate(happened[numerator], sum(happened[key] for key in denominators))
    return rate if rate.denominator else Marker.UNAVAILABLE
