"""`flask worker`: what is done without anybody clicking."""

import logging
import sys
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from declarations.jobs.worker import Worker, seconds
from declarations.registers import building


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.option("--quiet", is_flag=True, help="Say only what goes wrong.")
@with_appcontext
def worker(once: bool, quiet: bool) -> None:
    """Send mails, remind, escalate, build registers, tidy up. Stop it with Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It warns when a round lasts until the next should begin; that one is left out, as it is meant to be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    if once:
        building.sweep()
        click.echo(f"Pieces of work done: {Worker().tick()}")
        return
    app: Any = current_app
    Worker().run(app._get_current_object(), seconds(), (lambda _: None) if quiet else _say)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


COMMANDS: list[click.Command] = [worker]
