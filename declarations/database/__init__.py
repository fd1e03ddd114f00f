"""What the database needs from outside the app: rights for its role, a private file, and plain words when it is unfit."""
