"""A new SQLite file is its owner's alone, whatever folder it lies in; SQLite gives the files beside it the same rights."""

from pathlib import Path


def make_private(database_url: str) -> None:
    """Make the empty file if there is none; PostgreSQL, and a folder that is not there, are left alone."""
    file = Path(database_url.removeprefix("sqlite:///"))
    if database_url.startswith("sqlite:") and not file.exists() and file.parent.is_dir():
        file.touch(mode=0o600)
