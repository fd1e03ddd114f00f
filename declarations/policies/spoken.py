"""At the command line a policy, and what is wrong with it, is told in the language of the terminal, English if it is none of ours."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from flask_babel import force_locale

from declarations.display import _
from workflows.policy.document import PolicyError
from workflows.policy.tables import LANGUAGES

P = ParamSpec("P")
R = TypeVar("R")


def language() -> str:
    """The language the terminal's environment asks for: en, da or ja."""
    stated = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return next((known for known in LANGUAGES if stated.partition(".")[0].partition("_")[0] == known), LANGUAGES[0])


def spoken(command: Callable[P, R]) -> Callable[P, R]:
    """The command in the terminal's language; a PolicyError within is its refusal."""

    @wraps(command)
    def told(*args: P.args, **settings: P.kwargs) -> R:
        with force_locale(language()):
            try:
                return command(*args, **settings)
            except PolicyError as error:
                raise refused(_(error.sentences[0])) from None

    return told


def refused(words: str) -> click.ClickException:
    """The refusal that says `words`."""
    return click.ClickException(_plain(words))


def say(words: str) -> None:
    """Print a line, or several."""
    click.echo(_plain(words))


def writable(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """A file to write must have a folder: that is said before anything is worked out."""
    if file is not None and not file.parent.is_dir():
        with force_locale(language()):
            raise refused(_("There is no folder %(folder)s.", folder=file.parent))
    return file


def _plain(words: str) -> str:
    """What is copied from a terminal has plain spaces."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")
