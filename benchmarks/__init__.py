"""Measurements: each module is one, started by ./dev bench NAME, and prints one JSON object."""
