"""Writes: one transaction each, with its author and its audit event."""
