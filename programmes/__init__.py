"""Programmes, cohorts, timetables, referrals, enrolments, registers and completion."""
