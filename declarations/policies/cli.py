"""`flask policy show|check|prove|rehearse|publish|export|diff` and `flask rates import`."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from declarations.extensions import db
from declarations.policies import commands, queries
from declarations.policies.comparing import differences
from declarations.policies.plain import as_plain_text
from declarations.policies.proof import places, proof_of
from declarations.policies.rates import BadRates
from declarations.policies.spoken import refusals
from declarations.policy_drafts import commands as drafts
from declarations.rehearsing.cli import rehearse
from workflows.policy.check import check as checked
from workflows.policy.document import PolicyError, load
from workflows.policy.sentences import joined

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
    _must_stand(file)
    document = load(file.read_bytes(), file.name)
    whose = f"for {document.company}" if document.company else "for the whole group"
    about = f"“{document.title.en}” {whose}, in force from {document.version}, {len(document.rules)} rules"
    click.echo(f"{file.name} stands: {about}.")


@policy.command("publish")
@click.argument("file", type=FILE)
@click.option("--by", "by", required=True, help="E-mail address of the compliance officer who publishes it.")
@click.option("--second", help="E-mail address of the second officer, who read and approved it.")
@click.option("--resolution", help="Number or name of the board's resolution.")
@click.option("--resolved-on", type=DAY, help="Day of the resolution, YYYY-MM-DD.")
@click.option(
    "--minutes", type=FILE, help="The document in which the resolution is written (pdf, png, jpg, docx, xlsx, eml, ics)."
)
@with_appcontext
def publish(
    file: Path, by: str, second: str | None, resolution: str | None, resolved_on: datetime | None, minutes: Path | None
) -> None:
    """Keep a document as a new version; it holds from the day it states.

    Until the first declaration is filed --by is enough, so that an installation can bring its first documents. From then on a
    second officer and a resolution of the board are needed, as on the page.
    """
    given = (second, resolution, resolved_on, minutes)
    if any(given) and not all(given):
        raise click.ClickException("Give --second, --resolution, --resolved-on and --minutes together.")
    text = file.read_bytes()
    with refusals():
        if second and resolution and resolved_on and minutes:
            document, new = drafts.publish_file(
                text=text,
                name=file.name,
                by_email=by,
                second_email=second,
                number=resolution,
                resolved_on=resolved_on.date(),
                filename=minutes.name,
                content=minutes.read_bytes(),
            )
        else:
            document, new = commands.publish(text=text, name=file.name, by_email=by)
    what = "published" if new else "was published before, nothing changed"
    click.echo(f"{document.key}, in force from {document.version}: {what}.")


@policy.command("export")
@click.argument("key")
@click.option("--on", "on", type=DAY, default=None, help="The version in force on that day, YYYY-MM-DD; today if left out.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=None, help="The file to write; else the screen."
)
@with_appcontext
def export(key: str, on: datetime | None, output: Path | None) -> None:
    """The text of a published document, unchanged to the byte. KEY is its key, such as group-code."""
    day = on.date() if on else date.today()  # noqa: DTZ011 the operator's own day
    text = queries.text_of(key, day)
    if text is None:
        raise click.ClickException(f"No document with the key “{key}” is in force on {day.isoformat()}.")
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_bytes(text)
        click.echo(f"{output}: {len(text)} bytes.")


@policy.command("diff")
@click.argument("file", type=FILE)
@click.argument("other", type=FILE, required=False)
@with_appcontext
def diff(file: Path, other: Path | None) -> None:
    """Everything that FILE changes, in words: since OTHER, or else since the newest published version of the same document."""
    with refusals():
        new = load(file.read_bytes(), file.name)
        old = load(other.read_bytes(), other.name) if other else queries.newest(new.key, new)
    if old is None:
        raise click.ClickException(f"No other version of {new.key} has been published.")
    with force_locale("en"):
        found = [f"{one.clause} {one.sentence}".strip() for one in differences(new, old)]
    click.echo(f"{new.key}, from {new.version} on, beside the version from {old.version} on:" if found else "Nothing differs.")
    for line in found:
        click.echo("  " + line)


@policy.command("prove")
@click.argument("file", type=FILE)
@with_appcontext
def prove(file: Path) -> None:
    """Prove that a document leaves the policy nowhere looser than the Code, in every company it concerns; keep nothing."""
    with refusals():
        proof = proof_of(db.session(), load(file.read_bytes(), file.name))
    click.echo(f"{proof.regions} regions in {proof.seconds:.2f} seconds.")
    for clause in proof.clauses:
        if clause.how != "untouched":
            outside = " (outside the proof)" if clause.how == "replaced" else ""
            click.echo(f"{clause.document}, clause {clause.clause}: {clause.how} by {', '.join(clause.by)}{outside}.")
    _must_stand(file)
    click.echo(f"{file.name}: nowhere looser than the Code.")


def _must_stand(file: Path) -> None:
    """End the command with all that stands against the document, if anything does."""
    wrong = checked(file.read_bytes(), file.name, queries.all_documents(), places(db.session()))
    if wrong:
        with refusals():
            raise PolicyError(joined(wrong, "%(one)s\n%(other)s"))


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


policy.add_command(rehearse)

COMMANDS = [policy, rates]
