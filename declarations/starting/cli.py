"""`flask begin`: what `./dev start` runs before the web server, each time; only the first time does it do anything."""

import click
from babel.core import get_global
from babel.numbers import get_territory_currencies
from flask.cli import with_appcontext
from flask_migrate import upgrade

from config import LANGUAGES
from declarations.directory.entries import CompanyEntry
from declarations.sign_in import links
from declarations.starting.commands import Administrator
from declarations.starting.commands import begin as begin_with
from workflows.case import Refused

EXAMPLE = '--admin ada@example.com --name "Ada Lind" --company "Lind Robotics" --country DK'


@click.command()
@click.option("--admin", "email", help="Your e-mail address.")
@click.option("--name", help="Your name.")
@click.option("--company", help="The name of your company, or of the topmost one of your group.")
@click.option("--country", help="Its country, two letters; public holidays follow it.")
@click.option("--time-zone", help="Such as Europe/Copenhagen; needed where a country has several.")
@click.option("--currency", help="Three letters; the country's if not said.")
@click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES))
@with_appcontext
def begin(
    email: str | None,
    name: str | None,
    company: str | None,
    country: str | None,
    time_zone: str | None,
    currency: str | None,
    language: str,
) -> None:
    """Bring the database up to date and, where it is empty, make you its administrator and the Code its first policy."""
    upgrade()
    administrator = None
    if email and name and company and country:
        country = country.upper()
        entry = CompanyEntry(
            key="GROUP",
            name=company,
            parent=None,
            country=country,
            time_zone=time_zone or _zone_of(country),
            currency=currency or next(iter(get_territory_currencies(country)), ""),
            language=language,
            calendar=country,
        )
        administrator = Administrator(email, name, entry)
    try:
        token = begin_with(administrator)
    except Refused as refusal:
        wrong = [refusal.sentence, *getattr(refusal, "problems", {}).values()]
        raise click.ClickException(" ".join(wrong) + f"\nFor example: {EXAMPLE}") from None
    if token:
        click.echo(f"You are administrator. This link sets your password; it works once and for 72 hours:\n{links.url_of(token)}")


def _zone_of(country: str) -> str:
    """The country's one time zone; where it has several, they are named and one must be chosen."""
    zones = sorted(zone for zone, territory in get_global("zone_territories").items() if territory == country)
    if len(zones) > 1:
        raise click.ClickException(f"{country} has several time zones. Say which with --time-zone: {', '.join(zones)}.")
    return zones[0] if zones else ""


COMMANDS: list[click.Command] = [begin]
