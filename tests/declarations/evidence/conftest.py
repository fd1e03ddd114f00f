"""A record with something of everything in it, and hands that reach behind the app's back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, text

from declarations.evidence.cli import sha256_of_file
from declarations.evidence.verify import verify
from tests.support.recorded import with_file
from tests.support.story import Story
from workflows.words import Action, Kind


@pytest.fixture
def recorded(app: Flask) -> Story:
    """A gift with a file, approved under conditions after a question and a correction; an interest; one withdrawn."""
    story = Story(app).house()
    story.firm("Osterman")
    with_file(story)
    gift = story.declare("Amalie", Kind.ENTERTAINMENT, firm="Osterman", worth="1500", form="event", host_present=True,
                         named=frozenset({story.ids["Tomasz"]}))  # fmt: skip
    story.act("Ben", Action.SEND_BACK, gift, reason="Who was there?")
    story.act("Amalie", Action.ANSWER, gift, reason="The whole team")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, gift, conditions=(("Pay the taxi yourself", date(2026, 12, 1)),))
    story.declare("Tomasz", Kind.INTEREST, firm="Osterman", form="directorship")
    story.declare("Amalie", firm="Osterman", worth="60")
    story.now += timedelta(hours=1)
    return story


class Tampered:
    """What `verify` says after statements as somebody with the keys to the database would run them, guards taken away first."""

    def __init__(self, app: Flask, owners_url: str) -> None:
        self.app = app
        self.engine = create_engine(owners_url, poolclass=NullPool)

    def __call__(self, *statements: str, keep: bool = False) -> list[str]:
        with self.app.app_context(), self.engine.connect().execution_options(aboveboard_writes=True) as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            self._unguard(connection)
            for statement in statements:
                connection.execute(text(statement))
            told = [f"[{one.layer}] {one.where}: {one.what}" for one in verify(connection, sha256_of_file, lambda *_: None)]
            connection.commit() if keep else connection.rollback()
        return told

    def _unguard(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            return
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name <> 'event_queued'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))


@pytest.fixture
def tampered(recorded: Story, owners_url: str) -> Tampered:
    return Tampered(recorded.app, owners_url)
