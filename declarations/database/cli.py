"""`flask database grant`: run by the owner of the tables after each upgrade, so that the app itself need not own them."""

import click
from flask.cli import AppGroup, with_appcontext

from declarations.database.privileges import CannotGrant, grant
from declarations.extensions import writing

database = AppGroup("database", help="What the app's own database role may do.")


@database.command("grant")
@click.option("--role", required=True, help="The role of PostgreSQL that web server and worker sign in as.")
@with_appcontext
def grant_role(role: str) -> None:
    """Let ROLE read everything, add to the record and change the rest, and nothing more."""
    try:
        with writing() as session:
            grant(session, role)
    except CannotGrant as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{role} may now run the app. It owns nothing, and cannot change the record.")


COMMANDS: list[click.Command] = [database]
