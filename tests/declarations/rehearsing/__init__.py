"""A rehearsal answers as the engine does, row for row."""
