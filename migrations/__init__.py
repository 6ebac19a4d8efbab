"""The schema and its history; Alembic owns it (docs/adr/0001)."""
