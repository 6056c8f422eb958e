"""Revisions of the database schema, oldest first; run whenever a database is opened."""
