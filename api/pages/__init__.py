"""HTML pages: parse, call, render a template."""

from api.pages import accounts, audit, help, sign_in, today

PAGE_CONTROLLERS = [*sign_in.ROUTES, *today.ROUTES, *audit.ROUTES, *accounts.ROUTES, *help.ROUTES]
"""Every page; a new module's routes are added here."""
