"""`flask demo seed`."""

import click
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from declarations.demo.people import personas
from declarations.demo.seed import NotADemo, require_demo, seed

demo = AppGroup("demo", help="An invented group to look around in.")


@demo.command("seed")
@with_appcontext
def tell() -> None:
    """Bring the database up to date, tell the invented group's story once, and name whom to sign in as."""
    try:
        require_demo()
        upgrade()
        told = seed()
    except NotADemo as error:
        raise click.ClickException(str(error)) from None
    what = "The story is told" if told.new else "The story had been told before; nothing changed"
    click.echo(f"{what}: {told.people} people, {told.declarations} declarations, {told.events} events.")
    for persona in personas():
        click.echo(f"{persona.name:<16} {persona.email:<34} {persona.who}: {persona.about}")


COMMANDS: list[click.Command] = [demo]
