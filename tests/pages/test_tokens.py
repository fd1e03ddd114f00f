"""Nothing is done that another site sent a browser to do: every route that takes a form refuses it without the session's own token."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.story import Story

PLACES = {"int": "1", "default": "AAAAAAAAAAAAAAAA"}


@pytest.fixture
def backend() -> str:
    """A token is asked for before the database is."""
    return "sqlite"


def forms(app: Flask) -> list[str]:
    """Every address that takes a form, with something in each of its places."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return [re.sub(r"<(?:(int):)?[^>]+>", lambda place: PLACES[place[1] or "default"], rule) for rule in rules]


def test_no_form_is_taken_without_its_token_or_with_another_sessions(live_app: Flask) -> None:
    story = Story(live_app).house()
    mine, other = story.client("Otto"), story.client("Ben")
    foreign = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/me").text)
    assert foreign
    paths = forms(live_app)
    assert len(paths) > 40
    for path in paths:
        for data in ({}, {"csrf_token": foreign[1]}):
            answer = mine.post(path, data=data)
            at_the_door = answer.status_code == 302 and answer.location == "/sign-in" == path
            # a page that somebody like Otto may not enter, or no page at all outside a demo, is hidden before the token is looked at
            assert at_the_door or answer.status_code in (400, 401, 404), (path, answer.status_code)
    assert mine.get("/me").status_code == 200
