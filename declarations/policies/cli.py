"""`flask policy show|check|prove|rehearse|publish|export|diff` and `flask rates import`."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import ngettext

from declarations.display import _, full_day, text
from declarations.extensions import db
from declarations.policies import commands, queries
from declarations.policies.comparing import differences
from declarations.policies.plain import as_plain_text
from declarations.policies.proof import places, proof_of
from declarations.policies.rates import BadRates
from declarations.policies.spoken import refused, say, spoken, writable
from declarations.policy_drafts import commands as drafts
from declarations.rehearsing.cli import rehearse
from workflows.policy.check import check as checked
from workflows.policy.document import PolicyError, load
from workflows.policy.sentences import joined

policy = AppGroup("policy", help="Show, check and publish policy documents.")
rates = AppGroup("rates", help="Exchange rates of the European Central Bank.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@policy.command("show")
@click.option("--company", required=True, help="The company's key.")
@click.option("--on", "on", type=DAY, default=None, help="The day, YYYY-MM-DD; today if left out.")
@with_appcontext
@spoken
def show(company: str, on: datetime | None) -> None:
    """The policy in force for a company on a day, as plain text."""
    day = on.date() if on else date.today()  # noqa: DTZ011 the operator's own day
    found = queries.in_force_for_key(company, day)
    if found is None:
        raise refused(_("There is no company with the key “%(key)s”.", key=company))
    say(as_plain_text(found, company, day))


@policy.command("check")
@click.argument("file", type=FILE)
@with_appcontext
@spoken
def check(file: Path) -> None:
    """Say whether a document stands, on its own and beside those published, without keeping it."""
    _must_stand(file)
    document = load(file.read_bytes(), file.name)
    title, day = text(document.title.by_language), full_day(document.effective_from)
    whose = _("for %(company)s", company=document.company) if document.company else _("for the whole group")
    rules = ngettext("one rule", "%(num)s rules", len(document.rules))
    say(
        _(
            "%(file)s stands: “%(title)s” %(whose)s, in force from %(day)s, %(rules)s.",
            **{"file": file.name, "title": title, "whose": whose, "day": day, "rules": rules},
        )
    )


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
@spoken
def publish(
    file: Path, by: str, second: str | None, resolution: str | None, resolved_on: datetime | None, minutes: Path | None
) -> None:
    """Keep a document as a new version; it holds from the day it states.

    Until the first declaration is filed --by is enough, so that an installation can bring its first documents. From then on a
    second officer and a resolution of the board are needed, as on the page.
    """
    given = (second, resolution, resolved_on, minutes)
    if any(given) and not all(given):
        raise refused(_("Give --second, --resolution, --resolved-on and --minutes together."))
    content = file.read_bytes()
    if second and resolution and resolved_on and minutes:
        document, new = drafts.publish_file(
            text=content,
            name=file.name,
            by_email=by,
            second_email=second,
            number=resolution,
            resolved_on=resolved_on.date(),
            filename=minutes.name,
            content=minutes.read_bytes(),
        )
    else:
        document, new = commands.publish(text=content, name=file.name, by_email=by)
    words = {"key": document.key, "day": full_day(document.effective_from)}
    if new:
        say(_("%(key)s, in force from %(day)s: published.", **words))
    else:
        say(_("%(key)s, in force from %(day)s: was published before, nothing changed.", **words))


@policy.command("export")
@click.argument("key")
@click.option("--on", "on", type=DAY, default=None, help="The version in force on that day, YYYY-MM-DD; today if left out.")
@click.option("--output", type=OUT, callback=writable, default=None, help="The file to write; else the screen.")
@with_appcontext
@spoken
def export(key: str, on: datetime | None, output: Path | None) -> None:
    """The text of a published document, unchanged to the byte. KEY is its key, such as group-code."""
    day = on.date() if on else date.today()  # noqa: DTZ011 the operator's own day
    content = queries.text_of(key, day)
    if content is None:
        raise refused(_("No document with the key “%(key)s” is in force on %(day)s.", key=key, day=full_day(day)))
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)
        say(_("%(file)s: %(number)s bytes.", file=output, number=len(content)))


@policy.command("diff")
@click.argument("file", type=FILE)
@click.argument("other", type=FILE, required=False)
@with_appcontext
@spoken
def diff(file: Path, other: Path | None) -> None:
    """Everything that FILE changes, in words: since OTHER, or else since the newest published version of the same document."""
    new = load(file.read_bytes(), file.name)
    old = load(other.read_bytes(), other.name) if other else queries.newest(new.key, new)
    if old is None:
        raise refused(_("No other version of %(key)s has been published.", key=new.key))
    found = differences(new, old)
    sides = {"key": new.key, "day": full_day(new.effective_from), "other": old.key, "since": full_day(old.effective_from)}
    say(_("%(key)s, from %(day)s on, beside %(other)s from %(since)s on:", **sides) if found else _("Nothing differs."))
    for one in found:
        say(f"  {one.clause} {one.sentence}" if one.clause else f"  {one.sentence}")


@policy.command("prove")
@click.argument("file", type=FILE)
@with_appcontext
@spoken
def prove(file: Path) -> None:
    """Prove that a document leaves the policy nowhere looser than the Code, in every company it concerns; keep nothing."""
    proof = proof_of(db.session(), load(file.read_bytes(), file.name))
    say(_("%(regions)s regions in %(seconds)s seconds.", regions=proof.regions, seconds=f"{proof.seconds:.2f}"))
    _must_stand(file)
    for clause in proof.clauses:
        words = {"document": clause.document, "clause": clause.clause, "by": ", ".join(clause.by)}
        if clause.how == "tightened":
            say(_("%(document)s, clause %(clause)s: tightened by %(by)s.", **words))
        if clause.how == "replaced":
            say(_("%(document)s, clause %(clause)s: replaced by %(by)s (outside the proof).", **words))
    say(_("%(file)s: nowhere looser than the Code.", file=file.name))


def _must_stand(file: Path) -> None:
    """End the command with all that stands against the document, if anything does."""
    wrong = checked(file.read_bytes(), file.name, queries.all_documents(), places(db.session()))
    if wrong:
        raise PolicyError(joined(wrong, "%(one)s\n%(other)s"))


@rates.command("import")
@click.argument("file", type=FILE, required=False)
@with_appcontext
@spoken
def import_rates(file: Path | None) -> None:
    """Bring in the rates of the bank's history FILE (zip or CSV); without one, those shipped with the program."""
    try:
        added = commands.import_rates(path=file)
    except BadRates as error:
        raise click.ClickException(str(error)) from None
    say(ngettext("One new rate.", "%(num)s new rates.", added) if added else _("No new rates."))


policy.add_command(rehearse)

COMMANDS = [policy, rates]
