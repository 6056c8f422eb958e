"""Tracks, their licences and moods, and the catalogues that they come from."""
