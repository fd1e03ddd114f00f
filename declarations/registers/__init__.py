"""Registers for internal audit: workbooks, the bundle that proves them, schedules, and who has taken which."""
