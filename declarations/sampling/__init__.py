"""Samples out of a built register, drawn so that anybody can draw the same one again, with a work paper."""
