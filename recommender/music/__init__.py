"""Tracks, their licences and moods, and the catalogues they come from."""
