"""The demonstration of the training room: what is taught, who works, and what becomes of it."""
