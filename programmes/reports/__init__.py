"""The programmes room's reports: each counts cases by its definition and says how."""
