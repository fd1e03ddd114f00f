"""The flask commands, gathered from the rooms that own them; each room's cli.py lists its own in COMMANDS."""

from importlib import import_module

from flask import Flask

from declarations.database.unfit import told

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
    "translations",
)


def install(app: Flask) -> None:
    """Add every room's commands to `flask`; what the database cannot do they tell in a sentence."""
    for owner in OWNERS:
        for command in import_module(f"declarations.{owner}.cli").COMMANDS:
            app.cli.add_command(told(command))
