"""Reminder planning, safety gates, the outbox and its dispatch."""
