"""The next version of a policy on its way: written, rehearsed, signed twice, resolved and published."""
