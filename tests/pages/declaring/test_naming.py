"""Whom it was with: names are looked up, likely spellings asked about, nothing merged unasked."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from declarations.counterparties import NewCounterparty, find_or_create
from declarations.extensions import writing
from declarations.models import Counterparty, Draft
from tests.pages.declaring.posting import everything, send, the
from tests.support.story import Story


def test_a_new_name_asks_what_they_are_to_us(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, counterparty="Bluepoint Software")
    assert answer.status_code == 422
    assert "Pick what they are to us." in answer.text
    draft = the(story, Draft)
    send(amalie, f"/drafts/{draft.public_id}", counterparty="Bluepoint Software", counterparty_class="supplier")
    assert {(row.name, row.class_) for row in everything(story, Counterparty)} == {
        ("Acme Nordic ApS", "customer"),
        ("Bluepoint Software", "supplier"),
    }


def test_a_likely_spelling_is_asked_about_and_never_merged_unasked(story: Story, amalie: FlaskClient) -> None:
    live = send(amalie, "/declare/gift/check", counterparty="ACME Nordik").get_json()
    assert "Did you mean" in live["met"]
    assert "Acme Nordic ApS" in live["met"]
    known = the(story, Counterparty)
    answer = send(amalie, live["send"], counterparty="ACME Nordik", do=f"same-{known.public_id}")
    assert answer.status_code == 303
    assert the(story, Draft).answers["counterparty"] == "Acme Nordic ApS"


def test_leaving_the_suggestion_makes_a_new_name(story: Story, amalie: FlaskClient) -> None:
    send(amalie, counterparty="ACME Nordik", counterparty_class="customer")
    assert len(everything(story, Counterparty)) == 2


def test_names_are_looked_up_while_typing(story: Story, amalie: FlaskClient) -> None:
    assert [one["value"] for one in amalie.get("/counterparties/lookup?q=nord").get_json()] == ["Acme Nordic ApS"]
    assert amalie.get("/counterparties/lookup?q=a").get_json() == []
    assert amalie.get("/colleagues/lookup?q=be").get_json()[0]["value"] == "Ben (ben@nordlys.example)"
    assert amalie.get("/colleagues/lookup?q=%25%25").get_json() == []


def test_private_persons_somebody_else_named_are_not_suggested(story: Story, amalie: FlaskClient) -> None:
    with story.app.app_context(), writing() as session:
        private = NewCounterparty("Lars Jensen", "private_person", "DK")
        find_or_create(session, new=private, by_id=story.ids["Tomasz"], now=story.now)
    assert amalie.get("/counterparties/lookup?q=lars").get_json() == []
    assert len(story.client("Tomasz").get("/counterparties/lookup?q=lars").get_json()) == 1


def test_whom_ones_own_last_gifts_came_from_is_one_touch_away_and_nobody_elses(story: Story, amalie: FlaskClient) -> None:
    for firm, by in (("Bluepoint", "Amalie"), ("Nordwind", "Amalie"), ("Elsewhere", "Tomasz")):
        story.firm(firm)
        story.declare(by, firm=firm, worth="60")
    offered = re.findall(r'data-put="(\D[^"]*)"', amalie.get("/declare/entertainment").text)
    assert offered == ["Nordwind", "Bluepoint"]
    assert re.findall(r'data-put="(\D[^"]*)"', amalie.get("/declare/interest").text) == []
