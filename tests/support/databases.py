"""One migrated template for each kind of database; every test gets a copy of its own, into which it may really commit."""

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

Migrate = Callable[[str], None]


class Template(Protocol):
    def copy(self, folder: Path) -> contextlib.AbstractContextManager[str]:
        """The URL of a fresh copy, which is gone after the block."""


class SqliteTemplate:
    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self.file = folder / "template.db"
        migrate(f"sqlite:///{self.file}")

    @contextlib.contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        folder.mkdir(parents=True, exist_ok=True)
        for part in self.file.parent.glob("template.db*"):  # the file, and its journal where one is left
            shutil.copy(part, folder / part.name.replace("template", "aboveboard", 1))
        yield f"sqlite:///{folder / 'aboveboard.db'}"


class PostgresTemplate:
    names = itertools.count(1)

    def __init__(self, maintenance_url: str, migrate: Migrate) -> None:
        self.url = make_url(maintenance_url)
        self.prefix = f"aboveboard_test_{id(self):x}"
        self._run(f'CREATE DATABASE "{self.prefix}"')
        migrate(self._named(self.prefix))

    @contextlib.contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        name = f"{self.prefix}_{next(self.names)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.prefix}"')
        yield self._named(name)
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.prefix}" WITH (FORCE)')

    def _named(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)  # names of our own making
