"""Reads of the training room; every public one takes a scope and answers frozen dataclasses."""
