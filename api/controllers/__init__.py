"""JSON under ``/api/v1``: parse, call one service or query, answer a Struct."""

from litestar import Router

from api.controllers import (
    accounts,
    audit,
    cohorts,
    enrolments,
    followups,
    health,
    imports,
    inbound_webhook,
    messages,
    messaging,
    messaging_rules,
    metrics,
    needs,
    outcomes,
    pauses,
    people,
    programmes,
    quality,
    referrals,
    registers,
    replies,
    reports,
    rights,
    safety,
    sessions,
    staff,
    staff_texts,
    training,
    venues,
    webhooks,
)

HEALTH = Router("/", route_handlers=[health.live, health.ready, metrics.metrics], tags=["health"])
WEBHOOKS = [webhooks.status, inbound_webhook.inbound]
"""What Twilio calls: no sign-in, a signature instead."""

JSON_CONTROLLERS = [
    accounts.ROUTES,
    programmes.ROUTES,
    venues.ROUTES,
    cohorts.ROUTES,
    sessions.ROUTES,
    registers.ROUTES,
    followups.ROUTES,
    people.ROUTES,
    needs.ROUTES,
    enrolments.ROUTES,
    referrals.ROUTES,
    outcomes.ROUTES,
    quality.ROUTES,
    safety.ROUTES,
    staff.ROUTES,
    staff_texts.ROUTES,
    training.ROUTES,
    messages.ROUTES,
    messaging.ROUTES,
    pauses.ROUTES,
    messaging_rules.ROUTES,
    replies.ROUTES,
    reports.ROUTES,
    rights.ROUTES,
    imports.ROUTES,
    audit.ROUTES,
]
"""One router per room; a new room's router is added here."""
