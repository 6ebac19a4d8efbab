"""HTML pages: parse, call, render a template."""

from api.pages import (
    accounts,
    audit,
    cohorts,
    compliance,
    courses,
    enrolments,
    joining,
    messages,
    participants,
    programmes,
    registers,
    reports,
    requirements,
    rights,
    safe_contacts,
    sign_in,
    staff,
    today,
    venues,
)
from api.pages import help as help_pages

PAGE_CONTROLLERS = [
    *sign_in.ROUTES,
    *today.ROUTES,
    *cohorts.ROUTES,
    *joining.ROUTES,
    *registers.ROUTES,
    *participants.ROUTES,
    *safe_contacts.ROUTES,
    *enrolments.ROUTES,
    *venues.ROUTES,
    *programmes.ROUTES,
    *reports.ROUTES,
    *messages.ROUTES,
    *compliance.ROUTES,
    *staff.ROUTES,
    *courses.ROUTES,
    *requirements.ROUTES,
    *rights.ROUTES,
    *audit.ROUTES,
    *accounts.ROUTES,
    *help_pages.ROUTES,
]
"""Every page; a new module's routes are added here."""
