"""Whoever does not say that they write cannot, however often writing and reading take turns."""

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from declarations.direct import run
from declarations.extensions import db, writing
from declarations.models import NumberSeries


def test_outside_of_writing_the_database_itself_refuses(app: Flask) -> None:
    with app.app_context():
        for turn in (1, 2, 3):
            with writing() as session:
                session.add(NumberSeries(series=f"S-{turn}", last=turn))
            assert db.session.scalar(select(func.count()).select_from(NumberSeries)) == turn
            for way in (db.session.execute, lambda said: run(db.session(), said)):
                with pytest.raises(DBAPIError):
                    way(insert(NumberSeries).values(series="S-0", last=0))
                db.session.rollback()


def test_what_is_held_back_is_read_by_whoever_goes_straight_to_the_connection(app: Flask) -> None:
    how_many = select(func.count(NumberSeries.series))
    with app.app_context(), writing() as session:
        session.add(NumberSeries(series="S-1", last=1))
        with session.no_autoflush:
            assert run(session, how_many).scalar() == 0
        assert run(session, how_many).scalar() == 1
