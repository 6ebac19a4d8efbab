"""Imports of staff and of what they completed."""
