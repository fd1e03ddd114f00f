"""A one-time link sets a password once, within its hours, and leaves no other link or session behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, OneTimeLink, Person
from declarations.sign_in import commands, links
from tests.pages.sign_in.door import PASSWORD, change, is_in, sign_in
from tests.support.story import Story

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def link_for(story: Story, name: str) -> str:
    with story.app.app_context():
        [(_, token)] = commands.send_links(people=[story.ids[name]], by=None, by_mail=False)
    return f"/set-password/{token}"


def test_a_link_sets_a_password_once_and_signs_in(story: Story, client: FlaskClient) -> None:
    link = link_for(story, "Dee")
    assert "Hello, Dee" in client.get(link).text
    assert client.get(link).status_code == 200  # looking does not use it up
    answer = client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert answer.location == "/"
    assert is_in(client)
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 410


def test_setting_a_password_ends_every_session_and_every_other_link(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    first, second = link_for(story, "Ben"), link_for(story, "Ben")
    other = story.app.test_client()
    assert other.get(first).status_code == 410
    assert other.post(second, data={"password": "another long sentence", "again": "another long sentence"}).status_code == 302
    assert not is_in(client)
    assert is_in(other)


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (72, 410)])
def test_a_link_works_for_72_hours(story: Story, client: FlaskClient, hours: int, status: int) -> None:
    link = link_for(story, "Dee")
    story.now += timedelta(hours=hours)
    assert client.get(link).status_code == status


def test_a_link_of_somebody_who_left_is_over(story: Story, client: FlaskClient) -> None:
    link = link_for(story, "Dee")
    change(story, "Dee", active_to=date(2026, 11, 1))
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elevenchars", "at least 12 characters"),
        ("aaaaaaaabbbb", "same few characters"),
        ("qwertyuiopas", "neighbouring keys"),
        ("1234567890123", "neighbouring keys"),
        ("dee@nordlys.example", "your own name"),
        ("x" * 201, "at most 200"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(story: Story, client: FlaskClient, password: str, sentence: str) -> None:
    link = link_for(story, "Dee")
    answer = client.post(link, data={"password": password, "again": password})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get(link).status_code == 200


def test_the_same_has_to_be_typed_twice(story: Story, client: FlaskClient) -> None:
    answer = client.post(link_for(story, "Dee"), data={"password": PASSWORD, "again": PASSWORD + "s"})
    assert answer.status_code == 422
    assert "not the same" in answer.text


def test_only_a_hash_of_a_link_is_stored_and_its_use_is_in_the_record(story: Story, client: FlaskClient) -> None:
    link = link_for(story, "Dee")
    token = link.rpartition("/")[2]
    client.post(link, data={"password": PASSWORD, "again": PASSWORD})
    with story.app.app_context():
        rows = db.session.scalars(select(OneTimeLink).where(OneTimeLink.person_id == story.ids["Dee"])).all()
        assert [row.token_hash for row in rows] == [links.hash_of(token)]
        person = db.session.get_one(Person, story.ids["Dee"])
        happened = db.session.scalars(
            select(Event.action).where(Event.stream == f"person/{person.public_id}").order_by(Event.sequence)
        ).all()
    assert happened == ["person:added", "person:link_sent", "person:password_set"]
