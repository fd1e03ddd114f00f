"""What people do at the door and what may be seen of it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from declarations.extensions import db, writing
from declarations.models import Person
from tests.support.story import Story

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PASSWORD = "a boat on the green river"
ADDRESS_OF_BEN = "ben@nordlys.example"


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = ADDRESS_OF_BEN, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def count(story: Story, model: type[object]) -> int:
    with story.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def change(story: Story, name: str, **values: object) -> None:
    with story.app.app_context(), writing() as session:
        row = session.get_one(Person, story.ids[name])
        for key, value in values.items():
            setattr(row, key, value)
