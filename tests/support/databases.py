"""One migrated template for each kind of database; every test gets a copy of its own, into which it may really commit."""

import contextlib
import itertools
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

Migrate = Callable[[str], None]
Grant = Callable[[str, str], None]


class Template(Protocol):
    def copy(self, folder: Path) -> contextlib.AbstractContextManager[str]:
        """The URL of a fresh copy, which is gone after the block."""

    def owners(self, url: str) -> str:
        """The URL by which whoever owns the tables reaches that copy."""

    def empty(self, folder: Path) -> contextlib.AbstractContextManager[str]:
        """The owner's URL of a database without any table, which is gone after the block."""


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

    def owners(self, url: str) -> str:
        return url

    @contextlib.contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'empty.db'}"


class PostgresTemplate:
    """Tests run as a role of their own that owns nothing, as an installation should."""

    names = itertools.count(1)

    def __init__(self, maintenance_url: str, migrate: Migrate, grant: Grant) -> None:
        self.url = make_url(maintenance_url)
        self.prefix = f"aboveboard_test_{id(self):x}"
        self.role, self.password = f"{self.prefix}_app", secrets.token_hex(8)
        self._run(f'CREATE DATABASE "{self.prefix}"')
        self._run(f"CREATE ROLE \"{self.role}\" LOGIN PASSWORD '{self.password}'")
        migrate(self._named(self.prefix))
        grant(self._named(self.prefix), self.role)

    @contextlib.contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        name = f"{self.prefix}_{next(self.names)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.prefix}"')
        app = self.url.set(database=name, username=self.role, password=self.password)
        try:
            yield app.render_as_string(hide_password=False)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def owners(self, url: str) -> str:
        return self._named(str(make_url(url).database))

    @contextlib.contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        name = f"{self.prefix}_{next(self.names)}"
        self._run(f'CREATE DATABASE "{name}"')
        try:
            yield self._named(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.prefix}" WITH (FORCE)')
        self._run(f'DROP ROLE "{self.role}"')

    def _named(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)  # names of our own making
