"""The demo's story is told once, ends today, and is the same each time: the same day and the same seed give the same story."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TypeVar

from flask import current_app
from sqlalchemy import func, select

from declarations import clock
from declarations.demo import audit_work, ordinary, policy_work, scenes
from declarations.demo.house import Absence, House, move_in
from declarations.demo.stage import Stage
from declarations.extensions import db, writers_engine, writing
from declarations.models import Declaration, Draft, Event, Person

Happened = TypeVar("Happened")
SEED = 20_26
ORDINARY = 545  # with the scenes that are told, about six hundred
_BEFORE = timedelta(days=ordinary.DAYS + 60)


@dataclass(frozen=True)
class Seeded:
    """What there is afterwards; `new` is False where the story had been told before."""

    new: bool
    people: int
    declarations: int
    events: int


class NotADemo(Exception):
    """Only a demo is seeded: an installation that people use has its own story."""


def seed(everyday: int = ORDINARY) -> Seeded:
    """Tell the whole story on an empty database; on one that has people already, nothing. Raises NotADemo.

    `everyday` is how many ordinary declarations stand beside the scenes that are told.
    """
    require_demo()
    if db.session.scalar(select(Person.id).limit(1)) is not None:
        return _counted(new=False)
    now, chance = clock.now(), Random(SEED)  # noqa: S311 the same story each time, nothing secret
    away = _away(now.date())
    with _hurry():
        house = _at(now - _BEFORE, lambda: move_in(away))
        stage = Stage(house, now, chance)
        for plan in away:
            stage.at(datetime.combine(plan[2] - timedelta(days=3), time(9), UTC), partial(stage.substitute, plan))
        linked_on = scenes.back(now.date(), scenes.LINKED_DAYS_AGO)
        stage.at(datetime.combine(linked_on, time(13), UTC), partial(stage.link, "Ilse Brandt", *scenes.LINKED))
        tender_on = scenes.back(now.date(), scenes.TENDER_DAYS_AGO)
        stage.at(datetime.combine(tender_on, time(13), UTC), partial(policy_work.tender, house, scenes.STRATUS.name))
        stage.add([*scenes.told(now.date()), *ordinary.scenes(chance, now.date(), everyday, house.rates_until)])
        audit_work.monthly(stage, house, now.date())
        stage.play()
        _drafts(house, now)
        audit_work.quarterly(house, now)
        for days, work in ((4, policy_work.waiting), (2, policy_work.being_written)):
            then = now - timedelta(days=days)
            _at(then, partial(work, house, then))
    return _counted(new=True)


def require_demo() -> None:
    """Nothing if this installation is a demo. Raises NotADemo."""
    if not current_app.config["SETTINGS"].demo:
        raise NotADemo("This is no demo. Set DEMO=1 for an installation that holds invented people only.")


def _away(today: date) -> tuple[Absence, ...]:
    """Who was or is away, and who decides meanwhile. Dee is away now."""
    friday = today - timedelta(days=(today.weekday() - 4) % 7 or 7)
    return (
        ("Oskar Lind", "Claire Petit", today - timedelta(days=140), today - timedelta(days=120)),
        ("Nikolaj Friis", "Ben Carlsen", today - timedelta(days=260), today - timedelta(days=250)),
        ("Piotr Sowa", "Agnieszka Wilk", today - timedelta(days=80), today - timedelta(days=66)),
        ("Dee Okafor", "Ben Carlsen", friday, today + timedelta(days=8)),
    )


def _at(moment: datetime, act: Callable[[], Happened]) -> Happened:
    """`act` done with the app's clock standing at `moment`."""
    before = current_app.config.get("CLOCK")
    current_app.config["CLOCK"] = lambda: moment
    try:
        return act()
    finally:
        current_app.config["CLOCK"] = before


@contextmanager
def _hurry() -> Iterator[None]:
    """While the story is told the disk need not be waited for: if the power goes, it is simply told again."""
    lite = db.engine.dialect.name == "sqlite"
    db.session.rollback()
    _say("PRAGMA synchronous=OFF" if lite else "SET synchronous_commit = off")
    try:
        yield
    finally:
        db.session.rollback()
        _say("PRAGMA synchronous=FULL" if lite else "SET synchronous_commit = on")


def _say(statement: str) -> None:
    connection = writers_engine().raw_connection()
    try:
        connection.cursor().execute(statement)
        connection.commit()
    finally:
        connection.close()


def _drafts(house: House, now: datetime) -> None:
    """What lies half written: Amalie's port, Tomasz's dinner, and one that Line prepared for Rikke to sign."""
    port = {"counterparty": "Acme Nordic ApS", "what": "Two bottles of port", "worth": "400", "worth_currency": "DKK"}
    dinner = {"what": "Dinner in Hamburg", "form": "meal", "counterparty": "Nordwind Media AG"}
    ready = {
        "counterparty": "Brightwater Pensions", "what": "A book about the harbour", "worth": "260", "worth_currency": "DKK",
        "became": "kept", "form": "thing", "direction": "received", "occurred_on": (now.date() - timedelta(days=2)).isoformat(),
    }  # fmt: skip
    with writing() as session:
        for owner, kind, answers, preparer in (
            ("Amalie Thorsen", "gift", port | {"direction": "received"}, None),
            ("Tomasz Lis", "entertainment", dinner | {"direction": "received"}, None),
            ("Rikke Storm", "gift", ready, "Line Hjort"),
        ):
            session.add(
                Draft(
                    owner_id=house.people[owner],
                    prepared_by_id=house.people[preparer] if preparer else None,
                    ready_at=now - timedelta(hours=3) if preparer else None,
                    kind=kind,
                    answers=answers,
                    created_at=now - timedelta(hours=20),
                    updated_at=now - timedelta(hours=3),
                )
            )


def _counted(*, new: bool) -> Seeded:
    def number(column: object) -> int:
        return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]

    return Seeded(new, number(Person.id), number(Declaration.id), number(Event.id))
