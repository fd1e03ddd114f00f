"""`flask policy show|check|publish` and `flask rates import`."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from declarations.policies import commands, queries
from declarations.policies.plain import as_plain_text
from declarations.policies.rates import BadRates
from workflows.policy.check import check as checked
from workflows.policy.document import PolicyError, load

policy = AppGroup("policy", help="Show, check and publish policy documents.")
rates = AppGroup("rates", help="Exchange rates of the European Central Bank.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@policy.command("show")
@click.option("--company", required=True, help="The company's key.")
@click.option("--on", "on", type=DAY, default=None, help="The day, YYYY-MM-DD; today if left out.")
@with_appcontext
def show(company: str, on: datetime | None) -> None:
    """The policy in force for a company on a day, as plain text."""
    day = on.date() if on else date.today()  # noqa: DTZ011 the operator's own day
    found = queries.in_force_for_key(company, day)
    if found is None:
        raise click.ClickException(f"There is no company with the key “{company}”.")
    click.echo(as_plain_text(found, company, day))


@policy.command("check")
@click.argument("file", type=FILE)
@with_appcontext
def check(file: Path) -> None:
    """Say whether a document stands, on its own and beside those published, without keeping it."""
    wrong = checked(file.read_bytes(), file.name, queries.all_documents())
    if wrong:
        raise click.ClickException("\n".join(wrong))
    document = load(file.read_bytes(), file.name)
    whose = f"for {document.company}" if document.company else "for the whole group"
    about = f"“{document.title.en}” {whose}, in force from {document.version}, {len(document.rules)} rules"
    click.echo(f"{file.name} stands: {about}.")


@policy.command("publish")
@click.argument("file", type=FILE)
@click.option("--by", "by", required=True, help="E-mail address of the person who publishes it.")
@with_appcontext
def publish(file: Path, by: str) -> None:
    """Keep a document as a new version; it holds from the day it states."""
    try:
        document, new = commands.publish(text=file.read_bytes(), name=file.name, by_email=by)
    except PolicyError as error:
        raise click.ClickException(str(error)) from None
    what = "published" if new else "was published before, nothing changed"
    click.echo(f"{document.key}, in force from {document.version}: {what}.")


@rates.command("import")
@click.argument("file", type=FILE, required=False)
@with_appcontext
def import_rates(file: Path | None) -> None:
    """Bring in the rates of the bank's history FILE (zip or CSV); without one, those shipped with the program."""
    try:
        added = commands.import_rates(path=file)
    except BadRates as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{added} new rates." if added else "No new rates.")


COMMANDS = [policy, rates]
