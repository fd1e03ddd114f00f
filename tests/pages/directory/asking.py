"""What administrators ask of the directory and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, Person, RoleGrant
from tests.support.story import Story

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def public(story: Story, name: str) -> str:
    return str(story.column(Person, story.ids[name], "public_id"))


def page_of(story: Story, name: str) -> str:
    return f"/directory/people/{public(story, name)}"


def grant(client: FlaskClient, story: Story, name: str, role: str = "compliance_officer", company: str = "NL-DK") -> TestResponse:
    return client.post(f"{page_of(story, name)}/roles", data={"role": role, "company": company})


def roles(story: Story, name: str) -> list[str]:
    with story.app.app_context():
        found = select(RoleGrant.role).where(RoleGrant.person_id == story.ids[name], RoleGrant.revoked_at.is_(None))
        return sorted(db.session.scalars(found))


def events(story: Story, stream: str) -> list[str]:
    """What happened since the house was built."""
    with story.app.app_context():
        told = select(Event.action).where(Event.stream == stream, Event.role != "house").order_by(Event.sequence)
        return list(db.session.scalars(told))
