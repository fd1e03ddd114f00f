"""The app runs as a database role that owns nothing: it can do all its work, and cannot touch the record. (PostgreSQL only.)"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from config import Settings
from declarations.database.privileges import TABLES
from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import Base, Declaration, Register
from declarations.sign_in import commands
from tests.conftest import SECRET, close_database, make_app
from tests.support.story import Story
from workflows.words import Action, Kind

RECORD = ("event", "filing", "decider", "policy_document")
PASSWORD = "a boat on the green river"


@pytest.fixture
def backend() -> str:
    """SQLite has no roles."""
    return "postgresql"


def told(app: Flask, role: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["database", "grant", "--role", role])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def the_whole_way(story: Story) -> None:
    """Sign in by the door, file, decide, build a register and take it."""
    story.house().firm("Osterman")
    with story.app.app_context():
        [(_, token)] = commands.send_links(people=[story.ids["Amalie"]], by=None, by_mail=False)
        commands.set_password(token=token, password=PASSWORD)
    amalie = story.app.test_client()
    assert amalie.post("/sign-in", data={"email": "amalie@nordlys.example", "password": PASSWORD}).status_code == 302
    form = {
        "direction": "received", "counterparty": "Osterman", "what": "Wine", "form": "thing", "worth": "900",
        "worth_currency": "DKK", "occurred_on": "2026-11-19", "became": "kept", "note": "For the team.",
    }  # fmt: skip
    filed = amalie.post("/declare/gift", data=form)
    assert filed.status_code == 303, re.findall('error">.*?<span>(.*?)<', filed.text)
    gift = str(filed.location).rpartition("/")[2]
    story.act("Ben", Action.APPROVE, gift)
    dinner = story.declare("Amalie", Kind.ENTERTAINMENT, firm="Osterman", worth="700", form="meal")
    story.act("Ben", Action.REFUSE, dinner, reason="Too much.", disposition="return_it")
    november = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30", "language": "en"}
    asked = story.client("Aud").post("/registers", data=november | {"company": str(story.ids["company NL"])})
    with story.app.app_context():
        Worker().tick()
        assert db.session.scalars(select(Register)).one().sha256
        assert db.session.scalars(select(Declaration.state).where(Declaration.public_id == gift)).one() == "approved"
    assert story.client("Aud").get(str(asked.location)).status_code == 200
    checked = story.app.test_cli_runner().invoke(args=["record", "verify"])
    assert checked.output == "Everything agrees with the record.\n"


def test_the_app_works_from_end_to_end_as_a_role_that_owns_nothing(app: Flask, database_url: str) -> None:
    the_whole_way(Story(app))
    with app.app_context():
        assert db.session.scalar(text("SELECT current_user")) == make_url(database_url).username
        owned = "SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
        assert db.session.scalar(text(owned)) == 0


def test_one_role_for_all_still_works(owners_url: str, tmp_path: Path) -> None:
    app = make_app(Settings(data_dir=tmp_path, database_url=owners_url, secret_key=SECRET, base_url="http://localhost"))
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        the_whole_way(Story(app))
    finally:
        close_database(app)


@pytest.mark.parametrize("table", RECORD)
def test_the_role_cannot_change_the_record_or_take_its_guards_away(table: str, app: Flask, database_url: str) -> None:
    the_whole_way(Story(app))
    column = {"policy_document": "digest", "event": "action"}.get(table, "declaration_id")
    attempts = (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} ADD COLUMN spare integer",
        f"DROP TRIGGER {table}_keep ON {table}",
        f"DROP TABLE {table} CASCADE",
        f"GRANT ALL ON {table} TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION aboveboard_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
    )
    engine = create_engine(database_url, poolclass=NullPool)
    for attempt in attempts:
        if attempt.startswith("GRANT"):  # PostgreSQL only warns that nothing was granted
            with engine.connect().execution_options(aboveboard_writes=True) as connection:
                connection.execute(text(attempt))
                may = text("SELECT has_table_privilege(CAST(:table AS text), 'UPDATE')")
                assert connection.scalar(may, {"table": table}) is False
            continue
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with engine.connect().execution_options(aboveboard_writes=True) as connection, refused:
            connection.execute(text(attempt))


def test_every_table_says_what_the_role_may_do_with_it() -> None:
    assert set(TABLES) == set(Base.metadata.tables)
    assert {table for table, verbs in TABLES.items() if verbs == "INSERT"} >= set(RECORD)


def test_granting_again_takes_away_what_was_given_by_hand(app: Flask, owners_url: str, database_url: str, tmp_path: Path) -> None:
    role = str(make_url(database_url).username)
    owners = make_app(Settings(data_dir=tmp_path, database_url=owners_url, secret_key=SECRET))
    with owners.app_context(), db.engine.connect().execution_options(aboveboard_writes=True) as connection:
        connection.execute(text(f'GRANT ALL ON event TO "{role}"'))
        connection.commit()
    assert told(owners, role) == (0, f"{role} may now run the app. It owns nothing, and cannot change the record.\n")
    close_database(owners)
    with app.app_context():
        assert db.session.scalar(text("SELECT has_table_privilege('event', 'UPDATE')")) is False
        assert db.session.scalar(text("SELECT has_table_privilege('event', 'INSERT')")) is True


def test_a_role_that_nothing_would_bind_is_refused(owners_url: str, tmp_path: Path) -> None:
    owners = make_app(Settings(data_dir=tmp_path, database_url=owners_url, secret_key=SECRET))
    code, output = told(owners, str(make_url(owners_url).username))
    assert (code, "nothing would bind it" in output) == (1, True)
    code, output = told(owners, "nobody of this name")
    assert (code, "There is no such role" in output) == (1, True)
    close_database(owners)


def test_sqlite_is_told_that_it_has_no_roles(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aboveboard.db'}"
    app = make_app(Settings(data_dir=tmp_path, database_url=url, secret_key=SECRET))
    code, output = told(app, "app")
    assert (code, "Only PostgreSQL has roles" in output) == (1, True)
    close_database(app)
