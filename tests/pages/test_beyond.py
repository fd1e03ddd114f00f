"""What no database can hold, typed into an address or a form, finds nothing and keeps nothing, on both databases alike."""

from __future__ import annotations

import pytest
from flask import Flask

from declarations.policy_drafts.shape import amount_shown
from tests.support.story import Story

FAR = "9" * 30


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


def test_what_cannot_be_held_is_never_an_error_of_ours(story: Story) -> None:
    looked = {
        "Ben": [
            "/declarations/a%00b",
            f"/declarations?after=1-{FAR}",
            f"/queue?after=2026-11-20.{FAR}",
            f"/queue?show=decided&after={FAR}",
            "/colleagues/lookup?q=ab%00",
            "/counterparties/lookup?q=ab%00",
        ],
        "Otto": [
            "/compliance/declarations?text=ab%00",
            f"/compliance/declarations?after=2026-11-20T09:00:00%2B00:00.{FAR}",
            "/counterparties?text=ab%00",
            "/people/a%00b",
        ],
        "Adam": ["/directory?text=ab%00", "/directory/people/a%00b"],
    }
    for name, paths in looked.items():
        client = story.client(name)
        for path in paths:
            assert client.get(path).status_code in (200, 404), path


def test_a_form_that_cannot_be_held_is_refused_and_changes_nothing(story: Story) -> None:
    days = {"first_on": "2026-11-20", "last_on": "2026-11-21"}
    ben = story.client("Ben")
    sent = {
        ben.post("/substitute", data={"who": "d\x00ee"} | days).status_code,
        ben.post("/substitute/end", data={"delegation": FAR}).status_code,
        ben.post(f"/me/sessions/{FAR}/end").status_code,
        story.app.test_client().post("/sign-in", data={"email": "a\x00@b.example", "password": "x\x00"}).status_code,
    }
    assert sent <= {400, 404, 422}


def test_an_amount_of_endless_digits_is_refused_in_the_form(story: Story) -> None:
    typed = {"direction": "received", "value": "9" * 400, "value_currency": "DKK", "do": "file"}
    assert story.client("Amalie").post("/declare/gift", data=typed).status_code == 422


def test_a_directory_search_without_a_letter_is_a_page_like_any_other(story: Story) -> None:
    assert story.client("Adam").get("/directory?q=%E2%80%8B").status_code == 200


def test_what_would_fill_the_page_is_shown_as_it_is_written() -> None:
    shown = [amount_shown(text, "da") for text in ("67.50", "1e-99999999", "1e99999999", "NaN", "word")]
    assert shown == ["67,50", "1e-99999999", "1e99999999", "NaN", "word"]
