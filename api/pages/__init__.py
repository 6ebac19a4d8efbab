"""HTML pages: parse, call, render a template."""

from api.pages import (
    accounts,
    audit,
    cohorts,
    messages,
    participants,
    registers,
    safe_contacts,
    sign_in,
    today,
)
from api.pages import help as help_pages

PAGE_CONTROLLERS = [
    *sign_in.ROUTES,
    *today.ROUTES,
    *cohorts.ROUTES,
    *registers.ROUTES,
    *participants.ROUTES,
    *safe_contacts.ROUTES,
    *messages.ROUTES,
    *audit.ROUTES,
    *accounts.ROUTES,
    *help_pages.ROUTES,
]
"""Every page; a new module's routes are added here."""
