"""Where a declaration is read and decided: the queue, its one page, every action on it, and delegations."""
