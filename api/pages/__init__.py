"""HTML pages: parse, call, render a template."""

from api.pages import audit, sign_in, today

PAGE_CONTROLLERS = [*sign_in.ROUTES, *today.ROUTES, *audit.ROUTES]
"""Every page; a new module's routes are added here."""
