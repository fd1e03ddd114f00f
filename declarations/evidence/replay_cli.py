"""`flask record replay`: would every filing be answered today as it was then?"""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from declarations.evidence.replay import replay as replay_all
from declarations.extensions import db
from declarations.registers.reader import snapshot

_EVERY = 100  # people


@click.command("replay")
@click.argument("number", required=False)
@click.option("--most", default=1000, show_default=True, help="Stop after so many filings that differ.")
@with_appcontext
def replay(number: str | None, most: int) -> None:
    """Work out every assessment anew from what its filing pinned, or those of one declaration; exit 1 and name what differs."""

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty() and (done % _EVERY == 0 or done == total):
            click.echo(f"\r{done} of {total} people", nl=done == total, err=True)

    seen = differing = 0
    with snapshot(db.engine) as connection:
        for each in replay_all(Session(connection), progress, number):
            seen += 1
            if each.differs:
                differing += 1
                click.echo(str(each))
            if differing >= most:
                click.echo(f"… stopped after {most} filings that differ")
                break
    if number is not None and not seen:
        raise click.ClickException(f"There is no declaration {number}.")
    if differing:
        click.echo(f"{differing} of {seen} filings come out differently.", err=True)
        sys.exit(1)
    click.echo(f"All {seen} filings come out as they did.")
