"""flask people and flask companies: bring in HR's files, invite people, name the first administrator, see and grant roles."""

from collections.abc import Iterable
from typing import BinaryIO, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from config import LANGUAGES
from declarations import clock
from declarations.directory import bootstrap, commands, companies_import, people_import, queries
from declarations.directory.entries import CompanyEntry
from declarations.directory.people_file import Problem
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.sign_in import commands as sign_in
from declarations.sign_in import links
from declarations.sign_in.queries import person_at
from workflows.case import Refused
from workflows.words import GRANTABLE

people = AppGroup("people", help="The people of the directory.")
companies = AppGroup("companies", help="The companies of the group.")
COMMANDS: list[click.Command] = [people, companies]


def _tell(heading: str, problems: Iterable[Problem | str], *, err: bool = False) -> None:
    lines = [str(problem) for problem in problems]
    if lines:
        click.echo(f"{heading} ({len(lines)}):", err=err)
        for line in lines:
            click.echo(f"  {line}", err=err)


def _fail(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)


@people.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--complete", is_flag=True, help="The file names everybody: whoever it misses had their last day yesterday.")
@click.option("--dry-run", is_flag=True, help="Report only.")
@click.option("--mend", is_flag=True, help="People who report in a circle come in without a manager.")
@click.option("--yes", is_flag=True, help="With --complete: even if more than one in ten are missing.")
def import_(file: BinaryIO, complete: bool, dry_run: bool, mend: bool, yes: bool) -> None:
    """Bring in HR's FILE (CSV, UTF-8; comma or semicolon): everything, or nothing if any row is wrong.

    Columns, named in the first line: number, email, name and company (its key) must be there; title, unit, manager_number,
    active_from, active_to (2026-11-30, both days included) and language (en, da, ja) may be, and second_company, second_from and
    second_to for who belongs to a second company, whose policy binds them too. A person is known by their number.
    What the file has no column for stays as it is. A second run of the same file changes nothing.
    """
    report = people_import.import_people(data=file.read(), complete=complete, mend=mend, dry_run=dry_run, many_may_end=yes)
    if report.missing:
        _tell("Not in the file, and ended yesterday" if report.ended else "Not in the file", report.missing)
        if not report.ended:
            click.echo("  They stay as they are. If the file names everybody, --complete ends them.")
    _tell("Worth a look", report.warnings)
    _tell("Wrong", report.errors, err=True)
    counts = f"{report.added} new, {report.changed} changed, {report.unchanged} as before"
    if report.errors:
        _fail("Nothing was changed, because rows are wrong.")
    click.echo(f"{'Brought in' if report.written else 'Nothing was changed; it would be'}: {counts}.")


@companies.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Report only.")
def import_companies(file: BinaryIO, dry_run: bool) -> None:
    """Bring in a FILE of companies (CSV, UTF-8; comma or semicolon): everything, or nothing if any row is wrong.

    Columns: key, name, parent (the key of the company above, empty at the top), country (DK), time_zone (Europe/Copenhagen),
    currency (DKK), language (en, da, ja), calendar of public holidays (DK, DE-BY).
    """
    report = companies_import.import_companies(data=file.read(), dry_run=dry_run)
    _tell("Worth a look", report.warnings)
    _tell("Wrong", report.errors, err=True)
    if report.errors:
        _fail("Nothing was changed, because rows are wrong.")
    counts = f"{report.added} new, {report.changed} changed, {report.unchanged} as before"
    click.echo(f"{'Brought in' if report.written else 'Nothing was changed; it would be'}: {counts}.")


@companies.command("show")
def show() -> None:
    """Print the tree of companies."""
    for line in queries.tree(db.session(), None):
        click.echo(f"{'  ' * line.depth}{line.key}  {line.name}  ({line.country}, {line.currency}, {line.people} people)")


@people.command()
@click.argument("emails", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="Everybody who works here and has no password yet.")
@click.option("--print", "printed", is_flag=True, help="Print the links here instead of mailing them.")
def invite(emails: tuple[str, ...], everyone: bool, printed: bool) -> None:
    """Send people a one-time link to set their password, good for 72 hours. Without a mail server it is printed here."""
    by_mail = current_app.config["SETTINGS"].mail_server is not None and not printed
    if not emails and not everyone:
        _fail("Say whom: their e-mail addresses, or --all.")
    ids, unknown = queries.invitees(db.session(), emails, everyone=everyone, now=clock.now())
    if unknown:
        _tell("Nobody who works here has this address", unknown, err=True)
        _fail("Nobody was invited.")
    for email, token in sign_in.send_links(people=ids, by=None, by_mail=by_mail):
        click.echo(f"{email}  {'invited by mail' if by_mail else links.url_of(token)}")
    click.echo(f"{len(ids)} invited.", err=True)


@people.command("first-administrator")
@click.argument("email")
@click.option("--name", help="Their name, if the directory is empty.")
@click.option("--number", default="1", show_default=True, help="Their number at HR.")
@click.option("--company-key", default="GROUP", show_default=True)
@click.option("--company-name", help="The topmost company's name, if there is none yet.")
@click.option("--country", default="DK", show_default=True)
@click.option("--time-zone", default="Europe/Copenhagen", show_default=True)
@click.option("--currency", default="EUR", show_default=True)
@click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES))
@click.option("--calendar", help="Public holidays, such as DK or DE-BY; the country's if not said.")
def first_administrator(email: str, name: str | None, number: str, **company: str | None) -> None:
    """Make the person with this EMAIL the first administrator and print their link. Only while nobody is administrator."""
    person = bootstrap.First(name, number) if name else None
    try:
        token = bootstrap.first_administrator(email=email, person=person, company=_company(company))
    except Refused as refusal:
        _fail(" ".join([refusal.sentence, *getattr(refusal, "problems", {}).values()]))
    click.echo(f"{email} is administrator. This link sets the password; it works once and for 72 hours:")
    click.echo(links.url_of(token))


def _company(said: dict[str, str | None]) -> CompanyEntry | None:
    if not said["company_name"]:
        return None
    return CompanyEntry(
        key=said["company_key"] or "",
        name=said["company_name"],
        parent=None,
        country=said["country"] or "",
        time_zone=said["time_zone"] or "",
        currency=said["currency"] or "",
        language=said["language"] or "",
        calendar=said["calendar"] or said["country"] or "",
    )


@people.command()
@click.option(
    "--grant", "granted", nargs=3, metavar="ROLE EMAIL COMPANY", help="Grant a role for a company (key) and all below it."
)
@click.option("--revoke", "revoked", nargs=3, metavar="ROLE EMAIL COMPANY", help="Take a role back.")
def roles(granted: tuple[str, str, str] | None, revoked: tuple[str, str, str] | None) -> None:
    """List who holds which role; grant one or take one back. Roles: compliance_officer, internal_auditor, administrator,
    executive_reviewer."""
    try:
        if granted:
            _grant(*granted)
        if revoked:
            _revoke(*revoked)
    except NotFound:
        _fail("There is no such company.")
    except Refused as refusal:
        _fail(refusal.sentence)
    for line in queries.grants(db.session(), None):
        click.echo(f"{line.role}  {line.company_key}  {line.email}  {line.name}")


def _grant(role: str, email: str, company: str) -> None:
    if role not in GRANTABLE:
        _fail(f"{role} is no role that can be granted; one of {', '.join(GRANTABLE)} is.")
    commands.grant(by=None, person=_public_id(email), role=role, company=company)


def _revoke(role: str, email: str, company: str) -> None:
    person = _public_id(email)
    for line in queries.grants(db.session(), None):
        if (line.role, line.person, line.company_key) == (role, person, company):
            commands.revoke(by=None, grant_id=line.grant_id)
            return
    _fail("They do not hold this role there.")


def _public_id(email: str) -> str:
    found = person_at(db.session(), email)
    return found.public_id if found else _fail(f"There is nobody with the address {email}.")
