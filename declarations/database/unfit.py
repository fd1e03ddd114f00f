"""A database that a command cannot work with is told of in one sentence: it does not answer, is of another version, full or forbidden.

So is a key that is not there.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from declarations.evidence.keys import KeyProblem

_UPGRADE = "The database is not of this version of the program. Run: flask --app wsgi:app db upgrade"
_FULL = "There is no room left for the database. Nothing of this was kept."
_SAYS = {  # what the drivers say, in SQLite's words or as the name of psycopg's error
    "no such table": _UPGRADE,
    "no such column": _UPGRADE,
    "UndefinedTable": _UPGRADE,
    "UndefinedColumn": _UPGRADE,
    "InsufficientPrivilege": "The database role may not do this. After an upgrade its owner runs: flask --app wsgi:app database grant",
    "unable to open database file": "The database file cannot be opened. Does its folder exist, and may this user write there?",
    "file is not a database": "DATABASE_URL names a file that is no SQLite database.",
    "readonly database": "This user may not write to the database file.",
    "disk is full": _FULL,
    "DiskFull": _FULL,
    "database is locked": "Another program has held the database for too long. Nothing of this command was kept; please try again.",
}


def sentence_of(problem: Exception) -> str | None:
    """What whoever runs the server can mend about `problem`, in a sentence; None for a mistake of ours."""
    if isinstance(problem, KeyProblem):
        return str(problem)
    if not isinstance(problem, DBAPIError):
        return None
    said = f"{type(problem.orig).__name__} {problem.orig}"
    sentence = next((sentence for words, sentence in _SAYS.items() if words in said), None)
    if sentence is None and isinstance(problem, OperationalError) and "connection" in said:
        sentence = f"The database does not answer: {str(problem.orig).splitlines()[0]}"
    return sentence


def is_full(problem: Exception) -> bool:
    """True if there is no room left, for a file or for the database."""
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return sentence_of(problem) == _FULL


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """Raises click's own error for what whoever runs the server can mend; a mistake of ours stays what it is."""
    try:
        yield
    except (DBAPIError, KeyProblem) as problem:
        sentence = sentence_of(problem)
        if sentence is None:
            raise
        raise click.ClickException(sentence) from None


def told(command: click.Command) -> click.Command:
    """The command, or all of a group's, speaking so; one that does already stays as it is."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            told(one)
    elif command.callback is not None and not hasattr(command.callback, "tells_of_the_database"):
        command.callback = _telling(command.callback)
    return command


def _telling(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def spoken(*args: Any, **settings: Any) -> Any:
        with in_a_sentence():
            return callback(*args, **settings)

    spoken.tells_of_the_database = True  # type: ignore[attr-defined]
    return spoken
