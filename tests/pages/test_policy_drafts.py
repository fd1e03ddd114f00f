"""Compliance writes the policy: a draft in two views, a second officer, the board's resolution, and one day from which it holds."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, PolicyDocument, PolicyDraft
from tests.support.story import Story
from workflows.policy.document import load
from workflows.words import Role

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MEAL = "/rules/1"  # the first rule of the Danish amendment: meals above DKK 450 a head


@pytest.fixture
def story(app: Flask) -> Story:
    """The house, in which Danish compliance is Ilse; Otto and Nora are officers of the group."""
    story = Story(app).house()
    story.person("Nora", company="NL")
    story.grant("Nora", Role.COMPLIANCE_OFFICER, "NL")
    return story


class Desk:
    """A draft in the hands of somebody."""

    def __init__(self, story: Story, begun_by: str = "Ilse", **what: str) -> None:
        self.story = story
        answer = story.client(begun_by).post("/policy/drafts", data=what or {"key": "denmark"})
        assert answer.status_code == 303, answer.text
        self.url = answer.headers["Location"]
        self.public_id = self.url.rsplit("/", 1)[1]

    @property
    def row(self) -> PolicyDraft:
        with self.story.app.app_context():
            row = db.session.scalars(select(PolicyDraft).where(PolicyDraft.public_id == self.public_id)).one()
            db.session.expunge(row)
            return row

    def by(self, name: str) -> FlaskClient:
        return self.story.client(name)

    def post(self, name: str, where: str, **typed: Any) -> Any:
        data = {"seen": str(self.row.revision)} | {key.replace("__", "/"): value for key, value in typed.items()}
        return self.by(name).post(self.url + where, data=data, content_type="multipart/form-data" if where == "/resolution" else None)

    def fill(self, name: str, where: str, **typed: str) -> Any:
        """Fill in fields of a form, named by what follows the rule's own place."""
        place = f"rules/{int(where.rsplit('/', 1)[1]) - 1}/" if "rules" in where else ""
        data = {"seen": str(self.row.revision)} | {place + key.replace("__", "/"): value for key, value in typed.items()}
        return self.by(name).post(self.url + where, data=data)

    def limit(self, name: str, amount: str) -> Any:
        """Change the limit for meals in crowns."""
        place = "rules/0/when/per_head:DKK"
        return self.by(name).post(self.url + MEAL, data={"seen": str(self.row.revision), place: amount})

    def resolve(self, name: str, **more: Any) -> Any:
        typed = {"number": "2026-31", "resolved_on": "2026-11-19", "effective_from": "2027-01-01"}
        return self.post(name, "/resolution", **(typed | {"document": (io.BytesIO(PDF), "minutes.pdf")} | more))

    def through(self) -> None:
        """Changed by Ilse, signed by Otto, resolved and published."""
        assert self.limit("Ilse", "400").status_code == 303
        assert self.post("Ilse", "/submit").status_code == 303
        assert self.post("Otto", "/sign").status_code == 303
        assert self.resolve("Ilse").status_code == 303
        assert self.post("Ilse", "/publish").status_code == 303


def words(html: str) -> str:
    part = html[html.index('id="main"') : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\xa0", " ")


def actions(story: Story, key: str) -> list[str]:
    with story.app.app_context():
        return list(db.session.scalars(select(Event.action).where(Event.stream == f"policy/{key}").order_by(Event.sequence)))


def test_a_limit_goes_all_the_way_from_the_form_to_the_policy_in_force(story: Story) -> None:
    desk = Desk(story)
    desk.through()
    assert actions(story, "denmark") == [
        f"policy:{step}" for step in ("started", "changed", "submitted", "signed", "resolved", "published")
    ]
    with story.app.app_context():
        row = db.session.scalars(
            select(PolicyDocument).where(PolicyDocument.key == "denmark").order_by(PolicyDocument.effective_from.desc())
        ).first()
        assert row is not None
        document = load(row.text, "denmark")
    assert (document.effective_from, document.approved_on) == (date(2027, 1, 1), date(2026, 11, 19))
    assert b"# after the event" in row.text  # comments of the version before are still there
    assert "above DKK 400 a head" in words(story.client("Amalie").get("/policy?on=2027-01-01").text)
    assert "above DKK 450 a head" in words(story.client("Amalie").get("/policy").text)
    page = words(desk.by("Ilse").get("/policy/documents/denmark/2027-01-01").text)
    assert "2026-31" in page
    assert "Second officer Otto" in page
    for address, content in (("resolution-document", PDF), ("/policy/documents/denmark/2027-01-01.toml", row.text)):
        with desk.by("Aud").get(address if address.startswith("/") else f"{desk.url}/{address}") as file:
            assert file.data == content
