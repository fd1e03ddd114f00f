"""An old register brought in: a mapping says what its columns mean, and no row is guessed at or dropped."""
