"""The door: passwords, one-time links and sessions."""
