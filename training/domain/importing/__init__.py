"""Reads rows of staff lists and training records, and decides what they change."""
