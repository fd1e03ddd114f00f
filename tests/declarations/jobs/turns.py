"""A turn of the worker at a moment, and what there is afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import Event, NoticeRow
from declarations.registers import commands
from declarations.registers.periods import Period
from tests.support.story import Story


def tick(story: Story) -> int:
    with story.app.app_context():
        return Worker().tick()


def at(story: Story, moment: str) -> None:
    """The clock in UTC; Copenhagen is an hour ahead in winter."""
    story.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)


def actions(story: Story, declaration: str) -> list[str]:
    with story.app.app_context():
        return list(
            db.session.scalars(select(Event.action).where(Event.stream == f"declaration/{declaration}").order_by(Event.sequence))
        )


def notices(story: Story, name: str, template: str) -> list[NoticeRow]:
    with story.app.app_context():
        query = select(NoticeRow).where(NoticeRow.person_id == story.ids[name], NoticeRow.template == template)
        return list(db.session.scalars(query.order_by(NoticeRow.id)))


def all_of(story: Story, model: type[Any]) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def ask(story: Story, by: str = "Aud") -> str:
    with story.app.app_context():
        period = Period(date(2026, 11, 1), date(2026, 11, 30))
        return commands.ask(viewer=story.viewer(by), company_id=story.ids["company NL"], period=period, language="en")
