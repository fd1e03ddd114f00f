"""Checks the bundle of a register offline, trusting neither the program that made it nor whoever runs it."""
