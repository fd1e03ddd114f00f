"""Administrators run the directory: within their companies, never for themselves, and never near a declaration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from declarations.directory import commands
from declarations.extensions import db
from declarations.models import RoleGrant
from tests.pages.directory.asking import events, grant, page_of, public, roles
from tests.support.story import Story
from workflows.case import Forbidden
from workflows.words import Role

if TYPE_CHECKING:
    from flask import Flask


# who may enter

PAGES = (
    "/directory",
    "/directory/companies",
    "/directory/roles",
    "/directory/gaps",
    "/directory/add-person",
    "/directory/add-company",
)


def test_to_everybody_else_the_directory_does_not_exist(story: Story) -> None:
    story.grant("Ben", Role.COMPLIANCE_OFFICER, "NL")
    for name in ("Ben", "Gerda"):
        client = story.client(name)
        for page in (*PAGES, page_of(story, "Dirk"), "/directory/companies/NL"):
            assert client.get(page).status_code == 404, page
        assert grant(client, story, "Gerda").status_code == 404
    assert roles(story, "Gerda") == []


def test_every_page_opens_for_an_administrator(story: Story) -> None:
    client = story.client("Adam")
    for page in (
        *PAGES,
        page_of(story, "Ben"),
        page_of(story, "Adam"),
        f"{page_of(story, 'Ben')}/change",
        "/directory/companies/NL",
    ):
        assert client.get(page).status_code == 200, page


def test_an_administrator_reaches_only_the_companies_the_role_was_granted_for(story: Story) -> None:
    dana = story.client("Dana")
    listed = dana.get("/directory").text
    assert "Ben" in listed
    assert "Dirk" not in listed
    assert "Adam" not in listed
    assert dana.get(page_of(story, "Dirk")).status_code == 404
    assert dana.get("/directory/companies/NL").status_code == 404
    assert grant(dana, story, "Dirk").status_code == 404
    assert grant(dana, story, "Ben", company="NL").status_code == 404
    assert grant(dana, story, "Ben", company="NL-DE").status_code == 404
    assert roles(story, "Ben") == []
    assert grant(dana, story, "Ben").status_code == 302


# roles


def test_nobody_grants_a_role_to_themselves(story: Story) -> None:
    for role in ("compliance_officer", "administrator", "internal_auditor", "executive_reviewer"):
        answer = grant(story.client("Dana"), story, "Dana", role)
        assert answer.status_code == 403
        assert "to themselves" in answer.text
    assert roles(story, "Dana") == ["administrator"]


def test_a_role_holds_from_its_grant_until_it_is_taken_back_and_its_history_stays(story: Story) -> None:
    adam, ben = story.client("Adam"), story.client("Ben")
    assert grant(adam, story, "Ben", "administrator").status_code == 302
    assert ben.get("/directory").status_code == 200
    assert grant(adam, story, "Ben", "administrator").status_code == 302  # again: nothing happens
    with story.app.app_context():
        row = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == story.ids["Ben"])).one()
    story.now += timedelta(hours=1)
    assert adam.post(f"/directory/roles/{row}/revoke").status_code == 302
    assert ben.get("/directory").status_code == 404
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:role_granted", "person:role_revoked"]
    assert "Roles held before" in adam.get(page_of(story, "Ben")).text
    assert adam.post(f"/directory/roles/{row}/revoke").status_code == 404


@pytest.mark.parametrize("role", ["manager", "declarant", "clock", "king", ""])
def test_only_roles_that_can_be_granted_are(story: Story, role: str) -> None:
    assert grant(story.client("Adam"), story, "Ben", role).status_code == 404
    assert roles(story, "Ben") == []


@pytest.mark.parametrize("role", ["compliance_officer", "internal_auditor", "executive_reviewer"])
def test_nobody_is_administrator_and_reads_declarations_as_well(story: Story, role: str) -> None:
    adam = story.client("Adam")
    assert grant(adam, story, "Dana", role).status_code == 403
    assert grant(adam, story, "Ben", role).status_code == 302
    assert grant(adam, story, "Ben", "administrator").status_code == 403
    assert roles(story, "Ben") == [role]


def test_the_last_administrator_of_a_company_stays(story: Story, app: Flask) -> None:
    adam = story.viewer("Adam")
    with app.app_context():
        grants = {row.person_id: row.id for row in db.session.scalars(select(RoleGrant))}
        commands.revoke(by=adam, grant_id=grants[story.ids["Dana"]])  # Adam's covers the Danish company too
        with pytest.raises(Forbidden, match="last administrator"):
            commands.revoke(by=adam, grant_id=grants[story.ids["Adam"]])


# declarations


def test_administrators_can_neither_read_nor_decide_declarations(app: Flask) -> None:
    story = Story(app).house()
    story.firm("Acme")
    declared = story.declare("Amalie", firm="Acme", worth="900")
    adam = story.client("Adam")
    assert adam.get(f"/declarations/{declared}").status_code == 404
    for action in ("approve", "refuse", "escalate", "reassign", "send_back", "withdraw"):
        assert adam.post(f"/declarations/{declared}/{action}", data={"version": "1", "reason": "so"}).status_code == 404, action
    for page in ("/compliance", "/compliance/declarations", "/registers"):
        assert adam.get(page).status_code == 404, page
