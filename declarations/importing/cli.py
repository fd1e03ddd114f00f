"""`flask import register` brings in an old register; `flask import-example` tries one out on an empty database."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from declarations import clock
from declarations.importing import example
from declarations.importing.landing import CREATE, REPORT, Unknown, land
from declarations.importing.mapping import SHIPPED, BadMapping, fitting, load
from declarations.importing.reading import BadFile, headings, read
from declarations.importing.telling import lines

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
imports = AppGroup("import", help="Bring in what another system kept.")


@imports.command("register")
@click.argument("file", type=FILE)
@click.option("--company", required=True, help="The company's key.")
@click.option(
    "--mapping", "mapping_file", type=click.Path(path_type=Path), required=True, help="A mapping, or a shipped one's name."
)
@click.option(
    "--declarants", type=click.Choice([CREATE, REPORT]), default=REPORT, help="People nobody knows: create or report them."
)
@click.option("--dry-run", is_flag=True, help="Report only.")
@with_appcontext
def register(file: Path, company: str, mapping_file: Path, declarants: str, dry_run: bool) -> None:
    """Bring in FILE, an old register: every row that can lands as a recorded declaration, all others are reported.

    A second run changes nothing. Shipped mappings: see declarations/importing/mappings.
    """
    shipped = SHIPPED / f"{mapping_file.name.removesuffix('.toml')}.toml"
    try:
        mapping = load(mapping_file if mapping_file.exists() else shipped)
        rows = read(file.read_bytes(), mapping, clock.now().date())
        landed = land(rows=rows, mapping=mapping, company=company, source=file.name, declarants=declarants, dry=dry_run)
    except FileNotFoundError:
        raise click.ClickException(f"There is no mapping {mapping_file}.") from None
    except (BadMapping, BadFile, Unknown) as error:
        raise click.ClickException(str(error)) from None
    for line in lines(landed, mapping):
        click.echo(line)


@click.command("import-example")
@click.argument("file", type=FILE)
@click.option("--expected", type=FILE, default=None, help="Figures to compare with; expected.yaml beside the file if left out.")
@with_appcontext
def import_example(file: Path, expected: Path | None) -> None:
    """Import FILE into this empty database, build its register, and print every figure beside the expected one."""
    try:
        fit = fitting(headings(file.read_bytes()))
        if fit is None:
            raise click.ClickException(f"None of the shipped mappings fits the headings of {file.name}.")
        path, mapping = fit
        click.echo(f"{file.name}, read by {path.name}")
        example.prepare(mapping)
        landed = example.bring_in(file, mapping)
    except (BadFile, Unknown, example.NotEmpty) as error:
        raise click.ClickException(str(error)) from None
    for line in lines(landed, mapping):
        click.echo(line)
    found = list(example.beside(landed, mapping, example.expected_for(file, expected), example.built_register()))
    click.echo(f"\n{'':<44}{'counted':>14}{'expected':>14}{'register':>14}")
    for one in found:
        cells = "".join(f"{'' if cell is None else cell:>14}" for cell in (one.counted, one.expected, one.register))
        click.echo(f"{one.name:<44}{cells}{'' if one.agrees else '   DIFFERS'}")
    again = example.bring_in(file, mapping)
    click.echo(f"\nImported again: {len(again.numbers)} new declarations.")
    if again.numbers or not all(one.agrees for one in found):
        raise click.ClickException("The figures do not agree.")
    click.echo("Everything agrees.")


COMMANDS: list[click.Command] = [imports, import_example]
