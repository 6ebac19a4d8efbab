"""Organisations, accounts, grants, sign-in and API tokens: who may use the service."""
