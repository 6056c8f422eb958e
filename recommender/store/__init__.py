"""The database: its schema and migrations, the feedback log, and the history of sessions."""
