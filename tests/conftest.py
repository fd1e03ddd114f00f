"""Fixtures start nothing until a test asks: tests of the rules run without any database, server or browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from config import Settings

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

    from tests.support.databases import Template
    from tests.support.mail import Mailbox

# Whoever runs all tests twice sees the same twice. New examples are looked for with --hypothesis-profile=search.
settings.register_profile("steady", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("steady")

SECRET = "only-for-tests-only-for-tests-only-for-tests"


def make_app(settings: Settings) -> Flask:
    from declarations import create_app

    app = create_app(settings)
    app.testing = True
    return app


def close_database(app: Flask) -> None:
    """Give back every connection, so that the copy can be dropped and no ResourceWarning is left."""
    from declarations.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def migrate(url: str, folder: Path) -> None:
    from flask_migrate import upgrade

    app = make_app(Settings(data_dir=folder, database_url=url, secret_key=SECRET))
    with app.app_context():
        upgrade()
    close_database(app)


def grant(url: str, role: str, folder: Path) -> None:
    """What the owner does after each upgrade."""
    app = make_app(Settings(data_dir=folder, database_url=url, secret_key=SECRET))
    result = app.test_cli_runner().invoke(args=["database", "grant", "--role", role])
    close_database(app)
    assert result.exit_code == 0, result.output


class Templates:
    """Builds the migrated template of a backend the first time that a test asks for it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.made: dict[str, Template] = {}

    def of(self, backend: str) -> Template:
        from tests.support.databases import PostgresTemplate, SqliteTemplate
        from tests.support.postgres import postgres

        if backend not in self.made:
            if backend == "sqlite":
                self.made[backend] = SqliteTemplate(self.folder, lambda url: migrate(url, self.folder))
            else:
                server = self.stack.enter_context(postgres())
                template = PostgresTemplate(
                    server, lambda url: migrate(url, self.folder), lambda url, role: grant(url, role, self.folder)
                )
                self.stack.callback(template.drop)
                self.made[backend] = template
        return self.made[backend]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    with ExitStack() as stack:
        yield Templates(tmp_path_factory.mktemp("templates"), stack)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on: each in turn. A folder whose tests need one only says so in its conftest."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    with templates.of(backend).copy(tmp_path / "data") as url:
        yield url


@pytest.fixture
def owners_url(backend: str, database_url: str, templates: Templates) -> str:
    """The same database, reached by whoever owns the tables (on SQLite there is only one way)."""
    return templates.of(backend).owners(database_url)


@pytest.fixture(scope="session")
def languages() -> None:
    """Pages speak every language also where pytest was started by hand."""
    from declarations.translations.catalogues import compile_stale

    compile_stale()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, languages: None) -> Settings:
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    return Settings(data_dir=data, database_url=database_url, secret_key=SECRET, base_url="http://localhost")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Forms are posted without a token here (tests/test_habits.py sees to the tokens), and no app context is open:

    one left open would be shared by the client's requests, and with it who is signed in. Use `with app.app_context():`.
    """
    app = make_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    close_database(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def smtp_server() -> Iterator[Mailbox]:
    from tests.support.mail import mail_server

    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def live_app(settings: Settings) -> Iterator[Flask]:
    """The app as a browser meets it: with tokens."""
    app = make_app(settings)
    yield app
    close_database(app)


@pytest.fixture
def live_server(live_app: Flask) -> Iterator[str]:
    from tests.support.web import serving

    with serving(live_app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.support.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A new person's empty browser at the live server; whatever the browser complains of fails the test."""
    from tests.support.browser import complaints

    with browser.new_context(base_url=live_server, locale="en-GB", timezone_id="Europe/Copenhagen") as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        heard = complaints(page)
        yield page
    assert not heard, heard
