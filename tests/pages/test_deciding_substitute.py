"""Who decides while one is away: set by oneself, dated, told to the substitute, kept in the record."""

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Delegation, Event, NoticeRow
from tests.support.story import Story


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


def named(story: Story, who: str, first: str, last: str, by: str = "Ben") -> tuple[int, str]:
    answer = story.client(by).post("/substitute", data={"who": who, "first_on": first, "last_on": last})
    return answer.status_code, answer.text


def test_a_substitute_is_set_told_and_recorded(story: Story) -> None:
    assert named(story, "dee@nordlys.example", "2026-11-20", "2026-11-27")[0] == 303
    with story.app.app_context():
        row = db.session.scalars(select(Delegation)).one()
        assert (row.person_id, row.substitute_id) == (story.ids["Ben"], story.ids["Dee"])
        assert db.session.scalars(select(Event.action).where(Event.action.like("delegation:%"))).all() == ["delegation:set"]
        assert db.session.scalars(select(NoticeRow.person_id).where(NoticeRow.template == "substitute_set")).all() == [
            story.ids["Dee"]
        ]
    assert story.viewer("Dee").stands_in_for == {story.ids["Ben"]}


def test_nobody_is_their_own_substitute_and_nobody_has_two_for_one_day(story: Story) -> None:
    assert "You cannot be your own substitute." in named(story, "Ben", "2026-11-20", "2026-11-27")[1]
    assert "We know no colleague of that name." in named(story, "Nobody", "2026-11-20", "2026-11-27")[1]
    assert "The first day has passed." in named(story, "Dee", "2026-11-19", "2026-11-27")[1]
    assert "The last day lies before the first." in named(story, "Dee", "2026-11-27", "2026-11-26")[1]
    assert named(story, "Dee", "2026-11-23", "2026-11-27")[0] == 303
    status, text = named(story, "Ilse", "2026-11-27", "2026-11-30")
    assert status == 422
    assert "You have a substitute for some of these days already." in text
    assert 'value="Ilse"' in text
    assert named(story, "Ilse", "2026-11-28", "2026-11-30")[0] == 303


def test_a_colleague_who_leaves_before_the_end_is_no_substitute(story: Story) -> None:
    story.person("Lea", company="NL-DK", manager="Ben", active_to=story.now.date())
    assert "does not work here for all of that time" in named(story, "Lea", "2026-11-20", "2026-11-21")[1]


def test_one_ends_ones_own_delegation_and_no_other(story: Story) -> None:
    named(story, "Dee", "2026-11-20", "2026-11-27")
    with story.app.app_context():
        delegation = db.session.scalars(select(Delegation.id)).one()
    assert story.client("Dee").post("/substitute/end", data={"delegation": delegation}).status_code == 404
    assert story.client("Ben").post("/substitute/end", data={"delegation": delegation}).status_code == 303
    assert story.viewer("Dee").stands_in_for == frozenset()
    with story.app.app_context():
        assert db.session.scalars(select(Event.action).where(Event.action.like("delegation:%")).order_by(Event.id)).all() == [
            "delegation:set",
            "delegation:ended",
        ]
