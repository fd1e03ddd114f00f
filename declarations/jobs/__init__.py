"""The worker: what is due is computed from the database, claimed once, and done by the same commands as anybody's."""
