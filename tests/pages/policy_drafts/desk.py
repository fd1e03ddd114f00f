"""A draft on somebody's desk, and what can be read of it afterwards."""

import html
import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, PolicyDraft
from tests.support.story import Story

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MEAL = "/rules/1"  # the first rule of the Danish amendment: meals above DKK 450 a head


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
        return self.by(name).post(
            self.url + where, data=data, content_type="multipart/form-data" if where == "/resolution" else None
        )

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


def words(page: str) -> str:
    part = html.unescape(page[page.index('id="main"') : page.index("</main>")])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\xa0", " ")


def actions(story: Story, key: str) -> list[str]:
    """What people did; the versions the story begins with were published by nobody."""
    done = select(Event.action).where(Event.stream == f"policy/{key}", Event.actor_id.is_not(None)).order_by(Event.sequence)
    with story.app.app_context():
        return list(db.session.scalars(done))
