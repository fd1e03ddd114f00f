"""What people are told: notices are written with the event that causes them and mailed by the worker."""
