"""The registers have no flask commands yet; the worker builds them."""

import click

COMMANDS: list[click.Command] = []
