"""Staff, courses, requirements, training records and compliance."""
