"""Commands of ``tracker``, each imported when it is run (``api.cli``)."""
