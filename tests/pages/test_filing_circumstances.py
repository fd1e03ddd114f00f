"""The form of one company asks what its policy reads; next door, where no rule does, nobody is asked."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Declaration, Draft, Filing
from tests.support.story import Story
from workflows.words import Outcome

DOCUMENT = """
key = "lunches"
company = "{company}"
title = {{ en = "Lunches", da = "Frokoster", ja = "昼食" }}
effective_from = 2026-11-10
approved_by = "The board"
approved_on = 2026-11-01
base_currency = "DKK"
time_zone = "Europe/Copenhagen"
holiday_calendar = "DK"

[[rules]]
id = "dinners"
clause = "L 1"
heading = {{ en = "Dinners", da = "Middage", ja = "夕食" }}
sentence = {{ en = "Every dinner goes to compliance.", da = "Alle middage går til compliance.", ja = "夕食はすべて審査します。" }}
kinds = ["entertainment"]
directions = ["received"]
when.{rule}
outcome = "compliance"
"""
DINNER = {
    "direction": "received",
    "counterparty": "Kestrel Logistics",
    "what": "Food by the harbour",
    "form": "meal",
    "occurred_on": "2026-11-19",
    "worth": "300",
    "worth_currency": "DKK",
    "worth_of": "head",
    "heads": "2",
    "present": "Lee, Kestrel Logistics",
    "official": "no",
    "host_present": "yes",
    "companion": "no",
    "went": "yes",
    "purpose": "The new contract",
}


def house(app: Flask, rule: str = 'meal = ["dinner", "late_snack"]') -> Story:
    """Amalie's company reads the meal; Karl's does not."""
    story = Story(app).house()
    story.person("Karl", company="NL-DE", manager="Gerda")
    story.firm("Kestrel Logistics")
    story.policy(DOCUMENT.format(company="NL-DK", rule=rule))
    return story


@pytest.fixture
def story(app: Flask) -> Story:
    return house(app)


def send(client: FlaskClient, path: str = "/declare/entertainment", **changed: Any) -> Any:
    return client.post(path, data=DINNER | changed, content_type="multipart/form-data")


def outcome(story: Story, public_id: str) -> Outcome:
    with story.app.app_context():
        return Outcome(db.session.scalars(select(Declaration.outcome).where(Declaration.public_id == public_id)).one())


def test_only_the_company_whose_policy_reads_it_asks(story: Story) -> None:
    amalie, karl = story.client("Amalie"), story.client("Karl")
    asks, does_not = (client.get("/declare/entertainment?direction=received").text for client in (amalie, karl))
    assert "Which meal was it?" in asks
    assert "Late snack" in asks
    assert "Which meal was it?" not in does_not
    assert "Which meal was it?" not in amalie.get("/declare/entertainment?direction=given").text
    assert "Which meal was it?" not in amalie.get("/declare/gift?direction=received").text
    sent = send(karl, meal="dinner")
    assert sent.status_code == 303
    assert outcome(story, sent.location.rsplit("/", 1)[-1]) is Outcome.RECORD
    sent = send(amalie, meal="dinner")
    assert outcome(story, sent.location.rsplit("/", 1)[-1]) is Outcome.COMPLIANCE


def test_what_is_read_is_not_passed_over(story: Story) -> None:
    amalie = story.client("Amalie")
    unanswered = send(amalie)
    assert unanswered.status_code == 422
    assert "Pick one. “None of these” is fine." in unanswered.text
    assert "It depends on what your policy asks besides." in unanswered.text
    with story.app.app_context():
        draft = db.session.scalars(select(Draft)).one().public_id
    told = amalie.post(f"/drafts/{draft}/check", data=DINNER).json["panel"]
    assert "“Which meal was it?” is still open." in told
    assert "still open" not in amalie.post(f"/drafts/{draft}/check", data=DINNER | {"meal": "none_of_these"}).json["panel"]
    assert 'value="late_snack" id="meal" checked' not in amalie.get(f"/drafts/{draft}").text
    amalie.post(f"/drafts/{draft}/check", data=DINNER | {"meal": "late_snack"})
    assert 'value="late_snack" checked' in amalie.get(f"/drafts/{draft}").text


def test_the_day_it_happened_says_whose_questions_are_asked(story: Story) -> None:
    amalie = story.client("Amalie")
    sent = send(amalie, occurred_on="2026-11-09")  # the day before the document takes effect
    assert sent.status_code == 303
    assert outcome(story, sent.location.rsplit("/", 1)[-1]) is Outcome.RECORD
    assert send(amalie, occurred_on="2026-11-10").status_code == 422


def test_what_was_said_is_pinned_shown_and_corrected_like_all_else(story: Story) -> None:
    amalie, ilse = story.client("Amalie"), story.client("Ilse")
    public_id = send(amalie, meal="late_snack").location.rsplit("/", 1)[-1]
    for reader in (amalie, ilse):
        page = reader.get(f"/declarations/{public_id}").text
        assert "<dt>Meal</dt>" in page
        assert "Late snack" in page
    with story.app.app_context():
        filing = db.session.scalars(select(Filing)).one()
        assert (filing.facts["meal"], filing.answers["meal"]) == ("late_snack", "late_snack")
    begun = amalie.post(f"/declarations/{public_id}/change").location
    assert 'value="late_snack" checked' in amalie.get(begun).text
    sent = send(amalie, begun, meal="none_of_these", seen_version="1", reason="It was none")
    assert sent.status_code == 303
    assert outcome(story, public_id) is Outcome.RECORD
    assert "None of these" in amalie.get(f"/declarations/{public_id}").text


def test_an_old_declaration_was_not_asked_and_stays(app: Flask) -> None:
    story = Story(app).house()
    story.firm("Kestrel Logistics")
    public_id = send(story.client("Amalie")).location.rsplit("/", 1)[-1]
    assert "<dt>Meal</dt>" not in story.client("Amalie").get(f"/declarations/{public_id}").text


def test_several_amounts_and_a_sum_are_shown_as_money(app: Flask) -> None:
    amalie = house(app, 'separable = true\nwhen.value = { with_tax = true, over = { DKK = "1" } }').client("Amalie")
    asked = {"several_things": "yes", "separable": "yes", "tax": "9.50", "tax_currency": "DKK"}
    assert "Together they must make what it was worth." in send(amalie, things="100\n200", **asked).text
    page = amalie.get(send(amalie, things="400.50\n199.50", **asked).location).text
    assert all(words in page for words in ("400.50 and ", "199.50", "9.50"))


def test_what_belongs_to_one_event_comes_together_whoever_declares_it(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "event", over = { DKK = "1000" } }')
    story.firm("Owl Media")
    fair, heads = {"at_an_event": "yes", "event": "Spring fair"}, {"worth": "600", "worth_of": "all", "heads": "1"}

    def told(who: str, **changed: str) -> Outcome:
        sent = send(story.client(who), **heads, **fair | changed)
        return outcome(story, sent.location.rsplit("/", 1)[-1])

    assert told("Amalie") is Outcome.MANAGER
    assert told("Tomasz", counterparty="Owl Media") is Outcome.MANAGER
    assert told("Tomasz", occurred_on="2026-11-18") is Outcome.MANAGER
    assert told("Tomasz", at_an_event="no") is Outcome.MANAGER
    assert told("Tomasz", event="  SPRING  fair") is Outcome.COMPLIANCE
