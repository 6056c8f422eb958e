"""Tracks, cues for a mood, and the log of what people did with them."""
