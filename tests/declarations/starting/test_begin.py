"""An empty installation is begun once: its first administrator, a policy of its own, and nothing changed afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Company, Event, Person, RoleGrant
from declarations.policies import queries

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

ADA = {"--admin": "ada@lind.example", "--name": "Ada Lind", "--company": "Lind Robotics", "--country": "JP"}


def begin(app: Flask, **said: str) -> Result:
    words = [word for pair in said.items() for word in pair]
    return app.test_cli_runner().invoke(args=["begin", *words])


def today_in_japan() -> date:
    return datetime.now(ZoneInfo("Asia/Tokyo")).date()


def events(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Event)) or 0


def test_whoever_begins_is_administrator_and_the_code_is_their_companys_own_from_today(app: Flask) -> None:
    first = today_in_japan()
    begun = begin(app, **ADA)
    assert begun.exit_code == 0, begun.output
    with app.app_context():
        company, ada = db.session.scalars(select(Company)).one(), db.session.scalars(select(Person)).one()
        assert (company.name, company.time_zone, company.currency) == ("Lind Robotics", "Asia/Tokyo", "JPY")
        assert (ada.email, db.session.scalars(select(RoleGrant.role)).one()) == ("ada@lind.example", "administrator")
        [code] = queries.all_documents()
        assert (code.approved_by, code.holiday_calendar) == ("Lind Robotics", "JP")
        assert first <= code.effective_from == code.approved_on <= today_in_japan()


def test_the_link_that_is_printed_lets_the_first_administrator_in(app: Flask) -> None:
    link = begin(app, **ADA).output.strip().split("\n")[-1].removeprefix("http://localhost")
    client = app.test_client()
    assert client.post(link, data={"password": "a boat on the river", "again": "a boat on the river"}).status_code == 302
    assert client.get("/directory").status_code == 200


@pytest.mark.parametrize("said", [{}, ADA, {**ADA, "--company": "Another"}])
def test_beginning_again_changes_nothing(app: Flask, said: dict[str, str]) -> None:
    begin(app, **ADA)
    before = events(app)
    again = begin(app, **said)
    assert (again.exit_code, again.output) == (0, "")
    assert events(app) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"--admin": "ada"}, "This is not an e-mail address."),
        ({"--country": "XX"}, "This is not a country"),
        ({"--country": "US"}, "US has several time zones. Say which with --time-zone: America/Adak,"),
        ({"--currency": "ABC"}, "This is not a currency"),
        ({"--name": ""}, "Nobody is administrator yet."),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_kept(app: Flask, change: dict[str, str], sentence: str) -> None:
    refused = begin(app, **{**ADA, **change})
    assert refused.exit_code == 1
    assert sentence in refused.output
    with app.app_context():
        assert db.session.scalar(select(Company.id)) is None
    assert events(app) == 0
