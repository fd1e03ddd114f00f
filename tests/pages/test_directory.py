"""Administrators run the directory: within their companies, never for themselves, and never near a declaration."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from declarations.directory import commands
from declarations.extensions import db
from declarations.models import Company, CompanyBelow, Event, NoticeRow, Person, RoleGrant
from tests.support.story import Story
from workflows.case import Forbidden
from workflows.words import Role

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def story(app: Flask) -> Story:
    """A group with two companies. Adam administers all of it, Dana the Danish company."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    story.company("NL-DE", under="NL", country="DE", zone="Europe/Berlin", currency="EUR", calendar="DE")
    story.person("Gerda", company="NL")
    story.person("Adam", company="NL", manager="Gerda")
    story.person("Åse Nyström", company="NL-DK", manager="Gerda")
    story.person("Dana", company="NL-DK", manager="Gerda")
    story.person("Ben", company="NL-DK", manager="Åse Nyström")
    story.person("Dirk", company="NL-DE", manager="Gerda")
    story.grant("Adam", Role.ADMINISTRATOR, "NL")
    story.grant("Dana", Role.ADMINISTRATOR, "NL-DK")
    return story


def public(story: Story, name: str) -> str:
    return str(story.column(Person, story.ids[name], "public_id"))


def page_of(story: Story, name: str) -> str:
    return f"/directory/people/{public(story, name)}"


def grant(client: FlaskClient, story: Story, name: str, role: str = "compliance_officer", company: str = "NL-DK") -> TestResponse:
    return client.post(f"{page_of(story, name)}/roles", data={"role": role, "company": company})


def roles(story: Story, name: str) -> list[str]:
    with story.app.app_context():
        found = select(RoleGrant.role).where(RoleGrant.person_id == story.ids[name], RoleGrant.revoked_at.is_(None))
        return sorted(db.session.scalars(found))


def events(story: Story, stream: str) -> list[str]:
    """What happened since the house was built."""
    with story.app.app_context():
        told = select(Event.action).where(Event.stream == stream, Event.role != "house").order_by(Event.sequence)
        return list(db.session.scalars(told))


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


# people


@pytest.mark.parametrize("typed", ["nystrom", "ÅSE", "Nyström Åse", "p0003", "åse.nyström@", "ase nyst"])
def test_people_are_found_however_the_name_is_typed(story: Story, typed: str) -> None:
    with story.app.app_context():
        entry = commands.PersonEntry("P0003x", "ase@nordlys.example", "Åse Nyström", "NL-DK", manager="P0001")
        commands.add_person(by=None, entry=entry)
    answer = story.client("Adam").get("/directory", query_string={"q": typed}).text
    assert "Åse Nyström" in answer
    assert "Dirk" not in answer


def test_a_long_list_goes_on_after_the_last_name_seen(story: Story) -> None:
    for number in range(60):
        story.person(f"Zoe {number % 3} {number:02}", company="NL-DE", manager="Dirk")
    client, url = story.client("Adam"), "/directory?company=NL-DE&q=zoe"
    seen: list[str] = []
    pages = 0
    while url:
        text, pages = client.get(url).text, pages + 1
        seen += re.findall(r'class="title" href="[^"]+">([^<]+)</a>', text)
        following = re.search(r'class="go" href="([^"]+)"', text)
        url = following[1].replace("&amp;", "&") if following else ""
    assert pages == 2
    assert seen == sorted(f"Zoe {number % 3} {number:02}" for number in range(60))


def test_somebody_new_is_in_the_directory_and_in_the_record(story: Story) -> None:
    data = {
        "number": "77",
        "email": "Eva@Nordlys.example",
        "name": "Eva Holm",
        "company": "NL-DK",
        "manager": "ben@nordlys.example",
    }
    answer = story.client("Adam").post("/directory/add-person", data=data | {"active_from": "2026-12-01"})
    assert answer.status_code == 302
    with story.app.app_context():
        eva = db.session.scalars(select(Person).where(Person.number == "77")).one()
        assert (eva.email, eva.manager_id, eva.active_from) == ("eva@nordlys.example", story.ids["Ben"], date(2026, 12, 1))
        stream = f"person/{eva.public_id}"
    assert events(story, stream) == ["person:added"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "not an e-mail address"),
        ("email", "ben@nordlys.example", "has this address already"),
        ("number", "P0001", "has this number already"),
        ("name", "", "1 to 200 characters"),
        ("company", "NL-DE", "one of your companies"),
        ("manager", "nobody@nordlys.example", "nobody with this number"),
        ("active_to", "2026-11-01", "before the first"),
        ("active_from", "tomorrow", "not a day"),
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence_at_its_field(story: Story, field: str, value: str, sentence: str) -> None:
    data = {"number": "77", "email": "eva@nordlys.example", "name": "Eva", "company": "NL-DK", "active_from": "2026-11-20"}
    answer = story.client("Dana").post("/directory/add-person", data=data | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


def change(client: FlaskClient, story: Story, name: str, **more: str) -> TestResponse:
    data = {"name": name, "company": "NL-DK", "active_from": "2020-01-01", "title": "Account manager", "manager": ""}
    return client.post(f"{page_of(story, name)}/change", data=data | more)


def test_another_manager_and_a_last_day_are_recorded(story: Story) -> None:
    adam = story.client("Adam")
    assert change(adam, story, "Ben", manager="gerda@nordlys.example", active_to="2026-11-30").status_code == 302
    assert story.column(Person, story.ids["Ben"], "manager_id") == story.ids["Gerda"]
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:manager_changed", "person:left"]
    assert change(adam, story, "Ben", manager="gerda@nordlys.example", active_to="2026-11-30").status_code == 302
    assert len(events(story, f"person/{public(story, 'Ben')}")) == 2  # the same again changes nothing
    assert "Another manager" in adam.get(page_of(story, "Ben")).text


def test_nobody_comes_to_report_to_themselves_in_a_circle(story: Story) -> None:
    adam = story.client("Adam")
    for manager in ("ben@nordlys.example", "P0003"):
        answer = change(adam, story, "Ben", manager=manager)
        assert answer.status_code == (422 if manager.startswith("ben") else 302)
    answer = change(adam, story, "Åse Nyström", manager="ben@nordlys.example")
    assert answer.status_code == 422
    assert "would be a circle" in answer.text


def test_nobody_changes_their_own_entry(story: Story) -> None:
    answer = change(story.client("Dana"), story, "Dana", manager="ben@nordlys.example")
    assert answer.status_code == 403
    assert story.column(Person, story.ids["Dana"], "manager_id") == story.ids["Gerda"]


def test_a_new_link_goes_to_the_person_by_mail_and_is_not_shown(story: Story) -> None:
    adam = story.client("Adam")
    answer = adam.post(f"{page_of(story, 'Ben')}/link", follow_redirects=True)
    assert answer.status_code == 200
    assert "set-password" not in answer.text
    with story.app.app_context():
        notice = db.session.scalars(select(NoticeRow)).one()
        assert (notice.person_id, notice.template) == (story.ids["Ben"], "set_password")
    assert events(story, f"person/{public(story, 'Ben')}") == ["person:link_sent"]


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


# companies


def below(story: Story) -> set[tuple[str, str, int]]:
    with story.app.app_context():
        keys = {row.id: row.key for row in db.session.scalars(select(Company))}
        return {(keys[row.ancestor_id], keys[row.company_id], row.depth) for row in db.session.scalars(select(CompanyBelow))}


COMPANY = {"key": "NL-SE", "name": "Nordlys Sverige", "parent": "NL-DK", "country": "SE", "time_zone": "Europe/Stockholm"}
COMPANY |= {"currency": "SEK", "language": "en", "calendar": "SE"}


def test_a_new_company_has_its_place_in_the_tree_at_once(story: Story) -> None:
    assert story.client("Dana").post("/directory/add-company", data=COMPANY).status_code == 302
    assert {("NL", "NL-SE", 2), ("NL-DK", "NL-SE", 1), ("NL-SE", "NL-SE", 0)} <= below(story)
    assert events(story, "company/NL-SE") == ["company:added"]


def test_moving_a_company_moves_all_below_it(story: Story) -> None:
    adam = story.client("Adam")
    adam.post("/directory/add-company", data=COMPANY)
    moved = {**COMPANY, "name": "Ravn DK", "parent": "NL-DE", "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK"}
    assert adam.post("/directory/companies/NL-DK", data=moved | {"currency": "DKK"}).status_code == 302
    assert {("NL-DE", "NL-SE", 2), ("NL-DE", "NL-DK", 1), ("NL", "NL-SE", 3)} <= below(story)
    assert events(story, "company/NL-DK") == ["company:changed", "company:moved"]


def test_a_company_never_lies_below_itself(story: Story) -> None:
    adam, before = story.client("Adam"), below(story)
    adam.post("/directory/add-company", data=COMPANY)
    after = below(story)
    own = {**COMPANY, "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK", "currency": "DKK"}
    for parent in ("NL-SE", "NL-DK"):
        answer = adam.post("/directory/companies/NL-DK", data=own | {"parent": parent})
        assert answer.status_code == 422, parent
    assert below(story) == after > before


def test_the_topmost_company_one_runs_keeps_its_place(story: Story) -> None:
    dana = story.client("Dana")
    dana.post("/directory/add-company", data=COMPANY)
    own = {**COMPANY, "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK", "currency": "DKK"}
    assert dana.post("/directory/companies/NL-DK", data=own | {"parent": "NL-SE"}).status_code == 403
    assert dana.post("/directory/companies/NL-DK", data=own | {"parent": "NL"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("country", "XX", "not a country"),
        ("time_zone", "Europe/Atlantis", "not a time zone"),
        ("currency", "DEM", "not a currency"),
        ("calendar", "SE-XX", "no such holiday calendar"),
        ("calendar", "Atlantis", "no such holiday calendar"),
        ("key", "NL DK", "begins with a letter"),
        ("key", "NL-DE", "Another company has this key"),
        ("parent", "NL-XX", "one of your companies"),
        ("parent", "", "choose the company above"),
    ],
)
def test_a_wrong_company_is_refused_with_a_sentence(story: Story, field: str, value: str, sentence: str) -> None:
    answer = story.client("Adam").post("/directory/add-company", data=COMPANY | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


# gaps


def test_gaps_name_who_has_nobody_above(story: Story) -> None:
    client = story.client("Adam")
    assert "no manager" not in client.get("/directory/gaps").text  # Gerda is the head of all
    story.person("Olga", company="NL-DE")
    story.person("Gone", company="NL", manager="Gerda", active_to=date(2026, 11, 19))
    story.person("Left alone", company="NL-DE", manager="Gone")
    story.grant("Gone", Role.INTERNAL_AUDITOR, "NL")
    text = client.get("/directory/gaps").text
    assert "2 people have no manager" in text
    assert "One person's manager has left" in text
    assert "Roles of people who left" in text
    assert "No compliance officer" in text
    seen_by_dana = story.client("Dana").get("/directory/gaps").text
    assert "Olga" not in seen_by_dana
    assert "Left alone" not in seen_by_dana


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
