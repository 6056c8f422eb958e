"""Alembic revisions of the schema, run whenever a database is opened."""
