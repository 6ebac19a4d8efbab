"""Imports of referrals and attendance out of spreadsheets."""
