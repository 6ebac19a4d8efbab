"""Commands of ``tracker`` that are long enough for a file of their own."""
