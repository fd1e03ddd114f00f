"""Figures on how well the process works, by company and period, with the list behind each."""
