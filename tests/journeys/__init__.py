"""Whole stories, played in a real browser."""
