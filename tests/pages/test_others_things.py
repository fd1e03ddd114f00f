"""Whoever knows the address of something that is not theirs learns nothing by posting to it, and changes nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from declarations.compliance.settling import NO_CHANGE
from declarations.deciding.forms import FORMS
from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import (
    Attachment,
    Counterparty,
    Delegation,
    Draft,
    Person,
    Register,
    RegisterSample,
    RegisterSchedule,
    RoleGrant,
    SignInSession,
    Tender,
)
from declarations.models.base import Base
from tests.pages.declaring.posting import GIFT, acme, pdf, send, upload
from tests.pages.policy_drafts.desk import PDF, Desk
from tests.pages.test_rechecks import flagged
from tests.support.story import Story
from workflows.words import Role

NOBODY = "AAAAAAAAAAAAAAAA"
REGISTER = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30", "language": "en"}
SCHEDULE = {"rhythm": "monthly", "working_day": "3", "language": "en", "first_month": "1"}
# What a form of each kind may hold, so that nobody is kept out only because they left something empty.
TYPED: dict[str, str] = GIFT | REGISTER | {
    "version": "1", "seen": "", "reason": "Because I can", "text0": "Give it back", "due0": "2026-12-01", "disposition": "returned",
    "to_person_id": "1", "condition_id": "1", "ended_on": "2026-11-19", "how": NO_CHANGE, "name": "Mine now", "class": "customer",
    "size": "1", "seed": "4711", "method": "random", "findings": "None", "role": "compliance_officer", "company": "NL-DK",
    "title": "A title", "text": "title = 1", "number": "2026-31", "resolved_on": "2026-11-19", "effective_from": "2027-01-01",
    "do": "save", "active_from": "2020-01-01", "country": "DK", "time_zone": "Europe/Copenhagen", "currency": "DKK", "calendar": "DK",
}  # fmt: skip
# Who has business with the things of the Danish company, by route; everybody else in the house has none.
OFFICERS = {"Ilse", "Otto"}
READERS = OFFICERS | {"Aud"}
OWN = {"Amalie"}
MINE: dict[str, set[str]] = {
    "filing.change": OWN,
    "filing.submit": OWN,
    "filing.check": OWN,
    "deciding.act": {"Amalie", "Ben", "Dee"} | READERS,
    "compliance.recheck": OFFICERS,
    "compliance.correct": OFFICERS,
    "compliance.link": OFFICERS,
    "compliance.undo": OFFICERS,
    "directory.change_company": {"Adam"},
    "directory.change_person": {"Adam"},
    "directory.link": {"Adam"},
    "directory.grant": {"Adam"},
    "registers.download": READERS,
    "registers.bundle": READERS,
    "registers.sign_off": {"Aud"},
    "sampling.samples": READERS,
    "sampling.work_paper": READERS,
    "tenders.tender": OFFICERS,
    **{f"policy_drafts.{step}": OFFICERS for step in (
        "about", "add_rule", "publish", "rehearse", "resolution", "rule", "send_back", "sign", "submit", "text", "withdraw",
    )},
    # what ends something comes last, so that it is still there for the others
    "filing.discard": OWN,
    "sign_in.end": OWN,
    "registers.unschedule": READERS,
    "tenders.withdraw": OFFICERS,
    "directory.revoke": {"Adam"},
}  # fmt: skip
STRANGERS = ("Tomasz", "Carl", "Axel", "Ada", "Adam", "Ilse", "Aud")


@pytest.fixture
def backend() -> str:
    """Who may do what is asked before the database is, and of the same rows."""
    return "sqlite"


@pytest.fixture
def story(app: Flask) -> Story:
    """The house, with an officer, an auditor and an administrator of the German company only."""
    story = Story(app).house()
    for name, role in (("Carl", Role.COMPLIANCE_OFFICER), ("Axel", Role.INTERNAL_AUDITOR), ("Ada", Role.ADMINISTRATOR)):
        story.person(name, company="NL-DE", manager="Gerda")
        story.grant(name, role, "NL-DE")
    story.firm("Acme")
    return story


@pytest.fixture
def things(story: Story) -> dict[str, dict[str, Any]]:
    """One of everything that belongs to the Danish company or somebody in it: what stands in the places of each route."""
    gift, _, flag = flagged(story)
    story.firm("Mrs Olsen", "private_person")
    story.declare("Amalie", firm="Mrs Olsen", worth="100")
    amalie, aud, ilse = story.client("Amalie"), story.client("Aud"), story.client("Ilse")
    acme(story)
    upload(amalie, "/declare/gift", (pdf(), "card.pdf"))
    story.away("Ben", substitute="Dee")
    company = str(story.ids["company NL-DK"])
    register = aud.post("/registers", data=REGISTER | {"company": company}).location
    with story.app.app_context():
        Worker().tick()
    aud.post(f"{register}/samples", data=TYPED)
    aud.post("/registers/schedules", data=SCHEDULE | {"company": company})
    tender = {"company": "NL-DK", "firm": "Kestrel", "title": "Hosting", "first_on": "2026-11-19", "last_on": "2026-11-20"}
    ilse.post("/tenders/new", data=tender)
    policy = Desk(story).public_id
    with story.app.app_context():
        one = lambda column, *of: db.session.scalars(select(column).where(*of).order_by(column)).first()  # noqa: E731
        person = db.session.get_one(Person, story.ids["Amalie"]).public_id
        found = {
            "deciding": {"public_id": gift},
            "filing.change": {"public_id": gift},
            "filing": {"public_id": one(Draft.public_id)},
            "file": {"public_id": one(Attachment.public_id)},
            "compliance.recheck": {"public_id": flag},
            "compliance": {"public_id": one(Counterparty.public_id, Counterparty.id == story.ids["Mrs Olsen"])},
            "directory.change_company": {"key": "NL-DK"},
            "directory.revoke": {"grant_id": one(RoleGrant.id, RoleGrant.person_id == story.ids["Ilse"])},
            "directory": {"public_id": person},
            "registers.unschedule": {"schedule_id": one(RegisterSchedule.id)},
            "registers": {"public_id": one(Register.public_id)},
            "sampling": {"public_id": one(Register.public_id), "sample_id": one(RegisterSample.public_id)},
            "tenders": {"public_id": one(Tender.public_id)},
            "sign_in.end": {"session_id": one(SignInSession.id, SignInSession.person_id == story.ids["Amalie"])},
            "sign_in.link": {"token": "A" * 43},
            "policy_drafts": {"public_id": policy},
        }
    assert all(value for places in found.values() for value in places.values()), found
    return found


def written(story: Story) -> dict[str, int]:
    """Every row of every table, as a number; being signed in writes its own."""
    with story.app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name != SignInSession.__tablename__]
        return {table.name: hash(tuple(sorted(map(repr, db.session.execute(select(table)))))) for table in tables}


def addresses(app: Flask, things: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Of every route that takes a form about something: its name, where the thing is, and where there is none."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and rule.arguments}
    assert rules.keys() - {"filing.start", "filing.check_new", "sign_in.link"} == MINE.keys(), "say whose it is, and try it"
    with app.test_request_context():
        for endpoint in MINE:
            real = things.get(endpoint) or things[endpoint.partition(".")[0]]
            missing = {place: 999_999 if isinstance(value, int) else NOBODY for place, value in real.items()}
            for action in FORMS if endpoint == "deciding.act" else (None,):
                more = {"number": 1} if "number" in rules[endpoint].arguments else {"action": action} if action else {}
                yield endpoint, url_for(endpoint, **real, **more), url_for(endpoint, **missing, **more)


def post(client: FlaskClient, path: str) -> TestResponse:
    return client.post(
        path, data=TYPED | {"document": (io.BytesIO(PDF), "minutes.pdf")}, content_type="multipart/form-data", buffered=True
    )


def heard(answer: TestResponse, path: str) -> tuple[int, str, str]:
    """What an answer says, save the browser's own token and the address asked for."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True))
    return answer.status_code, answer.headers.get("Location", ""), text.replace(path, "")


def test_a_form_about_what_is_not_theirs_is_answered_as_if_it_were_not_there_and_writes_nothing(
    story: Story, things: dict[str, dict[str, Any]]
) -> None:
    asked = list(addresses(story.app, things))
    before = written(story)
    for name in STRANGERS:
        client = story.client(name)
        for endpoint, real, missing in asked:
            if name in MINE[endpoint]:
                continue
            hidden = heard(post(client, real), real)
            if hidden[0] == 403:  # no secret to whoever may read it
                assert name == "Aud", (name, real)
            else:
                assert hidden[0] == 404, (name, real, hidden[:2])
                assert hidden == heard(post(client, missing), missing), (name, real)
        assert written(story) == before, name
    for endpoint, real, _missing in asked:  # and it was all there: those who have business with it are heard
        if endpoint not in ("compliance.undo", "sign_in.end"):  # nothing was linked, and a browser that is signed out says so
            name = min(MINE[endpoint])
            assert post(story.client(name), real).status_code != 404, (endpoint, name)


def test_what_a_form_names_that_is_not_theirs_to_name_is_as_good_as_nothing(
    story: Story, things: dict[str, dict[str, Any]]
) -> None:
    company, file = story.ids["company NL-DK"], things["file"]["public_id"]
    with story.app.app_context():
        away = db.session.scalars(select(Delegation.id)).one()
    tomasz = send(story.client("Tomasz"), do="check").location.partition("#")[0]
    asked = [
        ("Tomasz", "/substitute/end", "delegation", away, 999_999),
        ("Tomasz", tomasz, "do", f"remove-{file}", f"remove-{NOBODY}"),
        ("Tomasz", tomasz, "do", f"same-{things['compliance']['public_id']}", f"same-{NOBODY}"),
        ("Axel", "/registers", "company", company, 999_999),
        ("Axel", "/registers/schedules", "company", company, 999_999),
        ("Carl", "/tenders/new", "company", "NL-DK", "NL-XX"),
        ("Carl", "/policy/drafts", "key", "denmark", "nowhere"),
        ("Ada", "/directory/add-person", "company", "NL-DK", "NL-XX"),
        ("Ada", "/directory/add-company", "parent", "NL-DK", "NL-XX"),
    ]
    for name, path, field, theirs, missing in asked:
        client, before = story.client(name), written(story)
        real, none = (heard(client.post(path, data=TYPED | {field: str(one)}), str(one)) for one in (theirs, missing))
        assert real[:2] == none[:2], (path, field)
        own = {"draft"} if path == tomasz else set()
        assert {table for table, rows in written(story).items() if rows != before[table]} <= own, path
    for name in STRANGERS:
        assert story.client(name).get(f"/files/{file}").status_code == 404, name
    assert story.client("Amalie").get(f"/files/{file}", buffered=True).status_code == 200
