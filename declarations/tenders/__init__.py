"""Tenders that are on: compliance keeps them, and rules about quiet periods ask for them."""
