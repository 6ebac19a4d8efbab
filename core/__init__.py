"""The technical kernel: settings, database, clock, scope, audit. It imports no room."""
