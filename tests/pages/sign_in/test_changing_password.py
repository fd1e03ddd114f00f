"""Who has a password changes it themselves, and nobody else's browser stays signed in by the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, NoticeRow, Person
from declarations.notices import outbox
from declarations.sign_in import commands
from declarations.sign_in.throttle import ADDRESS
from tests.pages.sign_in.door import PASSWORD, is_in, sign_in
from tests.pages.sign_in.test_one_time_links import link_for
from tests.support.story import Story

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ANOTHER = "two mills above the harbour"


def change_to(client: FlaskClient, password: str = ANOTHER, again: str | None = None, current: str = PASSWORD) -> TestResponse:
    return client.post("/me/password", data={"current": current, "password": password, "again": again or password})


def stored(story: Story, name: str = "Ben") -> object:
    return story.column(Person, story.ids[name], "password_hash")


def happened(story: Story) -> list[str]:
    with story.app.app_context():
        stream = f"person/{db.session.get_one(Person, story.ids['Ben']).public_id}"
        return list(db.session.scalars(select(Event.action).where(Event.stream == stream).order_by(Event.sequence)))


def test_who_knows_their_password_changes_it_and_comes_in_by_the_new_one_only(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    assert 'href="/me/password"' in client.get("/me").text
    assert client.get("/me/password").status_code == 200
    answer = change_to(client)
    assert (answer.status_code, answer.location) == (303, "/me")
    assert "Your password is changed." in client.get("/me").text
    other = story.app.test_client()
    assert sign_in(other, PASSWORD).status_code == 422
    assert sign_in(other, ANOTHER).status_code == 302


def test_every_other_browser_of_theirs_is_signed_out_and_nobody_elses(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    others, dee = [story.app.test_client() for _ in range(2)], story.client("Dee")
    for other in others:
        sign_in(other)
    change_to(client)
    assert "2 other browsers are signed out" in client.get("/me").text
    assert not any(is_in(other) for other in others)
    assert is_in(dee)


def test_an_open_link_sets_no_password_after_it_was_changed(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    link = link_for(story, "Ben")
    change_to(client)
    assert client.get(link).status_code == 410


def test_a_changed_password_is_in_the_record_and_a_refused_one_is_not(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    before = happened(story)
    change_to(client, current="wrong and wrong again")
    assert happened(story) == before
    change_to(client)
    assert happened(story) == [*before, "person:password_changed"]


def test_a_mail_says_so_lest_it_was_somebody_else(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    change_to(client, current="wrong and wrong again")
    change_to(client)
    with story.app.app_context():
        outbox.send_due()
        (notice,) = db.session.scalars(select(NoticeRow).where(NoticeRow.template == "password_changed"))
        assert (notice.person_id, notice.subject) == (story.ids["Ben"], "Your password was changed")
        assert "If it was not you" in notice.body
        assert ANOTHER not in notice.body


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"current": "wrong and wrong again"}, "That is not your password."),
        ({"current": ""}, "Please type the password you have now."),
        ({"password": "elevenchars"}, "at least 12 characters"),
        ({"password": "x" * 201}, "at most 200"),
        ({"password": "ben@nordlys.example"}, "your own name"),
        ({"again": ANOTHER + "s"}, "not the same"),
        ({"password": PASSWORD}, "Please choose another."),
        ({"password": "", "again": ""}, "Please type a new password."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_changes(
    story: Story, client: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client)
    other, before = story.app.test_client(), stored(story)
    sign_in(other)
    chosen = typed.get("password", ANOTHER)
    answer = client.post("/me/password", data={"current": PASSWORD, "password": chosen, "again": chosen} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count('class="error"') == 1
    assert stored(story) == before
    assert is_in(other)


def test_no_password_that_was_typed_comes_back_in_the_page(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    answer = change_to(client, current="wrong and wrong again")
    assert "wrong and wrong again" not in answer.text
    assert ANOTHER not in answer.text


def test_guessing_here_is_as_slow_as_at_the_door_and_counts_there(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    for _ in range(ADDRESS.free):
        assert change_to(client, current="wrong and wrong again").status_code == 422
    held = change_to(client)
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "5"
    assert "try again in 5 seconds" in held.text
    assert sign_in(story.app.test_client()).status_code == 429
    story.now += timedelta(seconds=5)
    assert change_to(client).status_code == 303


def test_a_new_password_that_cannot_be_costs_no_try(story: Story, client: FlaskClient) -> None:
    sign_in(client)
    for _ in range(ADDRESS.free + 1):
        assert change_to(client, "elevenchars", current="wrong and wrong again").status_code == 422
    assert change_to(client).status_code == 303


def test_who_has_no_password_is_told_so_and_can_change_none(story: Story) -> None:
    dee = story.client("Dee")
    page = dee.get("/me/password")
    assert page.status_code == 200
    assert "You came in without a password" in page.text
    assert 'type="password"' not in page.text
    answer = change_to(dee)
    assert answer.status_code == 422
    assert "You came in without a password" in answer.text
    assert stored(story, "Dee") is None


def test_who_is_not_signed_in_is_asked_to_and_changes_nothing(story: Story, client: FlaskClient) -> None:
    before = stored(story)
    assert client.get("/me/password").location == "/sign-in?next=/me/password"
    assert change_to(client).location.startswith("/sign-in")
    assert stored(story) == before


def test_a_browser_that_was_signed_out_while_the_form_came_in_changes_nothing(
    story: Story, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    checked, before = commands.check_password, stored(story)

    def signed_out_meanwhile(*, email: str, password: str, network: str | None) -> int | None:
        commands.end_all_sessions(person_id=story.ids["Ben"])
        return checked(email=email, password=password, network=network)

    monkeypatch.setattr(commands, "check_password", signed_out_meanwhile)
    answer = change_to(client)
    assert answer.location.startswith("/sign-in")
    assert "so nothing was changed" in client.get(answer.location).text
    assert stored(story) == before
