"""Whoever does not say that they write cannot, however often writing and reading take turns."""

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select
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


class Interrupted(BaseException):
    """As a signal raises it, wherever the program happens to be."""


def test_what_interrupts_a_commit_is_told_as_what_it_was_and_whoever_writes_next_can(app: Flask) -> None:
    def interrupt(_session: object) -> None:
        raise Interrupted

    with app.app_context():
        session = db.session()
        event.listen(session, "after_commit", interrupt)
        with pytest.raises(Interrupted), writing():
            session.add(NumberSeries(series="S-1", last=1))
        event.remove(session, "after_commit", interrupt)
        with writing():
            session.add(NumberSeries(series="S-2", last=1))
        assert db.session.scalar(select(func.count()).select_from(NumberSeries)) == 2
