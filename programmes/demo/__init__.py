"""The demonstration's programmes, people, groups and registers; every one of them invented."""
