"""`flask record`: is everything as it was written? And one declaration's record, to read."""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from declarations.evidence import keeping, sequencer
from declarations.evidence.checkpoints import Refused
from declarations.evidence.keys import KeyProblem, Purpose, key_file
from declarations.evidence.proofs import Proofs, keys_file
from declarations.evidence.replay_cli import replay
from declarations.evidence.verify import verify as verify_all
from declarations.evidence.verify import verify_one
from declarations.extensions import db
from declarations.models import Declaration, Event, LogQueue, Person
from declarations.registers.reader import snapshot

_EVERY = 500


@click.group()
def record() -> None:
    """The record of what was declared and decided."""


@record.command()
@click.option("--most", default=1000, show_default=True, help="Stop after so many differences.")
@click.option(
    "--checkpoints",
    "held",
    type=click.File(encoding="utf-8", errors="replace"),
    help="Checkpoints kept elsewhere: a mail saved as text, or a receipt's.",
)
@with_appcontext
def verify(most: int, held: TextIO | None) -> None:
    """Check every event, row and file, every signature, the tree and every checkpoint; exit 1 and name what differs, and where."""

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty() and (done % _EVERY == 0 or done == total):
            click.echo(f"\r{done} of {total} declarations", nl=done == total, err=True)

    found = 0
    with snapshot(db.engine) as connection:
        events = connection.execute(select(Event.id).order_by(Event.id.desc()).limit(1)).scalar_one_or_none()
        for difference in verify_all(connection, sha256_of_file, progress, held.read() if held else ""):
            found += 1
            click.echo(f"[{difference.layer}] {difference.where}: {difference.what}")
            if found >= most:
                click.echo(f"… stopped after {most} differences")
                break
        waiting = connection.execute(select(func.count()).select_from(LogQueue)).scalar_one()
    if waiting:
        click.echo(f"Events that wait for their place in the tree: {waiting}")
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


@record.command()
@click.option("--all", "every", is_flag=True, help="Every checkpoint ever signed, oldest first.")
@with_appcontext
def checkpoint(every: bool) -> None:
    """Bring the tree up to date, sign it if it grew, and print the newest checkpoint to be kept elsewhere."""
    try:
        done = sequencer.run(f"command/{os.getpid()}")
    except (Refused, KeyProblem, sequencer.TakenOver) as problem:
        raise click.ClickException(str(problem) or "A worker is signing at this moment.") from None
    if done is not None and done.unsigned:
        click.echo(f"Events without a good signature, which stay out of the tree: {done.unsigned}", err=True)
    with snapshot(db.engine) as connection:
        proofs = Proofs(connection)
        latest = proofs.latest()
        if latest is None:
            raise click.ClickException("There is nothing in the record yet.")
        for one in proofs.checkpoints() if every else [latest]:
            click.echo(one.note)


@record.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As the file that the verifier of bundles takes.")
@click.pass_context
@with_appcontext
def keys(context: click.Context, as_json: bool) -> None:
    """List the record's public keys; change them."""
    if context.invoked_subcommand is not None:
        return
    with snapshot(db.engine) as connection:
        known = Proofs(connection).public_keys()
        if as_json:
            click.echo(json.dumps(keys_file(known), indent=2))
            return
        for key in known:
            begins = f"{key.valid_from:%Y-%m-%d %H:%M:%S}Z" if key.valid_from else "the beginning"
            ends = f"{key.ended} {key.valid_to:%Y-%m-%d %H:%M:%S}Z" if key.valid_to else "in use"
            click.echo(f"{key.purpose:<10}  {key.id}  {key.public.hex()}  from {begins}, {ends}")
    for purpose in Purpose:
        click.echo(f"{purpose} key file: {key_file(purpose).path}")


_PURPOSE = click.option(
    "--purpose", type=click.Choice([purpose.value for purpose in Purpose]), required=True, help="What the key signs."
)


@keys.command()
@_PURPOSE
@with_appcontext
def rotate(purpose: str) -> None:
    """Replace a key by a new one, which the old one vouches for; the old one is destroyed."""
    _changed(purpose, keeping.rotate)


@keys.command()
@_PURPOSE
@with_appcontext
def lost(purpose: str) -> None:
    """Begin with a new key because the old one is gone, and no copy of it is left."""
    _changed(purpose, keeping.lost)


def _changed(purpose: str, change: Callable[..., str]) -> None:
    try:
        click.echo(
            f"The {purpose} key is now {change(purpose=Purpose(purpose))}. Tell internal audit, and keep a copy of its file."
        )
    except KeyProblem as problem:
        raise click.ClickException(str(problem)) from None


@record.command()
@with_appcontext
def restored() -> None:
    """Say that an earlier copy of the database was put back on purpose; checkpoints go on under another name."""
    try:
        click.echo(f"It stands in the record. Checkpoints are signed as {keeping.restored()} from now on. Tell internal audit.")
    except Refused as problem:
        raise click.ClickException(str(problem)) from None


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
