"""A session ends by itself, by its owner's word or with the person's last day, and everywhere at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Person, SignInSession
from tests.pages.sign_in.door import PASSWORD, change, is_in, sign_in
from tests.support.story import Story

if TYPE_CHECKING:
    from flask.testing import FlaskClient


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


# me


def test_my_page_lists_my_sessions_and_changes_my_language(story: Story, client: FlaskClient) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(client)
    assert "Firefox, Linux" in client.get("/me").text
    assert client.post("/me/language", data={"language": "da"}).status_code == 302
    assert '<html lang="da">' in client.get("/me").text
    assert story.column(Person, story.ids["Ben"], "language") == "da"
    assert client.post("/me/language", data={"language": "tlh"}).status_code == 404


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
