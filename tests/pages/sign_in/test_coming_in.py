"""The door: who comes in, who does not, where one goes from there, and how fast one may guess."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from declarations.extensions import db, writing
from declarations.models import Person, SignInAttempt, SignInSession
from declarations.sign_in import commands, links, throttle
from declarations.sign_in.throttle import ADDRESS, NETWORK
from tests.pages.sign_in.door import ADDRESS_OF_BEN, PASSWORD, change, count, is_in, sign_in
from tests.support.story import Story

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def without(answer: TestResponse, email: str) -> str:
    """The page without what is typed into it and without its token."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text.replace(email, ""))


# coming in


def test_who_knows_address_and_password_comes_in(story: Story, client: FlaskClient) -> None:
    answer = sign_in(client, email=" Ben@Nordlys.EXAMPLE ")
    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_in(client)


@pytest.mark.parametrize(("email", "password"), [(ADDRESS_OF_BEN, "a boat on the red river"), ("dee@nordlys.example", PASSWORD)])
def test_a_wrong_password_and_a_person_without_one_get_the_same_answer(
    story: Story, client: FlaskClient, email: str, password: str
) -> None:
    known, unknown = sign_in(client, password, email), sign_in(client, PASSWORD, "nobody@nordlys.example")
    assert known.status_code == unknown.status_code == 422
    assert "do not belong together" in known.text
    assert without(known, email) == without(unknown, "nobody@nordlys.example")
    assert not is_in(client)


def test_an_empty_form_says_what_is_missing(story: Story, client: FlaskClient) -> None:
    answer = sign_in(client, "", "")
    assert answer.status_code == 422
    assert "Please type your e-mail address." in answer.text
    assert "Please type your password." in answer.text
    assert count(story, SignInAttempt) == 0


def test_what_the_cookie_held_before_is_gone_after_signing_in(story: Story, client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"], cookie["csrf_token"], cookie["language"] = "by somebody else", "known to them", "da"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "known to them"
        assert cookie["language"] == "da"  # a choice made at the door goes along
        first = cookie["_user_id"]
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first


def test_signing_in_again_ends_the_session_this_browser_had(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        earlier = cookie["_user_id"]
    sign_in(client)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = earlier
    assert not is_in(client)


def test_the_database_holds_no_token_and_no_password(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with story.app.app_context():
        row = db.session.scalars(select(SignInSession)).one()
        stored = db.session.get_one(Person, story.ids["Ben"]).password_hash or ""
        assert row.token_hash == links.hash_of(token)
        assert token not in str(vars(row))
        assert stored.startswith("$argon2id$")


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(story: Story, client: FlaskClient) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    change(story, "Ben", password_hash=old)
    assert sign_in(client).status_code == 302
    now = story.column(Person, story.ids["Ben"], "password_hash")
    assert now != old
    assert "m=8," in now
    assert sign_in(client).status_code == 302


# where one goes from there


def test_after_signing_in_people_go_where_they_wanted_to(story: Story, client: FlaskClient) -> None:
    answer = client.get("/me?a=1")
    assert answer.location == "/sign-in?next=/me?a%3D1"
    assert 'value="/me?a=1"' in client.get(answer.location).text
    assert sign_in(client, next="/me?a=1").location == "/me?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "evil",
        "javascript:alert(1)",
        "/a\nb",
        "/\t/evil",
    ],
)
def test_an_address_elsewhere_is_never_followed(story: Story, client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere).location == "/"
    assert client.get("/sign-in", query_string={"next": elsewhere}).location == "/"


def test_a_form_sent_after_the_session_ended_says_so_kindly_and_leads_back(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    with story.app.app_context():
        commands.end_all_sessions(person_id=story.ids["Ben"])
    answer = client.post("/me/language", data={"language": "da"}, headers={"Referer": "http://localhost/me"})
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/me"
    assert "You had been signed out meanwhile" in client.get(answer.location).text


def test_a_decision_sent_after_the_cookie_ran_out_leads_back_to_the_declaration(live_app: Flask) -> None:
    client = live_app.test_client()
    headers = {"Referer": "http://localhost/declarations/abc"}
    answer = client.post("/declarations/abc/approve", data={"version": "1"}, headers=headers)
    assert answer.location == "/sign-in?next=/declarations/abc"
    assert "so nothing was changed" in client.get(answer.location).text


def test_a_script_without_a_session_gets_401_and_no_page(story: Story, client: FlaskClient) -> None:
    assert client.get("/me", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


# guessing


def test_guessing_one_address_gets_slower_and_the_page_says_how_long_to_wait(story: Story, client: FlaskClient) -> None:
    for _ in range(ADDRESS.free):
        assert sign_in(client, "wrong and wrong again").status_code == 422
    held = sign_in(client)
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "5"
    assert "try again in 5 seconds" in held.text
    story.now += timedelta(seconds=4)
    assert sign_in(client).status_code == 429
    story.now += timedelta(seconds=1)
    assert sign_in(client, "wrong once more").status_code == 422
    assert sign_in(client).headers["Retry-After"] == "10"


def test_nobody_is_locked_out_for_good_and_a_right_password_forgets_the_wrong_ones(story: Story, client: FlaskClient) -> None:
    for _ in range(30):
        sign_in(client, "wrong and wrong again")
        story.now += timedelta(minutes=15)
    assert sign_in(client).status_code == 302
    assert sign_in(client, "wrong and wrong again").status_code == 422


def test_knocking_while_waiting_does_not_lengthen_the_wait(story: Story, client: FlaskClient) -> None:
    for _ in range(ADDRESS.free):
        sign_in(client, "wrong and wrong again")
    for _ in range(20):
        assert sign_in(client).status_code == 429
    story.now += timedelta(seconds=5)
    assert sign_in(client).status_code == 302


def test_one_network_guessing_many_addresses_gets_slower_too(story: Story, client: FlaskClient) -> None:
    with story.app.app_context(), writing() as session:
        secret = story.app.config["SETTINGS"].secret_key
        key = throttle.key(NETWORK, "127.0.0.1", secret)
        session.add_all(SignInAttempt(key=key, at=story.now) for _ in range(NETWORK.free))
    assert sign_in(client).status_code == 429
    story.now += timedelta(seconds=5)
    assert sign_in(client).status_code == 302


def test_a_right_password_takes_back_its_own_try_only(story: Story, client: FlaskClient) -> None:
    sign_in(client, "wrong and wrong again")
    sign_in(client, email="dee@nordlys.example")
    sign_in(client)
    assert count(story, SignInAttempt) == 3  # Dee's address, and the network for both wrong ones


def test_tries_are_kept_under_keyed_hashes_only(story: Story, client: FlaskClient) -> None:
    sign_in(client, "wrong and wrong again")
    with story.app.app_context():
        keys = db.session.scalars(select(SignInAttempt.key)).all()
    assert len(set(keys)) == 2
    assert all(len(key) == 64 for key in keys)


def test_the_door_speaks_the_language_chosen_there(story: Story, client: FlaskClient) -> None:
    assert '<html lang="ja">' in client.get("/sign-in?language=ja").text
    assert '<html lang="ja">' in client.get("/sign-in").text
    assert '<html lang="ja">' in client.get("/sign-in?language=xx").text


# the demonstration


def test_without_a_demonstration_nobody_comes_in_by_a_click(story: Story, client: FlaskClient) -> None:
    assert "one click" not in client.get("/sign-in").text
    assert client.post("/sign-in/as", data={"person": "amalie"}).status_code == 404


def test_in_a_demonstration_an_invented_person_comes_in_by_a_click_and_nobody_else(story: Story, client: FlaskClient) -> None:
    from declarations.demo.people import personas

    story.app.config["SETTINGS"] = replace(story.app.config["SETTINGS"], demo=True)
    somebody = personas()[0]
    story.person("Somebody", company="NL", email=somebody.email)
    assert somebody.key in client.get("/sign-in").text
    assert client.post("/sign-in/as", data={"person": "Ben"}).status_code == 404
    assert client.post("/sign-in/as", data={"person": somebody.key}).location == "/"
    assert is_in(client)
    story.now += timedelta(hours=1)
    assert client.post("/confirm", data={"next": "/me"}).location == "/me"  # who came by a click has no password to type
