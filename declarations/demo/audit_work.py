"""The demo's auditors get registers month by month: earlier ones are sampled and signed off, with a finding; the latest lies unread."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from declarations.demo.house import House
from declarations.demo.stage import Stage
from declarations.evidence import sequencer
from declarations.extensions import db
from declarations.jobs import schedules, unread
from declarations.models import Company, Person, Register
from declarations.registers import building, commands, reading, scheduling
from declarations.registers.periods import MONTHLY, QUARTERLY, finished
from declarations.registers.scheduling import Plan
from declarations.sampling.commands import draw_sample
from declarations.sampling.drawing import Method
from declarations.viewer import Viewer, viewer
from declarations.world import holidays_of
from workflows.deadlines import add_working_days

READER = "Petra Wolff"
FINDING = "Two gifts were declared more than a month after they were received. I have asked Signe Holm how people are reminded."
SAMPLED = 12
_WORKING_DAY = 3
_MORNING = time(7, tzinfo=UTC)
_LEFT_ALONE = timedelta(days=8)  # what is newer than that nobody could have been reminded of yet


def monthly(stage: Stage, house: House, today: date) -> None:
    """Put on the stage's agenda what becomes of Denmark's registers, from about ten weeks ago until today."""
    begin = (today - timedelta(days=75)).replace(day=1)
    stage.at(datetime.combine(begin, _MORNING), partial(_set, house, "NL-DK", MONTHLY, begin, (READER,)))
    due = []
    for period in finished(MONTHLY, begin, today):
        day = add_working_days(period.last_on, _WORKING_DAY, holidays_of("DK", period.last_on.year))
        due.append(day)
        stage.at(datetime.combine(day, _MORNING), _come)
    old = [day for day in due if day <= today - _LEFT_ALONE]
    for day in old[:-1]:
        stage.at(datetime.combine(_weekday(day + timedelta(days=2)), _MORNING), partial(_read, house))
    for day in old[-1:]:
        for days in (8, 16):
            stage.at(datetime.combine(_weekday(day + timedelta(days=days)), _MORNING), _follow_up)


def quarterly(house: House, now: datetime) -> None:
    """The whole group's come every quarter from now on, and those of the last months at once; the worker builds them."""
    _set(house, "NL", QUARTERLY, (now - timedelta(days=120)).date().replace(day=1), (), now)


def _set(house: House, company: str, rhythm: str, since: date, readers: tuple[str, ...], now: datetime) -> None:
    company_id = db.session.scalars(select(Company.id).where(Company.key == company)).one()
    plan = Plan(rhythm, _WORKING_DAY, "en", [house.people[name] for name in readers])
    scheduling.set_schedule(viewer=_auditor(house, "Henrik Aagaard", now), company_id=company_id, plan=plan, active_from=since)


def _come(now: datetime) -> None:
    """What the worker does on such a morning."""
    sequencer.run("demo")
    for schedule_id, period in list(schedules.due(db.session(), now, 6)):
        public_id = scheduling.ask_by_schedule(schedule_id=schedule_id, period=period)
        if public_id is not None:
            building.build(public_id)


def _read(house: House, now: datetime) -> None:
    """The reader takes the newest register, draws a sample out of it and signs that they have read it."""
    public_id = db.session.scalars(select(Register.public_id).order_by(Register.id.desc())).first()
    assert public_id is not None
    petra = replace(_auditor(house, READER, now), confirmed_at=now)
    commands.take(viewer=petra, public_id=public_id)
    draw_sample(viewer=petra, register_id=public_id, method=Method.RISK, size=SAMPLED, seed=f"{now:%d%m%Y}")
    reading.sign_off(viewer=petra, public_id=public_id, findings=FINDING)


def _follow_up(now: datetime) -> None:
    for register_id, step in list(unread.due(db.session(), now, 6)):
        reading.chase(register_id=register_id, step=step)


def _weekday(day: date) -> date:
    """That day, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _auditor(house: House, name: str, now: datetime) -> Viewer:
    session = db.session()
    return viewer(session, session.get_one(Person, house.people[name]), now)
