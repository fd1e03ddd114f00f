"""`flask policy rehearse`: what a document would have changed, before anybody publishes it."""

import csv
import sys
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from declarations.display import _
from declarations.extensions import db
from declarations.policies.spoken import say, spoken, writable
from workflows.policy.document import load
from workflows.policy.windows import months_before

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("rehearse")
@click.argument("file", type=FILE)
@click.option("--months", type=click.IntRange(1, 120), default=12, show_default=True, help="How far back from --until.")
@click.option(
    "--until", "until", type=DAY, default=None, help="The last day of filing that counts, YYYY-MM-DD; today if left out."
)
@click.option("--list", "listed", type=OUT, callback=writable, help="A CSV file to write every change to.")
@with_appcontext
@spoken
def rehearse(file: Path, months: int, until: datetime | None, listed: Path | None) -> None:
    """Replay FILE over everything filed in the last months, with all else as it was in force; keep nothing."""
    from declarations.rehearsing.listing import changed  # noqa: PLC0415
    from declarations.rehearsing.rehearsal import rehearse as replayed  # noqa: PLC0415 no other command waits for numpy
    from declarations.rehearsing.telling import as_plain_text  # noqa: PLC0415

    draft = load(file.read_bytes(), file.name)
    last_on = until.date() if until else date.today()  # noqa: DTZ011 the operator's own day

    def progress(share: float) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{share:.0%}", nl=share == 1, err=True)

    found = replayed(engine=db.engine, draft=draft, first_on=months_before(last_on, months), last_on=last_on, progress=progress)
    for line in as_plain_text(found):
        say(line)
    if listed is not None:
        with listed.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(changed(db.session(), found))
        say("\n" + _("%(file)s: %(number)s declarations.", file=listed, number=found.changed))
