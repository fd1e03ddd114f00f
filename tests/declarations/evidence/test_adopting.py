"""A record from before there were signatures gets them once, when the database is upgraded, and says so itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, NullPool, create_engine, text

from config import Settings
from tests.conftest import SECRET, Templates, close_database, make_app
from tests.support.story import Story

_OLD = ("event", "disclosure")  # as they were in version 0003, and still are


@pytest.fixture
def old(backend: str, templates: Templates, tmp_path: Path, app: Flask) -> Iterator[Flask]:
    """An app of today on a database of version 0003 that holds a record."""
    story = Story(app).house()
    story.firm("Osterman")
    story.declare("Amalie", firm="Osterman", worth="60")
    url = make_url_of(app)
    with templates.of(backend).empty(tmp_path) as empty:
        earlier = make_app(Settings(data_dir=tmp_path / "old", database_url=empty, secret_key=SECRET))
        with earlier.app_context():
            upgrade(revision="0003")
        _copy(url, empty)
        yield earlier
        close_database(earlier)


def make_url_of(app: Flask) -> str:
    return str(app.config["SETTINGS"].database_url)


def _copy(source: str, target: str) -> None:
    with _connected(source) as there, _connected(target) as here:
        _unbind(here)
        for table in _OLD:
            rows = [dict(row) for row in there.execute(text(f"SELECT * FROM {table}")).mappings()]
            names = list(rows[0])
            marks = ", ".join(f":{name}" for name in names)
            here.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"), rows)
        if here.dialect.name == "postgresql":
            here.execute(text("SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT max(id) FROM event))"))
        here.commit()


def _connected(url: str) -> Connection:
    return create_engine(url, poolclass=NullPool).connect().execution_options(aboveboard_writes=True)


def _unbind(connection: Connection) -> None:
    """Let events stand without what they are about."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
    else:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]


def test_old_events_are_signed_once_and_the_record_says_so(old: Flask) -> None:
    before = _all(old, "SELECT id, digest FROM event ORDER BY id")
    with old.app_context():
        upgrade()
    after = _all(old, "SELECT id, digest FROM event ORDER BY id")
    assert after[: len(before)] == before, "not a byte of them changed"
    (said,) = [json.loads(bytes(body)) for (body,) in _all(old, "SELECT body FROM event WHERE action = 'record:signed_from'")]
    assert (said["public"]["events"], said["public"]["last"]) == (len(before), before[-1][0])
    signed = _all(old, "SELECT event_id FROM event_signature ORDER BY event_id")
    queued = _all(old, "SELECT event_id FROM log_queue ORDER BY event_id")
    assert [one for (one,) in signed] == [one for (one,) in queued] == [one for one, _ in after]


def _all(app: Flask, statement: str) -> list[Any]:
    with _connected(make_url_of(app)) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]
