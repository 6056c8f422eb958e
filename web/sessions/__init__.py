"""Open, run, store and replay sessions."""
