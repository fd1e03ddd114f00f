"""`flask record`: is everything as it was written? And one declaration's record, to read."""

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from declarations.evidence.replay_cli import replay
from declarations.evidence.verify import verify as verify_all
from declarations.evidence.verify import verify_one
from declarations.extensions import db
from declarations.models import Declaration, Event, Person
from declarations.registers.reader import snapshot

_EVERY = 500


@click.group()
def record() -> None:
    """The record of what was declared and decided."""


@record.command()
@click.option("--most", default=1000, show_default=True, help="Stop after so many differences.")
@with_appcontext
def verify(most: int) -> None:
    """Check every event, row and file against the record; exit 1 and name what differs."""

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty() and (done % _EVERY == 0 or done == total):
            click.echo(f"\r{done} of {total} declarations", nl=done == total, err=True)

    found = 0
    with snapshot(db.engine) as connection:
        events = connection.execute(select(Event.id).order_by(Event.id.desc()).limit(1)).scalar_one_or_none()
        for difference in verify_all(connection, sha256_of_file, progress):
            found += 1
            click.echo(f"{difference.where}: {difference.what}")
            if found >= most:
                click.echo(f"… stopped after {most} differences")
                break
    if found:
        click.echo(f"The record does not agree: {found} differences.", err=True)
        sys.exit(1)
    click.echo("Everything agrees with the record." if events else "There is nothing in the record yet.")


@record.command()
@click.argument("number")
@with_appcontext
def show(number: str) -> None:
    """Print a declaration's events, and whether they agree with what is kept."""
    with snapshot(db.engine) as connection:
        differences = verify_one(connection, number, sha256_of_file)
        if differences is None:
            raise click.ClickException(f"There is no declaration {number}.")
        events = connection.execute(
            select(Event, Person.number.label("who"))
            .join(Declaration, Declaration.id == Event.declaration_id)
            .outerjoin(Person, Person.id == Event.actor_id)
            .where(Declaration.number == number)
            .order_by(Event.sequence)
        )
        for event in events:
            click.echo(_line(event))
        for difference in differences:
            click.echo(f"{difference.where}: {difference.what}")
    if differences:
        sys.exit(1)
    click.echo("It agrees with the record.")


def _line(event: Any) -> str:
    at: datetime = event.at
    public = {name: value for name, value in json.loads(bytes(event.body))["public"].items() if value is not None}
    told = ", ".join(f"{name} {value}" for name, value in public.items())
    who = event.who or event.role
    states = f"{event.state_from} → {event.state_to}"
    return f"{event.sequence:>3}  {at:%Y-%m-%d %H:%M:%S}Z  {event.action}  {states}  by {who}  [{told}]  {event.digest[:16]}"


def sha256_of_file(folder: str, name: str) -> str | None:
    """The digest of a stored file; None if it is not there."""
    path = Path(current_app.config["SETTINGS"].data_dir) / folder / name
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


record.add_command(replay)

COMMANDS: list[click.Command] = [record]
