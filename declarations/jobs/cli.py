"""`flask worker`: what is done without anybody clicking."""

import logging
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from declarations.jobs.worker import Worker, seconds
from declarations.registers import building


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mails, remind, escalate, build registers, tidy up. Stop it with Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    if once:
        building.sweep()
        click.echo(f"Pieces of work done: {Worker().tick()}")
        return
    app: Any = current_app
    Worker().run(app._get_current_object(), seconds())


COMMANDS: list[click.Command] = [worker]
