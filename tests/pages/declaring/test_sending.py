"""What is sent is filed once, whatever its kind, and goes to whoever must see it first."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from declarations.models import Declaration, Draft
from tests.pages.declaring.posting import everything, send, the
from tests.support.story import Story
from workflows.words import Kind

DINNER = {
    "direction": "received",
    "counterparty": "Acme Nordic ApS",
    "what": "Dinner",
    "form": "event",
    "worth": "900",
    "occurred_on": "2026-11-21",
    "heads": "2",
    "present": "Ann, Acme",
    "official": "no",
    "host_present": "yes",
    "went": "undecided",
    "purpose": "The renewal",
}


def test_an_invitation_for_tomorrow_goes_to_the_front(story: Story, amalie: FlaskClient) -> None:
    live = amalie.post("/declare/entertainment/check", data=DINNER).get_json()
    assert "front of the queue" in live["panel"]
    assert amalie.post(live["send"], data=DINNER).status_code == 303
    made = the(story, Declaration)
    assert (made.state, str(made.urgent_on), made.value_minor) == ("with_manager", "2026-11-21", 180000)


@pytest.mark.parametrize(("day", "first"), [("2026-11-23", True), ("2026-11-24", False)])
def test_only_what_is_for_the_next_working_day_is_promised_the_front_of_the_queue(
    amalie: FlaskClient, day: str, first: bool
) -> None:
    panel = amalie.post("/declare/entertainment/check", data=DINNER | {"occurred_on": day}).get_json()["panel"]
    assert ("front of the queue" in panel) is first
    assert "Wait for the answer before you go on." in panel


def test_a_gift_received_in_the_future_cannot_be(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, occurred_on="2026-11-30")
    assert answer.status_code == 422
    assert "declare it today" not in answer.text
    assert '<li><a href="#occurred_on">A gift cannot be received in the future.' in answer.text
    assert everything(story, Declaration) == []


def test_what_is_late_is_asked_for_its_reason_and_nothing_else_opens(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, occurred_on="2026-09-01")
    assert answer.status_code == 422
    assert "It is late. Please say why in a sentence." in answer.text
    assert 'class="more" open' not in answer.text
    assert send(amalie, occurred_on="2026-09-01", note="I was ill.").status_code == 303


def test_what_lasts_is_late_without_being_asked_why(amalie: FlaskClient) -> None:
    panel = amalie.post("/declare/interest/check", data={"form": "job", "occurred_on": "2024-01-01"}).get_json()["panel"]
    assert "It is 1,0" in panel
    assert "days late." in panel
    assert "Say why" not in panel


def test_what_need_not_be_declared_is_not_late(amalie: FlaskClient) -> None:
    for worth, late in (("100", False), ("900", True)):
        panel = send(amalie, "/declare/gift/check", worth=worth, occurred_on="2026-09-01").get_json()["panel"]
        assert ("days late" in panel) is late
        assert ("Nothing to declare." in panel) is not late


def test_a_conflict_about_the_manager_goes_straight_to_compliance(story: Story, amalie: FlaskClient) -> None:
    conflict = {
        "decision": "The choice of a courier",
        "part": "I chair the panel",
        "relation": "family",
        "relation_who": "My brother sells there",
        "colleague": "ben@nordlys.example",
        "concerns_manager": "yes",
        "occurred_on": "2026-11-20",
        "wants": "approval",
        "proposal": "A colleague decides.",
    }
    assert amalie.post("/declare/conflict", data=conflict).status_code == 303
    made = the(story, Declaration)
    assert (made.state, made.assignee_id) == ("with_compliance", None)
    assert "<dt>Colleague</dt>" in amalie.get(f"/declarations/{made.public_id}").text


def test_a_manager_it_concerns_is_not_shown_as_a_colleague_who_was_named(story: Story, amalie: FlaskClient) -> None:
    conflict = {
        "decision": "Who is promoted",
        "part": "I advise",
        "relation": "other",
        "relation_who": "My manager",
        "concerns_manager": "yes",
        "occurred_on": "2026-11-20",
        "wants": "advice",
    }
    assert amalie.post("/declare/conflict", data=conflict).status_code == 303
    page = amalie.get(f"/declarations/{the(story, Declaration).public_id}").text
    assert "<dt>Colleague</dt>" not in page
    assert "Compliance gives advice by " in page
    assert "Compliance gives advice.<" in page


@pytest.mark.parametrize(
    ("kind", "data", "state"),
    [
        (
            Kind.TRAVEL,
            {
                "counterparty": "Acme Nordic ApS",
                "payer": "them",
                "destination": "Berlin",
                "occurred_on": "2026-12-01",
                "nights": "2",
            }
            | {"travel_class": "economy", "worth": "4000", "going": "yes", "purpose": "Users' day", "companion": "no"},
            "with_manager",
        ),
        (
            Kind.INTEREST,
            {
                "form": "ownership",
                "counterparty": "Acme Nordic ApS",
                "percent": "12.5",
                "occurred_on": "2024-01-01",
                "touches": "no",
            },
            "with_manager",
        ),
        (
            Kind.DONATION,
            {
                "counterparty": "Acme Nordic ApS",
                "form": "donation",
                "what": "Laptops",
                "worth": "9000",
                "occurred_on": "2026-12-01",
            }
            | {"cause": "School", "political": "no", "official": "no", "contract": "no"},
            "with_manager",
        ),
    ],
)
def test_the_other_kinds_are_declared_the_same_way(
    story: Story, amalie: FlaskClient, kind: Kind, data: dict[str, str], state: str
) -> None:
    answer = amalie.post(f"/declare/{kind}", data=data)
    assert answer.status_code == 303, answer.text
    assert (the(story, Declaration).kind, the(story, Declaration).state) == (kind, state)


def test_a_second_click_files_once(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    draft = the(story, Draft)
    first = send(amalie, f"/drafts/{draft.public_id}")
    second = send(amalie, f"/drafts/{draft.public_id}")
    assert first.location == second.location == f"/declarations/{draft.public_id}"
    assert amalie.get(f"/drafts/{draft.public_id}").location == first.location
    assert len(everything(story, Declaration)) == 1


def test_answers_of_a_page_that_was_filed_from_elsewhere_are_not_lost_in_silence(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    path = f"/drafts/{the(story, Draft).public_id}"
    filed = send(amalie, path).location
    for changed in ({}, {"what": "Three bottles"}, {"note": "And a card"}):
        send(amalie, path, **changed)
        assert ("It had been declared already" in amalie.get(filed).text) is bool(changed)
