"""At the command line what is wrong with a policy is said in the language of the terminal, English if it is none of ours."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import force_locale

from declarations.display import _
from workflows.policy.document import PolicyError
from workflows.policy.tables import LANGUAGES


def language() -> str:
    """The language the terminal's environment asks for: en, da or ja."""
    stated = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return next((known for known in LANGUAGES if stated.partition(".")[0].partition("_")[0] == known), LANGUAGES[0])


@contextmanager
def refusals() -> Iterator[None]:
    """Turns a PolicyError within into the command's refusal, said in the terminal's language."""
    with force_locale(language()):
        try:
            yield
        except PolicyError as error:
            said = _(error.sentences[0]).replace("\u00a0", " ")  # what is copied from a terminal has plain spaces
            raise click.ClickException(said) from None
