"""Commands for translators and for set-up: they need files only, no settings and no database."""

import click

from declarations.translations import catalogues


@click.group("languages")
def languages() -> None:
    """The words people read, in each language."""


@languages.command("compile")
def compile_() -> None:
    """Compile the .po files that changed, so that pages can use them."""
    compiled = catalogues.compile_stale()
    click.echo("Compiled: " + ", ".join(compiled) if compiled else "Everything is compiled already.")


@languages.command("update")
def update() -> None:
    """Carry new and changed sentences from the source into every .po file."""
    for sentence in catalogues.told(catalogues.update()):
        click.echo(sentence)


COMMANDS: list[click.Command] = [languages]
