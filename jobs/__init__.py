"""The clock's composition root: what runs at intervals, and how."""
