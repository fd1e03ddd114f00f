"""What concerns somebody's manager is named so in the record: no other role of the manager's shows or decides it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.errors import NotFound
from declarations.extensions import db
from declarations.models import Declaration, NamedPerson
from declarations.visibility import in_queue_of, oversight, visible_to
from tests.support.story import Story
from workflows.words import Action, Kind, Role, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.grant("Ben", Role.COMPLIANCE_OFFICER, "NL")
    return story


def test_a_manager_who_is_an_officer_too_neither_sees_nor_decides_a_conflict_about_himself(story: Story) -> None:
    conflict = story.declare("Amalie", Kind.CONFLICT, concerns_manager=True)
    ben = story.viewer("Ben")
    with story.app.app_context():
        for which in (visible_to(ben), in_queue_of(ben), oversight(ben)):
            assert db.session.scalars(select(Declaration.id).where(which)).all() == []
    with pytest.raises(NotFound):
        story.act("Ben", Action.APPROVE, conflict)
    story.act("Ilse", Action.APPROVE, conflict)
    assert story.state(conflict) is State.APPROVED


def test_the_manager_is_named_though_nobody_typed_the_name_and_only_if_it_concerns_them(story: Story) -> None:
    story.declare("Amalie", Kind.CONFLICT, concerns_manager=True)
    story.declare("Tomasz", Kind.CONFLICT)
    with story.app.app_context():
        assert db.session.scalars(select(NamedPerson.person_id)).all() == [story.ids["Ben"]]


def test_who_has_no_manager_names_nobody(story: Story) -> None:
    story.declare("Vera", Kind.CONFLICT, concerns_manager=True)
    with story.app.app_context():
        assert db.session.scalars(select(NamedPerson.person_id)).all() == []
