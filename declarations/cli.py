"""The flask commands, gathered from the rooms that own them; each room's cli.py lists its own in COMMANDS."""

from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from declarations.database.unfit import told
from declarations.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
OWNERS = (
    "database",
    "directory",
    "policies",
    "evidence",
    "registers",
    "sampling",
    "jobs",
    "demo",
    "importing",
    "starting",
    "translations",
)


def install(app: Flask) -> None:
    """Add every room's commands to `flask`, and `flask db`; what the database cannot do they tell in a sentence."""
    Migrate(app, db, directory=str(MIGRATIONS))
    for owner in OWNERS:
        for command in import_module(f"declarations.{owner}.cli").COMMANDS:
            app.cli.add_command(told(command))
