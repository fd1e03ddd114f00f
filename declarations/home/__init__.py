"""The first page: what needs its reader, in one sentence."""
