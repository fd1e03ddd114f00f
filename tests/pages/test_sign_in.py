"""The door: who comes in, who does not, how fast one may guess, and how one goes out everywhere at once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from declarations.extensions import db, writing
from declarations.models import Event, OneTimeLink, Person, SignInAttempt, SignInSession
from declarations.sign_in import commands, links, passwords, throttle
from declarations.sign_in.throttle import ADDRESS, NETWORK
from tests.support.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PASSWORD = "a boat on the green river"
ADDRESS_OF_BEN = "ben@nordlys.example"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """argon2 is slow on purpose; here only its answers matter."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def story(app: Flask) -> Story:
    """Two colleagues; Ben has a password."""
    story = Story(app)
    story.company("NL")
    story.person("Ben", company="NL")
    story.person("Dee", company="NL", manager="Ben")
    with app.app_context():
        [(_, token)] = commands.send_links(people=[story.ids["Ben"]], by=None, by_mail=False)
        commands.set_password(token=token, password=PASSWORD)
    return story


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = ADDRESS_OF_BEN, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def without(answer: TestResponse, email: str) -> str:
    """The page without what is typed into it and without its token."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text.replace(email, ""))


def count(story: Story, model: type[object]) -> int:
    with story.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def change(story: Story, name: str, **values: object) -> None:
    with story.app.app_context(), writing() as session:
        row = session.get_one(Person, story.ids[name])
        for key, value in values.items():
            setattr(row, key, value)


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


# sessions


def test_a_revoked_session_is_out_at_once(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    other = story.app.test_client()
    sign_in(other)
    assert is_in(other)
    assert client.post("/sign-out/everywhere").status_code == 302
    assert not is_in(other)
    assert not is_in(client)


def test_one_of_my_browsers_can_be_signed_out_and_only_mine(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    other, dee = story.app.test_client(), story.client("Dee")
    sign_in(other)
    with story.app.app_context():
        mine = db.session.scalars(select(SignInSession.id).where(SignInSession.person_id == story.ids["Ben"])).all()
        hers = db.session.scalars(select(SignInSession.id).where(SignInSession.person_id == story.ids["Dee"])).one()
    assert client.post(f"/me/sessions/{hers}/end").status_code == 404
    assert is_in(dee)
    assert client.post(f"/me/sessions/{max(mine)}/end").status_code == 302
    assert not is_in(other)
    assert is_in(client)


def test_signing_out_ends_the_session_and_not_only_the_cookie(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert client.post("/sign-out").location == "/sign-in"
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert not is_in(client)


def test_signing_out_is_never_done_by_a_link(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_an_unused_session_ends_after_its_hours_and_a_used_one_goes_on(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    for _ in range(3):
        story.now += timedelta(hours=11, minutes=59)
        assert is_in(client)
    story.now += timedelta(hours=12)
    assert not is_in(client)


def test_renewal_writes_at_most_once_in_five_minutes(story: Story, client: FlaskClient) -> None:
    def seen() -> object:
        with story.app.app_context():
            return db.session.scalars(select(SignInSession.seen_at)).one()

    sign_in(client)
    begun = story.now
    story.now = begun + timedelta(minutes=4, seconds=59)
    assert is_in(client)
    assert seen() == begun
    story.now = begun + timedelta(minutes=5)
    assert is_in(client)
    assert seen() == story.now


def test_who_has_left_is_out_the_day_after_and_cannot_come_back(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    change(story, "Ben", active_to=story.now.date())
    assert is_in(client)
    change(story, "Ben", active_to=story.now.date() - timedelta(days=1))
    assert not is_in(client)
    assert sign_in(client).status_code == 422


def test_who_has_not_begun_cannot_come_in_yet(story: Story, client: FlaskClient) -> None:
    change(story, "Ben", active_from=date(2026, 11, 21))
    assert sign_in(client).status_code == 422
    story.now += timedelta(days=1)
    assert sign_in(client).status_code == 302


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


# one-time links


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


# me


def test_my_page_lists_my_sessions_and_changes_my_language(story: Story, client: FlaskClient) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(client)
    assert "Firefox, Linux" in client.get("/me").text
    assert client.post("/me/language", data={"language": "da"}).status_code == 302
    assert '<html lang="da">' in client.get("/me").text
    assert story.column(Person, story.ids["Ben"], "language") == "da"
    assert client.post("/me/language", data={"language": "tlh"}).status_code == 404


def test_the_door_speaks_the_language_chosen_there(story: Story, client: FlaskClient) -> None:
    assert '<html lang="ja">' in client.get("/sign-in?language=ja").text
    assert '<html lang="ja">' in client.get("/sign-in").text
    assert '<html lang="ja">' in client.get("/sign-in?language=xx").text


# asking once more


def test_confirming_needs_the_password_and_leads_on(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    story.now += timedelta(hours=1)
    assert client.get("/confirm?next=/me").status_code == 200
    wrong = client.post("/confirm", data={"password": "wrong and wrong again", "next": "/me"})
    assert wrong.status_code == 422
    assert "not your password" in wrong.text
    assert client.post("/confirm", data={"password": PASSWORD, "next": "/me"}).location == "/me"
    assert client.post("/confirm", data={"password": PASSWORD, "next": "//evil"}).location == "/"
    with story.app.app_context():
        assert db.session.scalars(select(SignInSession.confirmed_at)).one() == story.now


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
