"""HR's file of three people, how it is brought in and what came of it."""

from __future__ import annotations

from sqlalchemy import select

from declarations.directory.people_import import Report, import_people
from declarations.extensions import db
from declarations.models import Event, Person
from tests.support.story import Story

HEADER = "number,email,name,title,unit,company,manager_number,active_from,active_to,language\n"
BOSS = "1,sofia@nordlys.example,Sofia Marklund,Chief executive,,NL,,2015-01-01,,en\n"
BEN = "2,ben@nordlys.example,Ben Carlsen,Head of sales,Sales,NL-DK,1,2018-03-01,,da\n"
AMA = "3,Amalie@Nordlys.example,Amalie  Thorsen,Account manager,Sales,NL-DK,2,2021-05-01,2026-12-31,\n"
FILE = HEADER + BOSS + BEN + AMA


def bring_in(story: Story, text: str | bytes, **more: bool) -> Report:
    with story.app.app_context():
        return import_people(data=text.encode() if isinstance(text, str) else text, **more)


def people(story: Story) -> dict[str, Person]:
    with story.app.app_context():
        return {row.number: row for row in db.session.scalars(select(Person))}


def events(story: Story) -> list[tuple[str, str]]:
    with story.app.app_context():
        numbers = {f"person/{row.public_id}": row.number for row in db.session.scalars(select(Person))}
        told = db.session.scalars(select(Event).where(Event.stream.startswith("person/")).order_by(Event.id))
        return [(numbers[row.stream], row.action) for row in told]


def said(problems: tuple[object, ...]) -> str:
    return "\n".join(str(problem) for problem in problems)
