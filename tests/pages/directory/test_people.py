"""Administrators add and change people of their companies, and gaps in the tree are named."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from config import MailServer
from declarations.directory import commands
from declarations.extensions import db
from declarations.models import NoticeRow, Person
from tests.pages.directory.asking import events, page_of, public
from tests.support.story import Story
from workflows.words import Role

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


# people


@pytest.mark.parametrize("typed", ["nystrom", "ÅSE", "Nyström Åse", "p0003", "åse.nyström@", "ase nyst"])
def test_people_are_found_however_the_name_is_typed(story: Story, typed: str) -> None:
    with story.app.app_context():
        entry = commands.PersonEntry("P0003x", "ase@nordlys.example", "Åse Nyström", "NL-DK", manager="P0001")
        commands.add_person(by=None, entry=entry)
    answer = story.client("Adam").get("/directory", query_string={"q": typed}).text
    assert "Åse Nyström" in answer
    assert "Dirk" not in answer


def test_what_happened_to_somebody_is_told_in_words_and_days(story: Story) -> None:
    away = {"who": "gerda@nordlys.example", "first_on": "2026-11-20", "last_on": "2026-11-27"}
    assert story.client("Ben").post("/substitute", data=away).status_code == 303
    adam = story.client("Adam")
    assert change(adam, story, "Ben", active_to="2026-12-31").status_code == 302
    page = adam.get(page_of(story, "Ben")).text
    assert ("Substitute named" in page, "Last day set: 31 December 2026" in page) == (True, True)
    assert not re.search(r"\b(delegation|person|company):[a-z]|2026-12-31", page)


def test_a_long_list_goes_on_after_the_last_name_seen(story: Story) -> None:
    for number in range(60):
        story.person(f"Zoe {number % 3} {number:02}", company="NL-DE", manager="Dirk")
    client, url = story.client("Adam"), "/directory?company=NL-DE&q=zoe"
    seen: list[str] = []
    pages = 0
    while url:
        text, pages = client.get(url).text, pages + 1
        seen += re.findall(r'class="title" href="[^"]+">([^<]+)</a>', text)
        following = re.search(r'class="go" href="([^"]+)"', text)
        url = following[1].replace("&amp;", "&") if following else ""
    assert pages == 2
    assert seen == sorted(f"Zoe {number % 3} {number:02}" for number in range(60))


def test_somebody_new_is_in_the_directory_and_in_the_record(story: Story) -> None:
    data = {
        "number": "77",
        "email": "Eva@Nordlys.example",
        "name": "Eva Holm",
        "company": "NL-DK",
        "manager": "ben@nordlys.example",
    }
    answer = story.client("Adam").post("/directory/add-person", data=data | {"active_from": "2026-12-01"})
    assert answer.status_code == 302
    with story.app.app_context():
        eva = db.session.scalars(select(Person).where(Person.number == "77")).one()
        assert (eva.email, eva.manager_id, eva.active_from) == ("eva@nordlys.example", story.ids["Ben"], date(2026, 12, 1))
        stream = f"person/{eva.public_id}"
    assert events(story, stream) == ["person:added"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "not an e-mail address"),
        ("email", "ben@nordlys.example", "has this address already"),
        ("number", "P0001", "has this number already"),
        ("name", "", "1 to 200 characters"),
        ("company", "NL-DE", "one of your companies"),
        ("manager", "nobody@nordlys.example", "nobody with this number"),
        ("active_to", "2026-11-01", "before the first"),
        ("active_from", "tomorrow", "not a day"),
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence_at_its_field(story: Story, field: str, value: str, sentence: str) -> None:
    data = {"number": "77", "email": "eva@nordlys.example", "name": "Eva", "company": "NL-DK", "active_from": "2026-11-20"}
    answer = story.client("Dana").post("/directory/add-person", data=data | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


def change(client: FlaskClient, story: Story, name: str, **more: str) -> TestResponse:
    data = {"name": name, "company": "NL-DK", "active_from": "2020-01-01", "title": "Account manager", "manager": ""}
    return client.post(f"{page_of(story, name)}/change", data=data | more)


def test_another_manager_and_a_last_day_are_recorded(story: Story) -> None:
    adam = story.client("Adam")
    assert change(adam, story, "Ben", manager="gerda@nordlys.example", active_to="2026-11-30").status_code == 302
    assert story.column(Person, story.ids["Ben"], "manager_id") == story.ids["Gerda"]
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:manager_changed", "person:left"]
    assert change(adam, story, "Ben", manager="gerda@nordlys.example", active_to="2026-11-30").status_code == 302
    assert len(events(story, f"person/{public(story, 'Ben')}")) == 2  # the same again changes nothing
    assert "Another manager" in adam.get(page_of(story, "Ben")).text


def test_nobody_comes_to_report_to_themselves_in_a_circle(story: Story) -> None:
    adam = story.client("Adam")
    for manager in ("ben@nordlys.example", "P0003"):
        answer = change(adam, story, "Ben", manager=manager)
        assert answer.status_code == (422 if manager.startswith("ben") else 302)
    answer = change(adam, story, "Åse Nyström", manager="ben@nordlys.example")
    assert answer.status_code == 422
    assert "would be a circle" in answer.text


def test_nobody_changes_their_own_entry(story: Story) -> None:
    answer = change(story.client("Dana"), story, "Dana", manager="ben@nordlys.example")
    assert answer.status_code == 403
    assert story.column(Person, story.ids["Dana"], "manager_id") == story.ids["Gerda"]


def test_a_new_link_goes_to_the_person_by_mail_and_is_not_shown(story: Story) -> None:
    adam = story.client("Adam")
    answer = adam.post(f"{page_of(story, 'Ben')}/link", follow_redirects=True)
    assert answer.status_code == 200
    assert "set-password" not in answer.text
    with story.app.app_context():
        notice = db.session.scalars(select(NoticeRow)).one()
        assert (notice.person_id, notice.template) == (story.ids["Ben"], "set_password")
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:link_sent"]


def test_without_a_mail_server_the_command_that_prints_the_link_stands_where_it_would_be_sent(story: Story) -> None:
    settings = story.app.config["SETTINGS"]
    page = page_of(story, "Ben")
    assert "people invite ben@nordlys.example" in story.client("Adam").get(page).text
    story.app.config["SETTINGS"] = replace(settings, mail_server=MailServer("localhost", 25))
    answer = story.client("Adam").get(page).text
    assert "Send a link" in answer
    assert "people invite" not in answer


# gaps


def test_gaps_name_who_has_nobody_above(story: Story) -> None:
    client = story.client("Adam")
    assert "no manager" not in client.get("/directory/gaps").text  # Gerda is the head of all
    story.person("Olga", company="NL-DE")
    story.person("Gone", company="NL", manager="Gerda", active_to=date(2026, 11, 19))
    story.person("Left alone", company="NL-DE", manager="Gone")
    story.grant("Gone", Role.INTERNAL_AUDITOR, "NL")
    text = client.get("/directory/gaps").text
    assert "2 people have no manager" in text
    assert "One person's manager has left" in text
    assert "Roles of people who left" in text
    assert "No compliance officer" in text
    seen_by_dana = story.client("Dana").get("/directory/gaps").text
    assert "Olga" not in seen_by_dana
    assert "Left alone" not in seen_by_dana


def test_an_administrator_of_both_says_to_which_second_company_somebody_belongs(story: Story) -> None:
    adam, dana, page = story.client("Adam"), story.client("Dana"), page_of(story, "Ben")
    data = {"name": "Ben", "company": "NL-DK", "manager": "P0003", "second_company": "NL-DE", "second_from": "2026-11-01"}
    assert dana.post(f"{page}/change", data=data).status_code == 422, "Germany is not hers"
    assert adam.post(f"{page}/change", data=data | {"second_from": "soon"}).status_code == 422
    assert adam.post(f"{page}/change", data=data).status_code == 302
    shown = adam.get(page).text
    assert "Second company" in shown
    assert "since 1 November 2026" in shown
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:changed"]
    assert dana.post(f"{page}/change", data=data | {"second_to": "2026-12-31"}).status_code == 302, "it may stay"
    assert "from 1 November 2026 to 31 December 2026" in dana.get(page).text
    assert adam.post(f"{page}/change", data=data | {"second_company": ""}).status_code == 302
    assert "Second company" not in adam.get(page).text
