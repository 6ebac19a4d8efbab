"""Kills the dispatcher at random moments, and judges by the provider's ledger what came of it.

``make soak KILLS=100 MESSAGES=5000 ENGINE=postgresql`` is the long run; a short one is a test.
"""
