"""The form of a small gift as a browser posts it, and what became of it."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.counterparties import NewCounterparty, find_or_create
from declarations.extensions import db, writing
from tests.support.story import Story

PASSWORD = "a boat on the green river"
GIFT = {
    "direction": "received",
    "counterparty": "Acme Nordic ApS",
    "what": "Two bottles of wine",
    "form": "thing",
    "worth": "400",
    "worth_currency": "DKK",
    "occurred_on": "2026-11-19",
    "became": "kept",
}


def acme(story: Story, name: str = "Acme Nordic ApS", class_: str = "customer") -> int:
    """A counterparty everyone knows, found by its words too."""
    with story.app.app_context(), writing() as session:
        return find_or_create(session, new=NewCounterparty(name, class_, "DK"), by_id=None, now=story.now).id


def send(client: FlaskClient, path: str = "/declare/gift", **changed: Any) -> Any:
    """Post the form of a small gift with some answers changed; None leaves one out."""
    data = {name: value for name, value in (GIFT | changed).items() if value is not None}
    return client.post(path, data=data, content_type="multipart/form-data")


def everything(story: Story, model: Any) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def the(story: Story, model: Any) -> Any:
    (row,) = everything(story, model)
    return row


def pdf(text: bytes = b"hello") -> bytes:
    return b"%PDF-1.7\n" + text + b"\n%%EOF\n"


def upload(client: FlaskClient, path: str, *files: tuple[bytes, str], do: str = "add") -> Any:
    data: dict[str, Any] = GIFT | {"do": do, "files": [(io.BytesIO(content), name) for content, name in files]}
    return client.post(path, data=data, content_type="multipart/form-data")
