"""Internal audit and compliance ask for registers, read and take them, each within their companies; nobody else knows of them."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from declarations.evidence.record import iso
from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import Event, Register, RegisterDownload, RegisterSchedule
from declarations.sign_in.commands import send_links, set_password
from declarations.sign_in.sessions import CONFIRMED_FOR
from tests.support.story import Story
from workflows.words import Kind, Role

PASSWORD = "a boat on the green river"
NOVEMBER = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30", "language": "en"}


@pytest.fixture
def story(app: Flask) -> Story:
    made = Story(app, datetime(2026, 11, 20, 9, 0, tzinfo=UTC)).house()
    made.firm("Osterman")
    made.declare("Amalie", firm="Osterman", worth="300")
    return made


def work(story: Story) -> None:
    with story.app.app_context():
        Worker().tick()


def ask(story: Story, by: str, company: str = "NL", **more: str) -> str:
    """Ask on the page, and answer with the address of the register."""
    form = NOVEMBER | {"company": str(story.ids[f"company {company}"])} | more
    answer = story.client(by).post("/registers", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def all_of(story: Story, model: type[Any]) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def test_an_auditors_home_page_begins_with_the_registers_they_have_not_taken(story: Story) -> None:
    def says(who: str) -> str:
        return story.client(who).get("/").text

    assert "Nothing needs you, Aud." in says("Aud")
    address = ask(story, "Aud")
    assert "Nothing needs you, Aud." in says("Aud")  # there is nothing to read before it is built
    work(story)
    assert "One register is new to you, Aud." in says("Aud")
    assert "register is new" not in says("Ilse")  # who reads registers if she likes
    assert story.client("Aud").post(f"{address}/download", buffered=True).data
    assert "Nothing needs you, Aud." in says("Aud")


def test_an_auditor_asks_waits_and_takes_the_workbook(story: Story) -> None:
    address = ask(story, "Aud")
    waiting = story.client("Aud").get(address)
    assert "Waits to be built" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    work(story)
    ready = story.client("Aud").get(address)
    assert "Refresh" not in ready.headers
    assert all_of(story, Register)[0].sha256[:4] in ready.text
    taken = story.client("Aud").post(f"{address}/download", buffered=True)
    assert taken.headers["Content-Disposition"] == "attachment; filename=register-NL-2026-11-01-2026-11-30-en.xlsx"
    assert load_workbook(io.BytesIO(taken.data))["Gifts"]["A2"].value == "G-2026-0001"


def test_who_took_it_when_is_written_down_and_shown(story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    story.client("Otto").post(f"{address}/download", buffered=True)
    (download,) = all_of(story, RegisterDownload)
    assert (download.person_id, download.at) == (story.ids["Otto"], story.now)
    with story.app.app_context():
        last = db.session.scalars(
            select(Event).where(Event.stream.startswith("register/")).order_by(Event.sequence.desc())
        ).first()
    assert last is not None
    assert (last.action, last.actor_id, last.role) == ("register:downloaded", story.ids["Otto"], Role.COMPLIANCE_OFFICER)
    page = story.client("Aud").get("/registers").text
    assert "Otto" in page
    assert "the workbook, " in page
    assert "Unread" in page, "to Aud it still is"


def test_a_browser_left_open_gives_no_register_away(story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    aud = story.client("Aud")
    story.now += CONFIRMED_FOR
    assert aud.post(f"{address}/download", buffered=True).status_code == 200, "just lately enough"
    story.now += timedelta(seconds=1)
    asked = aud.post(f"{address}/download")
    assert (asked.status_code, asked.location) == (303, f"/confirm?next={address}")
    assert len(all_of(story, RegisterDownload)) == 1
    with story.app.app_context():
        [(_, token)] = send_links(people=[story.ids["Aud"]], by=None, by_mail=False)
        set_password(token=token, password=PASSWORD)
    aud = story.app.test_client()
    aud.post("/sign-in", data={"email": "aud@nordlys.example", "password": PASSWORD})
    story.now += CONFIRMED_FOR + timedelta(seconds=1)
    assert aud.post("/confirm", data={"password": "a guess", "next": address}).status_code == 422
    assert aud.post(f"{address}/download").status_code == 303, "a wrong password confirms nothing"
    assert aud.post("/confirm", data={"password": PASSWORD, "next": address}).location == address
    assert aud.post(f"{address}/download", buffered=True).status_code == 200
    with story.app.app_context():
        bodies = db.session.scalars(select(Event.body).where(Event.action == "register:downloaded").order_by(Event.id)).all()
    assert [json.loads(body)["public"]["confirmed_at"] for body in bodies] == [
        iso(story.now - 2 * (CONFIRMED_FOR + timedelta(seconds=1))),
        iso(story.now),
    ]


def test_who_may_not_read_registers_is_not_even_asked_for_a_password(story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    ben = story.client("Ben")
    story.now += 2 * CONFIRMED_FOR
    assert ben.post(f"{address}/download").status_code == 404


@pytest.mark.parametrize("stranger", ["Amalie", "Ben", "Adam", "Vera"])
def test_nobody_without_the_role_knows_of_registers(stranger: str, story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    client = story.client(stranger)
    assert client.get("/registers").status_code == 404
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/download").status_code == 404


def test_compliance_of_one_company_sees_no_register_of_another(story: Story) -> None:
    of_group = ask(story, "Aud")
    work(story)
    client = story.client("Ilse")
    assert client.get("/registers").status_code == 200
    assert client.get(of_group).status_code == 404
    assert client.post(f"{of_group}/download").status_code == 404
    form = NOVEMBER | {"company": str(story.ids["company NL"])}
    assert client.post("/registers", data=form).status_code == 422, "not among her choices"
    assert ask(story, "Ilse", "NL-DK")


def test_whom_an_entry_names_gets_a_copy_without_it_and_never_learns_of_the_other(story: Story) -> None:
    story.declare("Amalie", Kind.CONFLICT, firm="Osterman", title="About the auditor", named=frozenset({story.ids["Aud"]}))
    everyones = ask(story, "Otto")
    own = ask(story, "Aud")
    work(story)
    aud = story.client("Aud")
    assert aud.get(everyones).status_code == 404
    assert aud.post(f"{everyones}/download").status_code == 404
    assert everyones not in aud.get("/registers").text
    copy = load_workbook(io.BytesIO(aud.post(f"{own}/download", buffered=True).data))
    assert copy["Conflicts"]["A2"].value is None
    otto = story.client("Otto")
    assert otto.get(own).status_code == 404, "it is not complete, so it is nobody else's"
    assert (
        load_workbook(io.BytesIO(otto.post(f"{everyones}/download", buffered=True).data))["Conflicts"]["A2"].value
        == "C-2026-0001"
    )


def test_a_scheduled_register_that_names_an_auditor_comes_to_them_without_it(story: Story) -> None:
    story.declare("Amalie", Kind.CONFLICT, firm="Osterman", named=frozenset({story.ids["Aud"]}))
    form = {"company": str(story.ids["company NL"]), "rhythm": "monthly", "working_day": "3", "language": "en"}
    assert story.client("Otto").post("/registers/schedules", data=form).status_code == 302
    story.now = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    work(story)
    work(story)
    complete, copy = sorted(all_of(story, Register), key=lambda row: row.id)
    assert (complete.only_for_id, copy.only_for_id) == (None, story.ids["Aud"])
    page = story.client("Aud").get("/registers").text
    assert copy.public_id in page
    assert complete.public_id not in page
    assert (complete.first_on, complete.last_on) == (copy.first_on, copy.last_on) == (date(2026, 11, 1), date(2026, 11, 30))


def test_a_register_is_taken_by_a_form_so_that_no_link_writes(story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    assert story.client("Aud").get(f"{address}/download").status_code == 405


def test_asking_twice_builds_one(story: Story) -> None:
    assert ask(story, "Aud") == ask(story, "Aud")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"first_on": "", "last_on": ""}, "Pick a day."),
        ({"first_on": "2026-11-30", "last_on": "2026-11-01"}, "Pick a day after the first."),
        ({"first_on": "2006-01-01", "last_on": "2026-11-01"}, "Choose at most ten years."),
    ],
)
def test_days_that_cannot_be_are_told_beside_the_field(typed: dict[str, str], told: str, story: Story) -> None:
    form = NOVEMBER | {"company": str(story.ids["company NL"])} | typed
    answer = story.client("Aud").post("/registers", data=form)
    assert answer.status_code == 422
    assert answer.text.count(told) >= 2, "at the top and beside the field"
    assert all_of(story, Register) == []


def test_schedules_are_set_and_stopped_on_the_page(story: Story) -> None:
    client = story.client("Aud")
    form = {"company": str(story.ids["company NL"]), "rhythm": "monthly", "working_day": "3", "language": "da"}
    client.post("/registers/schedules", data=form)
    client.post("/registers/schedules", data=form | {"working_day": "5"})
    old, new = sorted(all_of(story, RegisterSchedule), key=lambda row: row.id)
    assert (old.stopped_at, new.working_day, new.stopped_at) == (story.now, 5, None), "one of a sort at a time"
    assert "every month, on working day 5" in client.get("/registers").text
    assert client.post(f"/registers/schedules/{new.id}/stop").status_code == 302
    assert client.post(f"/registers/schedules/{new.id}/stop").status_code == 404
    assert client.post("/registers/schedules", data=form | {"working_day": "21"}).status_code == 422


def test_the_empty_page_says_what_will_stand_there(story: Story) -> None:
    assert "There is no register yet." in story.client("Aud").get("/registers").text


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("language", ["en", "da", "ja"])
def test_pages_speak_every_language(language: str, story: Story) -> None:
    address = ask(story, "Aud")
    work(story)
    client = story.client("Aud")
    with client.session_transaction() as cookie:
        cookie["language"] = language
    for page in ("/registers", address):
        shown = client.get(page)
        assert shown.status_code == 200
        assert re.search(f'<html lang="{language}">', shown.text)
        assert "%(" not in shown.text
