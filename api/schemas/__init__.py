"""Payloads of the HTTP interface, per room."""
