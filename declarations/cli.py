"""The flask commands, gathered from the rooms that own them; each room's cli.py lists its own in COMMANDS."""

from importlib import import_module

from flask import Flask

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
    """Add every room's commands to `flask`."""
    for owner in OWNERS:
        for command in import_module(f"declarations.{owner}.cli").COMMANDS:
            app.cli.add_command(command)
