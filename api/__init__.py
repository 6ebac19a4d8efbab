"""The web's composition root: HTTP interface, pages and commands. Nothing imports it."""
