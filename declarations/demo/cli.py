"""`flask demo seed` and `flask demo people`."""

import click
from flask.cli import AppGroup, with_appcontext

from declarations.demo.people import personas
from declarations.demo.seed import NotADemo, seed

demo = AppGroup("demo", help="An invented group to look around in.")


@demo.command("seed")
@with_appcontext
def tell() -> None:
    """Tell the invented group's story, once."""
    try:
        told = seed()
    except NotADemo as error:
        raise click.ClickException(str(error)) from None
    what = "The story is told" if told.new else "The story had been told before; nothing changed"
    click.echo(f"{what}: {told.people} people, {told.declarations} declarations, {told.events} events.")


@demo.command("people")
def people() -> None:
    """Whom to sign in as, each with one click on the sign-in page."""
    for persona in personas():
        click.echo(f"{persona.name:<16} {persona.email:<34} {persona.who}: {persona.about}")


COMMANDS: list[click.Command] = [demo]
