"""`flask registers build`: a register as it was on any day, rebuilt from the record."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from config import LANGUAGES
from declarations import clock
from declarations.evidence.record import Entry, append, iso
from declarations.extensions import db, writing
from declarations.models import Company
from declarations.registers.rebuilding import rebuild
from declarations.registers.scope import Scope
from workflows.words import Role

registers = AppGroup("registers", help="Registers of what was declared and decided.")
_DAY = click.DateTime(["%Y-%m-%d"])
_THEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@registers.command("build")
@click.option("--company", required=True, help="The key of the company; all below it are in the register too.")
@click.option("--first", type=_DAY, required=True, help="The first day of the period.")
@click.option("--last", type=_DAY, required=True, help="The last day of the period.")
@click.option("--as-of", type=_THEN, help="As it stood at the end of this day, or at this moment (UTC).")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.argument("into", type=click.Path(path_type=Path))
@with_appcontext
def build(company: str, first: datetime, last: datetime, as_of: datetime | None, language: str, into: Path) -> None:
    """Write INTO.xlsx and INTO.jsonl, rebuilt from the record, which notes that this was done."""
    row = db.session.execute(select(Company.id, Company.time_zone).where(Company.key == company)).one_or_none()
    if row is None:
        raise click.ClickException(f"There is no company {company}.")
    scope = Scope(row.id, ZoneInfo(row.time_zone), first.date(), last.date())
    db.session.rollback()
    moment = _moment(as_of, scope.zone) if as_of else clock.now()
    _note(scope, company, moment)
    try:
        written = rebuild(scope=scope, language=language, moment=moment, into=into)
    except FileExistsError as there:
        raise click.ClickException(f"{there.filename} is there already.") from None
    click.echo(f"{written.entries} entries as of {iso(moment)}; {written.rows.lines} lines, SHA-256 {written.rows.sha256}")


def _moment(given: datetime, zone: ZoneInfo) -> datetime:
    """The moment meant: the end of a day where the company is, or one told to the second in UTC."""
    if given.time() != time.min:
        return given.replace(tzinfo=UTC)
    return _midnight(given.date() + timedelta(days=1), zone) - timedelta(microseconds=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _note(scope: Scope, company: str, moment: datetime) -> None:
    days = {"first_on": scope.first_on.isoformat(), "last_on": scope.last_on.isoformat()}
    with writing() as session:
        public = {**days, "as_of": iso(moment)}
        entry = Entry(f"company/{company}", "register:rebuilt", clock.now(), Role.ADMINISTRATOR.value, None, public=public)
        append(session, entry)


COMMANDS: list[click.Command] = [registers]
