"""Laws of the app, on SQLite and on PostgreSQL."""
