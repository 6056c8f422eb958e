"""The database: schema, migrations, feedback log, download log and session history."""
