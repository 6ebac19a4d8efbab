"""Reads of the programmes room; every one takes a scope."""
