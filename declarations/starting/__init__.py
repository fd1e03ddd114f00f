"""The first day of a real installation: its topmost company, its first administrator and a policy to begin with."""
